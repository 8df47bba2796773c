// The panels beside the diagram: risk curves with trained networks, learned spectrum, decomposition, table of numbers.

import { element, format, Panel, pathOf, withSubscript } from "./plot.js";

// least number of weights in a bin that is drawn
const LEAST = 0.1;
// share of its largest bin down to which a fainter spectrum is drawn, and the faintest
const [FAINT, FAINTEST] = [0.03, 1e-6];
const BINS = 44;

/** Domain rounded outwards to decades, at least two of them. */
function decadesAround(values) {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  if (!logs.length) return [1e-2, 1e1];
  let [low, high] = [Math.floor(Math.min(...logs) - 0.05), Math.ceil(Math.max(...logs) + 0.05)];
  if (high - low < 2) low = high - 2;
  return [10 ** low, 10 ** high];
}

/** Risk along one axis: {xs, risks (undefined: not yet, null: not solved), x label, point: [x, risk], markers}. */
export function drawCurve(svg, { xs, risks, label, point, markers, guides, network, height }) {
  const panel = new Panel(svg, { height });
  const x = panel.xScale([xs[0], xs[xs.length - 1]]);
  const known = risks.filter((risk) => risk);
  const ends = markers.flatMap((marker) => [marker.risk, marker.own]);
  const y = panel.yScale(decadesAround([...known, ...ends, point[1]]));
  const bottom = y.range[0];
  for (const { at, name } of guides) {
    if (at <= x.domain[0] || at >= x.domain[1]) continue;
    panel.data.append(element("path", { d: `M${x(at)} ${bottom}V${y.range[1]}`, class: "guide" }));
    panel.text(x(at), panel.top + 11, name, { class: "guide-name", "text-anchor": "middle" });
  }
  // a point that is not solved breaks the line; one that is not tried yet does not
  const line = risks.map((risk, i) => (risk ? [x(xs[i]), y(risk)] : risk)).filter((place) => place !== undefined);
  panel.data.append(element("path", { d: pathOf(line), class: `curve ${network}` }));
  for (const marker of markers) {
    const [px, py] = [x(marker.nEff), y(marker.risk)];
    const group = element("g", { class: `marker ${marker.series}` });
    if (marker.error > 0) {
      const low = y(Math.max(marker.risk - marker.error, y.domain[0]));
      group.append(element("path", { d: `M${px} ${low}V${y(marker.risk + marker.error)}`, class: "bar" }));
    }
    if (marker.own) {
      const own = y(marker.own);
      group.append(element("path", { d: `M${px - 7} ${own}H${px + 7}`, class: "own" }));
    }
    const shape =
      marker.series === "doubtful"
        ? element("path", { d: `M${px - 4} ${py - 4}l8 8m0 -8l-8 8`, class: "cross" })
        : network === "diagonal"
          ? element("circle", { cx: px, cy: py, r: 4 })
          : element("rect", { x: px - 3.7, y: py - 3.7, width: 7.4, height: 7.4 });
    shape.append(element("title", {}, marker.text));
    group.append(shape);
    panel.data.append(group);
  }
  if (point[1]) {
    panel.data.append(element("path", { d: `M${x(point[0])} ${bottom}V${y(point[1])}`, class: "crosshair" }));
    panel.data.append(element("circle", { cx: x(point[0]), cy: y(point[1]), r: 5.5, class: "dot" }));
  }
  panel.logTicksX(x, label);
  panel.logTicksY(y, "excess risk R");
}

/** Ends of the bins of the learned spectrum, from the largest weight or feature down. */
export function binsOf(theory, learned, logAxis) {
  const top = 1.04 * Math.max(learned.edge, learned.outliers[0] ?? 0, theory.spectrum.largest);
  if (!logAxis) return Array.from({ length: BINS + 1 }, (_, i) => (top * i) / BINS);
  const low = Math.min(0.3 * theory.spectrum.smallest, 1e-3 * top);
  return Array.from({ length: BINS + 1 }, (_, i) => low * (top / low) ** (i / BINS));
}

/** Expected numbers of learned weights in bins, the zeros in a bar of their own on the left. */
export function drawSpectrum(svg, { bins, zeros, dim, logAxis, network, height }) {
  const panel = new Panel(svg, { height });
  const gutter = 34;
  const first = panel.inner.x + gutter;
  const [low, high] = [bins[0].left, bins[bins.length - 1].right];
  // an average over teachers may be fainter
  const fullest = Math.max(...bins.map(({ bulk, outliers }) => bulk + outliers));
  const least = fullest > 0 ? Math.max(Math.min(LEAST, FAINT * fullest), FAINTEST) : LEAST;
  const y = panel.yScale([least, 2 * dim]);
  panel.inner.x = first;
  panel.inner.width -= gutter;
  const x = panel.xScale([low, high], logAxis);
  const base = y.range[0];
  const bar = (from, to, count, under, name) => {
    if (count + under <= least || count <= 0) return;
    const [start, end] = [y(Math.max(under, least)), y(under + count)];
    const width = Math.max(to - from - 0.6, 0.8);
    panel.data.append(element("rect", { x: from, y: end, width, height: Math.max(start - end, 0), class: name }));
  };
  bar(first - 24, first - 10, zeros, 0, "zeros");
  for (const { left, right, bulk, outliers } of bins) {
    bar(x(left), x(right), bulk, 0, "bulk");
    bar(x(left), x(right), outliers, bulk, "outliers");
  }
  const teacher = bins.flatMap(({ left, right, teacher: count }) => {
    const level = count > least ? y(count) : base;
    return [
      [x(left), level],
      [x(right), level],
    ];
  });
  panel.data.append(element("path", { d: pathOf(teacher), class: "teacher" }));
  panel.frame.append(element("path", { d: `M${first - 4} ${panel.top}V${base}`, class: "divider" }));
  panel.text(first - 17, base + 17, "0", { class: "tick", "text-anchor": "middle" });
  const name = network === "quadratic" ? "eigenvalue of S" : "magnitude |θ| of a weight";
  if (logAxis) {
    panel.logTicksX(x, name);
  } else {
    for (let i = 0; i <= 4; i++) {
      const value = (high * i) / 4 / 1.04;
      panel.frame.append(element("line", { x1: x(value), x2: x(value), y1: base, y2: base + 5 }));
      if (i) panel.text(x(value), base + 17, format(value, 2), { class: "tick", "text-anchor": "middle" });
    }
    panel.labelX(name);
  }
  panel.logTicksY(y, "weights per bin");
}

/** Bars of the parts beside the exact risk, on one logarithmic scale. */
export function drawParts(svg, { parts, risk, height }) {
  const panel = new Panel(svg, { height, left: 104, right: 64, bottom: 38, top: 6 });
  const rows = [
    ["exact risk", risk, "exact"],
    ["overfitting", parts.overfitting, "overfitting"],
    ["underfitting", parts.underfitting, "underfitting"],
    ["approximation", parts.approximation, "approximation"],
  ];
  const top = 10 ** Math.ceil(Math.log10(Math.max(...rows.map(([, value]) => value))) + 0.02);
  const x = panel.xScale([top * 1e-4, top]);
  const step = panel.inner.height / rows.length;
  rows.forEach(([name, value, style], i) => {
    const y = panel.inner.y + (i + 0.18) * step;
    const width = value > x.domain[0] ? x(value) - panel.left : 0;
    panel.data.append(element("rect", { x: panel.left, y, width, height: 0.64 * step, class: style }));
    panel.text(panel.left - 8, y + 0.32 * step + 4, name, { class: "tick", "text-anchor": "end" });
    panel.text(panel.width - 58, y + 0.32 * step + 4, format(value), { class: "tick value" });
  });
  panel.logTicksX(x, "part of R (logarithmic)");
}

/** Rows of the table of numbers: [name, symbol, value]. */
export function fillTable(body, rows) {
  body.replaceChildren(
    ...rows.map(([name, symbol, value]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      const cells = [symbol, value].map((text) => {
        const cell = document.createElement("td");
        cell.append(...withSubscript(text, (content) => Object.assign(document.createElement("sub"), { textContent: content })));
        return cell;
      });
      row.append(head, ...cells);
      return row;
    }),
  );
}
