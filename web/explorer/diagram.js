// The phase diagram with its movable point.

import { Names } from "./names.js";
import { plane } from "./phases.js";
import { element, Panel, pathOf, superscript } from "./plot.js";

const STEP = 0.05;
const LEAP = 0.5;
// pixels that a finger moves sideways before it drags
const SLOP = 6;

export class Diagram {
  /** `moved(x, y)` is called with both coordinates when the point is moved by hand. */
  constructor(svg, tints, moved, name = "Point of the phase diagram") {
    Object.assign(this, { svg, tints, moved });
    this.point = element(
      "g",
      { class: "point", tabindex: 0, role: "slider", "aria-roledescription": "movable point" },
      element("circle", { r: 22, class: "grip" }),
      element("circle", { r: 10, class: "halo" }),
      element("circle", { r: 6, class: "dot" }),
    );
    this.point.setAttribute("aria-label", `${name}; arrow keys move it`);
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.inside(event)) return;
      // a finger beside the point may be about to scroll the page: wait for what it does
      if (event.pointerType === "touch" && !this.point.contains(event.target)) {
        this.tapping = [event.clientX, event.clientY];
        return;
      }
      this.take(event);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (this.tapping) {
        const [dx, dy] = [event.clientX - this.tapping[0], event.clientY - this.tapping[1]];
        if (Math.abs(dx) > Math.max(Math.abs(dy), SLOP)) this.take(event);
      } else if (this.dragging) {
        this.follow(event);
      }
    });
    svg.addEventListener("pointerup", (event) => {
      if (this.tapping) this.take(event);
      this.dragging = false;
    });
    svg.addEventListener("pointercancel", () => {
      this.dragging = false;
      this.tapping = null;
    });
    this.point.addEventListener("keydown", (event) => this.key(event));
  }

  /** Move the point to a pointer, and follow it until it is lifted. */
  take(event) {
    this.svg.setPointerCapture(event.pointerId);
    this.tapping = null;
    this.dragging = true;
    this.point.focus({ preventScroll: true });
    this.follow(event);
  }

  pixel(event) {
    const box = this.svg.getBoundingClientRect();
    const factor = this.panel.width / box.width;
    return [(event.clientX - box.left) * factor, (event.clientY - box.top) * factor];
  }

  inside(event) {
    const [px, py] = this.pixel(event);
    const { x, y, width, height } = this.panel.inner;
    return px >= x - 8 && px <= x + width + 8 && py >= y - 8 && py <= y + height + 8;
  }

  follow(event) {
    const [px, py] = this.pixel(event);
    this.moved(this.x.invert(px), this.y.invert(py));
  }

  /** Arrow keys move by a twentieth of a decade, with shift or Page Up and Down by half a decade. */
  key(event) {
    const step = event.shiftKey ? LEAP : STEP;
    const moves = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
      PageUp: [0, LEAP],
      PageDown: [0, -LEAP],
    };
    let target = null;
    if (moves[event.key]) target = this.place.map((value, i) => value * 10 ** moves[event.key][i]);
    if (event.key === "Home") target = [this.x.domain[0], this.place[1]];
    if (event.key === "End") target = [this.x.domain[1], this.place[1]];
    if (!target) return;
    event.preventDefault();
    // the next key may come before the next frame
    this.place = target;
    this.moved(...target);
  }

  /** Regions, boundaries and labels; the point stays on top. */
  draw(diagram, height) {
    const shown = plane(diagram.dim, diagram.gamma);
    const focused = document.activeElement === this.point;
    const panel = (this.panel = new Panel(this.svg, { height, top: 34 }));
    const x = (this.x = panel.xScale(shown.n));
    const y = (this.y = panel.yScale(shown.lambda));
    const [bottom, top] = y.range;
    // of each phase that is seen, the middle of a band
    const middles = new Map();
    for (const { phase, from, to, below, above } of diagram.bands(...shown.n)) {
      const edge = (line, n, end) => (line ? y(line.at(n)) : end);
      const corners = [
        [x(from), edge(below, from, bottom + 1)],
        [x(to), edge(below, to, bottom + 1)],
        [x(to), edge(above, to, top - 1)],
        [x(from), edge(above, from, top - 1)],
      ];
      panel.data.append(element("path", { d: pathOf(corners, true), class: "region", style: `--tint: ${this.tints[phase]}` }));
      const [foot, head] = [0, 2].map((i) => Math.min(Math.max((corners[i][1] + corners[i + 1][1]) / 2, top), bottom));
      if (x(to) - x(from) > 1 && foot - head > 1) middles.set(phase, [(x(from) + x(to)) / 2, (foot + head) / 2]);
    }
    const outlined = diagram.funnel(shown.lambda[0]);
    const funnel = outlined.map(([n, lambda]) => [x(n), y(lambda)]);
    if (funnel.length) {
      // the funnel ends at the line above it
      const roof = diagram.columns.findLast(({ start }) => start <= diagram.interpolation).lines[0];
      const clip = element("clipPath", { id: "below-bulk" });
      const corners = [
        [x(shown.n[0]), bottom],
        [x(shown.n[1]), bottom],
        [x(shown.n[1]), y(roof.at(shown.n[1]))],
        [x(shown.n[0]), y(roof.at(shown.n[0]))],
      ];
      clip.append(element("path", { d: pathOf(corners, true) }));
      const outline = { d: pathOf(funnel, true), class: "region", "clip-path": "url(#below-bulk)" };
      panel.data.append(clip, element("path", { ...outline, style: `--tint: ${this.tints.peak}` }));
    }
    const pieces = diagram.boundaries(shown.n, shown.lambda).sort((a, b) => a.jump - b.jump);
    for (const { n, lambda, jump } of pieces) {
      const d = pathOf(n.map((value, i) => [x(value), y(lambda[i])]));
      panel.data.append(element("path", { d, class: jump ? "jump" : "boundary" }));
    }
    this.names = new Names(panel, (px, py) => diagram.band(x.invert(px), y.invert(py)), middles);
    if (outlined.length) this.peakName(diagram);
    panel.logTicksX(x, "effective samples n_eff");
    panel.logTicksY(y, "weight decay λ");
    this.powers(diagram.dim, x);
    this.crosshair = element("path", { class: "crosshair" });
    panel.data.append(this.crosshair);
    this.svg.append(this.point);
    if (focused) this.point.focus({ preventScroll: true });
  }

  /** Powers of d above the panel. */
  powers(dim, x) {
    const { y } = this.panel.inner;
    for (let power = 0; dim ** power <= x.domain[1]; power += 1) {
      const place = x(dim ** power);
      const name = power === 0 ? "1" : power === 1 ? "d" : `d${superscript(power)}`;
      this.panel.frame.append(element("line", { x1: place, x2: place, y1: y - 5, y2: y }));
      this.panel.text(place, y - 9, name, { class: "tick", "text-anchor": "middle" });
    }
    this.panel.text(this.panel.left, 11, "n_eff as a power of d:", { class: "tick" });
  }

  /** Where the peak is, upright at the foot of its line. */
  peakName(diagram) {
    const { inner } = this.panel;
    const place = { x: this.x(diagram.interpolation), y: inner.y + inner.height - 8 };
    const tag = { ...place, class: "peak-name", transform: `rotate(-90 ${place.x} ${place.y})`, dx: 0, dy: 4 };
    this.panel.data.append(element("text", tag, "peak"));
  }

  /** Put the point to its place. */
  move(nEff, lambda, text) {
    this.place = [nEff, lambda];
    const { x, y, width, height } = this.panel.inner;
    const [px, py] = [Math.min(this.x(nEff), x + width), this.y(lambda)];
    this.point.setAttribute("transform", `translate(${px} ${py})`);
    this.names?.place(px, py);
    this.crosshair.setAttribute("d", `M${x} ${py}H${x + width}M${px} ${y}V${y + height}`);
    const log = Math.log10(nEff);
    this.point.setAttribute("aria-valuemin", Math.log10(this.x.domain[0]).toFixed(2));
    this.point.setAttribute("aria-valuemax", Math.log10(this.x.domain[1]).toFixed(2));
    this.point.setAttribute("aria-valuenow", log.toFixed(2));
    this.point.setAttribute("aria-valuetext", text);
  }
}
