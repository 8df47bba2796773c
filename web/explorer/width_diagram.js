// The diagram in (n_eff, p) of a quadratic network at a given weight decay, with its movable point.

import { Diagram } from "./diagram.js";
import { plane } from "./phases.js";
import { element, Panel, pathOf } from "./plot.js";

// pixels between n_eff at which bounds are computed; they are straight between them
const KNOT = 4;
// decades shown beyond the n_eff at which every unit pays
const BEYOND = 10;
const LINES = { best: "best", interpolation: "peak", enough: "enough" };

export class WidthDiagram extends Diagram {
  /** Regions of `WidthRegions` and lines between them; the point stays on top. */
  draw(regions, height) {
    const shown = plane(regions.dim, regions.gamma);
    const every = Math.max(regions.noiseVar, 0.1) * regions.dim ** (2 * regions.gamma);
    const focused = document.activeElement === this.point;
    const panel = (this.panel = new Panel(this.svg, { height }));
    const x = (this.x = panel.xScale([shown.n[0], Math.min(BEYOND * Math.max(every, regions.dim), shown.n[1])]));
    const y = (this.y = panel.yScale([1, regions.dim]));
    const { x: left, width } = panel.inner;
    const count = Math.ceil(width / KNOT);
    const knots = Array.from({ length: count + 1 }, (_, k) => regions.bounds(x.invert(left + k * KNOT)));
    const pieces = new Map();
    for (let column = 0; column < width; column++) {
      const knot = Math.floor(column / KNOT);
      const bounds = between(knots[knot], knots[knot + 1], (column + 0.5) / KNOT - knot);
      for (const { region, from, to } of regions.intervals(bounds, 1, regions.dim)) {
        if (!pieces.has(region)) pieces.set(region, []);
        pieces.get(region).push(`M${left + column} ${y(from)}h1V${y(to)}h-1Z`);
      }
    }
    for (const [region, path] of pieces) {
      panel.data.append(element("path", { d: path.join(""), class: "region", style: `--tint: ${this.tints[region]}` }));
    }
    for (const [name, style] of Object.entries(LINES)) {
      const path = knots.map((bounds, k) => [left + k * KNOT, y(Math.max(bounds[name], 1))]);
      panel.data.append(element("path", { d: pathOf(path), class: `boundary ${style}` }));
    }
    panel.logTicksX(x, "effective samples n_eff");
    panel.logTicksY(y, "hidden units p");
    this.crosshair = element("path", { class: "crosshair" });
    panel.data.append(this.crosshair);
    this.svg.append(this.point);
    if (focused) this.point.focus({ preventScroll: true });
  }
}

/** Bounds between those of two neighbours, straight in log p. */
function between(one, other, share) {
  const found = {};
  for (const [name, from] of Object.entries(one)) {
    const to = other[name];
    const straight = from > 0 && to > 0 && Number.isFinite(from) && Number.isFinite(to);
    found[name] = straight ? from * (to / from) ** share : share < 0.5 ? from : to;
  }
  return found;
}
