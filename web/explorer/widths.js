// What limits a quadratic network of p hidden units at given d, gamma, Delta and lambda: regions in (n_eff, p).
//
// With delta^2 = (Delta + R) d/(4 n_eff), R what p units miss, and b = lambda sqrt(p d)/(4 n_eff): fewer than `best`
// units lack directions that pay, more of them fit noise, up to as many as interpolate; from `enough` on width makes no
// difference but through b.

import { bisect, semicircleTail } from "./special.js";

const TIE = 1e-9;
// steps in log p between which a count crosses p once at most, and of the bisection there
const [PIECES, STEPS] = [24, 40];

export class WidthRegions {
  constructor({ dim, gamma, noiseVar, lambda }) {
    Object.assign(this, { dim, gamma, noiseVar, lambda });
  }

  /** R of the p largest directions learned without error. */
  missed(hidden) {
    const power = 1 - 2 * this.gamma;
    const between = (hidden + 0.5) ** power - (this.dim + 0.5) ** power;
    return (2 * Math.max(between, 0)) / (2 * this.gamma - 1);
  }

  /** delta */
  noise(nEff, hidden) {
    return Math.sqrt(((this.noiseVar + this.missed(hidden)) * this.dim) / (4 * nEff));
  }

  /** b */
  threshold(nEff, hidden) {
    return (this.lambda * Math.sqrt(hidden * this.dim)) / (4 * nEff);
  }

  /** Number of scales above one. */
  above(scale) {
    return Math.min((scale / Math.sqrt(this.dim)) ** (-1 / this.gamma), this.dim);
  }

  /** Number of directions s > (sqrt(b^2 + 12 t) - b)/2, which lower the risk. */
  paying(nEff, hidden) {
    const [t, b] = [this.noise(nEff, hidden) ** 2, this.threshold(nEff, hidden)];
    return this.above((6 * t) / (Math.sqrt(b * b + 12 * t) + b));
  }

  /** Number of eigenvalues of S* + delta G above b: features found, and the part of the bulk. */
  surviving(nEff, hidden) {
    const [delta, b] = [this.noise(nEff, hidden), this.threshold(nEff, hidden)];
    const least = b > 2 * delta ? (b + Math.sqrt(b * b - 4 * delta * delta)) / 2 : delta;
    const bulk = delta > 0 ? this.dim * semicircleTail(b / delta, 0) : 0;
    return Math.min(this.above(least) + bulk, this.dim);
  }

  /** The least p = count(p), between 1 and d. */
  crossing(count) {
    const excess = (logP) => Math.log(Math.max(count(Math.exp(logP)), 1e-300)) - logP;
    if (excess(0) <= 0) return 1;
    const step = Math.log(this.dim) / PIECES;
    for (let k = 0; k < PIECES; k++) {
      if (excess((k + 1) * step) < 0) return Math.exp(bisect(excess, k * step, (k + 1) * step, STEPS));
    }
    return this.dim;
  }

  /** The numbers of units that bound the regions at this n_eff; `shrunk` is where b = 2 delta, `empty` b = s_1. */
  bounds(nEff) {
    const top = Math.log(this.dim);
    const strong = (logP) => this.threshold(nEff, Math.exp(logP)) - 2 * this.noise(nEff, Math.exp(logP));
    let shrunk = Infinity;
    if (strong(0) > 0) shrunk = 0;
    else if (strong(top) > 0) shrunk = Math.exp(bisect(strong, 0, top, STEPS));
    return {
      best: this.crossing((hidden) => this.paying(nEff, hidden)),
      enough: this.crossing((hidden) => this.surviving(nEff, hidden)),
      interpolation: Math.min(nEff / 2, this.dim),
      shrunk,
      empty: ((4 * nEff) / this.lambda) ** 2,
    };
  }

  /** What limits p units, given the bounds at their n_eff. */
  regionWithin({ best, enough, interpolation, shrunk, empty }, hidden) {
    if (hidden >= enough) {
      if (hidden > empty) return "nothing";
      return hidden > shrunk ? "shrinkage" : "wide";
    }
    if (hidden < best) return "width";
    return hidden < interpolation ? "noise" : "beyond the peak";
  }

  region(nEff, hidden) {
    // on a line it is what lies beyond
    return this.regionWithin(this.bounds(nEff), hidden * (1 + TIE));
  }

  /** Intervals of p between `low` and `high`, upwards, given the bounds at their n_eff: {region, from, to}. */
  intervals(bounds, low, high) {
    const ends = Object.values(bounds).filter((p) => p > low && p < high);
    const edges = [low, ...ends.sort((a, b) => a - b), high];
    return edges.slice(1).map((to, i) => {
      const from = edges[i];
      return { region: this.regionWithin(bounds, Math.sqrt(from * to)), from, to };
    });
  }
}
