// Names of the phases in their diagram: in the roomiest place of each, clear of the point; beside a phase too narrow
// for its name, with a line to it.

import { element } from "./plot.js";

// grid on which names find their place
const [COLUMNS, ROWS] = [72, 48];
// pixels of type: as it is, and the least
const [USUAL, LEAST] = [14, 11];
// half a line of type, and pixels between a name and what it must not touch
const [HALF_LINE, GAP] = [0.5, 2];
// pixels about the point's own mark, and the least of a line from a name to its phase
const [POINT, LINE] = [14, 8];

export class Names {
  /** `bandAt(x, y)` names the phase of a pixel of the panel; `shown` has all phases, and a place in each. */
  constructor(panel, bandAt, shown) {
    const { x, y, width, height } = panel.inner;
    const [w, h] = [width / COLUMNS, height / ROWS];
    this.places = Array.from({ length: COLUMNS * ROWS }, (_, k) => [
      x + ((k % COLUMNS) + 0.5) * w,
      y + (Math.floor(k / COLUMNS) + 0.5) * h,
    ]);
    this.bands = this.places.map((place) => bandAt(...place));
    this.room = distances(this.bands, w, h);
    this.group = element("g", { class: "phase-names" });
    panel.data.append(this.group);
    this.found = Array.from(shown, (band) => this.sized(...band)).sort((a, b) => b.size - a.size);
  }

  /** A phase's name in the largest type that fits, the place it names, and whether it stands there. */
  sized(phase, within) {
    const text = element("text", { class: "phase-name", "text-anchor": "middle" }, phase.replace("0", "₀"));
    this.group.append(text);
    // half the widths at one pixel of type
    const half = text.getComputedTextLength() / 2 / USUAL;
    const roomiest = this.best((k) => (this.bands[k] === phase ? this.room[k] : -Infinity));
    // a phase narrower than a cell has none
    const anchor = this.bands[roomiest] === phase ? this.places[roomiest] : within;
    const fits = anchor === within ? 0 : (this.room[roomiest] - GAP) / Math.max(half, HALF_LINE);
    const inside = fits >= LEAST;
    const size = inside ? Math.min(fits, USUAL) : LEAST;
    text.style.fontSize = `${size}px`;
    const line = element("path", { class: "phase-leader" });
    if (!inside) this.group.prepend(line);
    return { phase, text, line, anchor, inside, size, radius: Math.max(half, HALF_LINE) * size + GAP };
  }

  best(value) {
    let best = 0;
    let most = -Infinity;
    this.places.forEach((_, k) => {
      const found = value(k);
      if (found > most) [best, most] = [k, found];
    });
    return best;
  }

  /** Put the names to their places; one that the point would cover goes aside. */
  place(px, py) {
    const taken = [[[px, py], POINT]];
    for (const name of this.found) {
      const { phase, text, line, anchor, inside, size, radius } = name;
      const from = (k) => distance(this.places[k], anchor);
      const clear = (k) =>
        (this.bands[k] === phase) === inside &&
        this.room[k] >= radius &&
        (inside || from(k) >= radius + LINE) &&
        taken.every(([place, r]) => distance(this.places[k], place) > r + radius);
      const k = this.best((k) => (clear(k) ? (inside ? this.room[k] : -from(k)) : -Infinity));
      const [x, y] = clear(k) ? this.places[k] : anchor;
      text.setAttribute("x", x);
      text.setAttribute("y", y + 0.36 * size);
      taken.push([[x, y], radius]);
      if (inside) continue;
      const [ax, ay] = anchor;
      const reach = distance([x, y], anchor) || 1;
      line.setAttribute("d", `M${x + ((ax - x) * radius) / reach} ${y + ((ay - y) * radius) / reach}L${ax} ${ay}`);
    }
  }
}

const distance = ([x, y], [toX, toY]) => Math.hypot(x - toX, y - toY);

/** Distance of each cell, of size w x h, to the frame or the nearest cell of another name (two chamfer passes). */
function distances(cells, w, h) {
  const found = cells.map((_, k) => {
    const [i, j] = [k % COLUMNS, Math.floor(k / COLUMNS)];
    return Math.min((i + 0.5) * w, (COLUMNS - i - 0.5) * w, (j + 0.5) * h, (ROWS - j - 0.5) * h);
  });
  const steps = [[-1, 0], [0, -1], [-1, -1], [1, -1]];
  for (const sign of [1, -1]) {
    for (let index = 0; index < cells.length; index++) {
      const k = sign > 0 ? index : cells.length - 1 - index;
      for (const [di, dj] of steps) {
        const [i, j] = [(k % COLUMNS) + sign * di, Math.floor(k / COLUMNS) + sign * dj];
        if (i < 0 || i >= COLUMNS || j < 0 || j >= ROWS) continue;
        const other = j * COLUMNS + i;
        const step = Math.hypot(di * w, dj * h);
        found[k] = Math.min(found[k], cells[other] === cells[k] ? found[other] + step : step / 2);
      }
    }
  }
  return found;
}
