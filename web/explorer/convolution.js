// Free convolution mu of the spectrum with a semicircle of variance t: subordination points, half-line integrals,
// support. With G(w) = mean 1/(w - s_i) the Stieltjes transform of mu at z is G(w), z = w + t G(w), Im w >= 0.
// Complex numbers are pairs [re, im].

import { gaussLegendre, root } from "./special.js";

const NEWTON_STEPS = 12;
const PRECISION = 4e-16;
const FLAT = 1e-7;
// mass above b from which the integrals left of b lose no digits to 1 - (...)
const LEFT_MASS = 0.02;

const add = (a, b) => [a[0] + b[0], a[1] + b[1]];
const mul = (a, b) => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const scale = (a, k) => [a[0] * k, a[1] * k];
const shift = (a, x) => [a[0] + x, a[1]];
const sum = (...terms) => terms.reduce(add);
const product = (...factors) => factors.reduce(mul);

/** G(w) and G'(w), of the atoms from `first` to `last`. */
export function transforms(spectrum, w, first = 0, last = spectrum.size) {
  const { values, fractions } = spectrum;
  const y = w[1];
  let [xq, q, xqq, qq] = [0, 0, 0, 0];
  for (let i = first; i < last; i++) {
    const x = w[0] - values[i];
    const inverse = 1 / (x * x + y * y);
    const one = fractions[i] * inverse;
    const two = one * inverse;
    xq += x * one;
    q += one;
    xqq += x * two;
    qq += two;
  }
  return { g: [xq, -y * q], slope: [-q + 2 * y * y * qq, 2 * y * xqq] };
}

/** Height v(u) >= 0 of the boundary curve above a real u: mean 1/((u - s)^2 + v^2) = 1/t, or 0. */
export function boundaryHeight(spectrum, t, u) {
  const { values, fractions, size } = spectrum;
  let y = 0;
  for (let i = 0; i < size; i++) y = Math.max(y, t * fractions[i] - (u - values[i]) ** 2);
  for (let step = 0; step < 100; step++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < size; i++) {
      const inverse = 1 / ((u - values[i]) ** 2 + y);
      mean += fractions[i] * inverse;
      square += fractions[i] * inverse * inverse;
    }
    const short = t - 1 / mean;
    if (!(short > 1e-15 * t)) break;
    y += (short * mean * mean) / square;
  }
  return Math.sqrt(y);
}

/** Newton for w + t G(w) = x; null unless it ends on the boundary curve. */
function newton(spectrum, t, x, guess) {
  let w = [guess[0], Math.max(guess[1], 0)];
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { g, slope } = transforms(spectrum, w);
    const derivative = [1 + t * slope[0], t * slope[1]];
    const size = derivative[0] ** 2 + derivative[1] ** 2;
    if (!(Number.isFinite(size) && size > 0)) return null;
    const residual = [w[0] + t * g[0] - x, w[1] + t * g[1]];
    const change = [
      (residual[0] * derivative[0] + residual[1] * derivative[1]) / size,
      (residual[1] * derivative[0] - residual[0] * derivative[1]) / size,
    ];
    const rounding = PRECISION * (Math.abs(x) + Math.hypot(...w));
    const off = Math.hypot(...residual);
    // next to an atom steps are small without being near a solution
    if (off <= rounding || (Math.hypot(...change) <= rounding && off <= 1e3 * rounding)) {
      if (w[1] < 0) return null;
      // a height this small is rounding, unless w is at an edge, where the derivative vanishes
      if (w[1] < FLAT * Math.sqrt(t * spectrum.fractions[0]) && Math.sqrt(size) > FLAT) {
        // of the real solutions, the one where x increases
        return derivative[0] > 0 ? [w[0], 0] : null;
      }
      return w;
    }
    w = [w[0] - change[0], w[1] - change[1]];
  }
  return null;
}

/** Subordination point of a real x. */
function subordinate(spectrum, t, x, guess) {
  if (guess) {
    const found = newton(spectrum, t, x, guess);
    if (found) return found;
  }
  // |G| <= 1/sqrt(t) brackets Re w; Re w -> x is increasing along the boundary curve
  let [low, high] = [x - Math.sqrt(t), x + Math.sqrt(t)];
  let u = guess ? Math.min(Math.max(guess[0], low), high) : x;
  let point;
  for (let step = 0; step < 200; step++) {
    point = [u, boundaryHeight(spectrum, t, u)];
    const { g, slope } = transforms(spectrum, point);
    const excess = x - (point[0] + t * g[0]);
    if (excess === 0) break;
    if (excess > 0) low = u;
    else high = u;
    const found = newton(spectrum, t, x, point);
    if (found) return found;
    const derivative = [1 + t * slope[0], t * slope[1]];
    u += (excess * derivative[0]) / (derivative[0] ** 2 + derivative[1] ** 2);
    if (!(low < u && u < high)) u = (low + high) / 2;
    if (high - low <= PRECISION * (Math.abs(low) + Math.abs(high))) break;
  }
  return point;
}

/** Subordination point of x, and the spectrum with the merged bins around it opened. */
export function resolve(spectrum, t, x, guess = null) {
  let point = subordinate(spectrum, t, x, guess);
  for (let step = 0; step < 20; step++) {
    const sharper = spectrum.resolved(...point);
    if (sharper === spectrum) return { spectrum, point };
    spectrum = sharper;
    point = subordinate(sharper, t, x, point);
  }
  throw new Error(`merged bins are not resolved at x = ${x}, variance = ${t}`);
}

/** Mass of mu above the real x whose subordination point is w: a sum of non-negative terms. */
export function massAt(spectrum, w) {
  const { values, fractions, size } = spectrum;
  let mass = 0;
  for (let i = 0; i < size; i++) {
    const offset = w[0] - values[i];
    if (w[1] === 0) {
      if (offset < 0) mass += Math.PI * fractions[i];
    } else {
      const angle = Math.atan2(w[1], offset);
      mass += fractions[i] * (angle - Math.sin(angle) * Math.cos(angle));
    }
  }
  return mass / Math.PI;
}

/** Mass of mu above x, and the subordination point as a guess for a neighbouring x. */
export function massAbove(spectrum, t, x, guess = null) {
  const { spectrum: sharp, point } = resolve(spectrum, t, x, guess);
  return { mass: massAt(sharp, point), point };
}

/** Nodes and weights along the circle about `centre` from `start` to the real axis at `endAngle` (0 or pi). */
function arc(spectrum, start, centre, endAngle, tol, firstAtom = 0) {
  const offset = [start[0] - centre, start[1]];
  const radius = Math.hypot(...offset);
  const span = endAngle - Math.atan2(offset[1], offset[0]);
  if (span === 0 || radius === 0) return [];
  let nearest = Infinity;
  for (let i = firstAtom; i < spectrum.size; i++) {
    nearest = Math.min(nearest, Math.hypot(start[0] - spectrum.values[i], start[1]));
  }
  // angle sigma sinh(tau) from the start: all atoms lie at distance pi/2 or more from the segment in tau
  const sigma = nearest / radius;
  const length = Math.asinh(Math.abs(span) / sigma);
  const ellipse = Math.PI / length + Math.hypot(1, Math.PI / length);
  const count = Math.ceil(-Math.log(tol) / (2 * Math.log(ellipse))) + 4;
  const { nodes, weights } = gaussLegendre(count);
  const sign = Math.sign(span);
  return Array.from(nodes, (node, k) => {
    const tau = (length * (node + 1)) / 2;
    const turned = sign * sigma * Math.sinh(tau);
    const speed = ((sign * sigma * Math.cosh(tau) * length) / 2) * weights[k];
    const half = Math.sin(turned / 2);
    const chord = [-2 * half * Math.sin(turned / 2), 2 * half * Math.cos(turned / 2)];
    const direction = [-Math.sin(turned) * speed, Math.cos(turned) * speed];
    return { w: add(start, mul(offset, chord)), dw: mul(offset, direction) };
  });
}

/** Integrals of mu over (b, infinity):
 *
 *   mass F = int dmu,  first M1 = int (x - b) dmu,  second J = int (x - b)^2 dmu,  divergence D = int (x - b) H dmu,
 *   hilbert N = int H dmu,  cubic E = -(1/3 pi) Im int g^3 dz,  distance M = mean s^2 - J - 2 b M1 + 4 t D,
 *
 * H the Hilbert transform of mu, along a contour in the subordination variable.
 */
export function halfLine(spectrum, t, b, guess, tol) {
  const { spectrum: sharp, point } = resolve(spectrum, t, b, guess);
  return halfLineAt(sharp, t, b, point, tol);
}

/** `halfLine` for the subordination point of b and a spectrum whose bins around it are opened. */
export function halfLineAt(spectrum, t, b, point, tol) {
  const mass = massAt(spectrum, point);
  return { point, mass, ...(mass > LEFT_MASS ? fromLeft : fromRight)(spectrum, t, b, point, tol) };
}

function fromLeft(spectrum, t, b, point, tol) {
  if (point[1] === 0 && point[0] < spectrum.smallest) {
    return { divergence: 0.5, hilbert: 0, cubic: 0, distance: b * b + t };
  }
  let [first, second, divergence, hilbert, cubic] = [0, 0, 0, 0, 0];
  for (const { w, dw } of arc(spectrum, point, spectrum.smallest, Math.PI, tol)) {
    const { g, slope } = transforms(spectrum, w);
    const dz = mul(dw, shift(scale(slope, t), 1));
    const a = shift(add(w, scale(g, t)), -b);
    const gdz = mul(g, dz);
    const g2dz = mul(g, gdz);
    const agdz = mul(a, gdz);
    first += agdz[1];
    second += mul(a, agdz)[1];
    divergence += mul(a, g2dz)[1];
    hilbert += g2dz[1];
    cubic += mul(g, g2dz)[1];
  }
  const below = divergence / (2 * Math.PI);
  return {
    divergence: 0.5 - below,
    hilbert: -hilbert / (2 * Math.PI),
    cubic: -cubic / (3 * Math.PI),
    distance: b * b + t * (1 - 4 * below) + second / Math.PI + (2 * b * first) / Math.PI,
  };
}

/** Integrals right of b: those of the atoms below Re w(b) plus what the upper atoms add, each without cancellation. */
function fromRight(spectrum, t, b, point, tol) {
  const { values, fractions, size } = spectrum;
  let upper = 0;
  while (upper < size && values[upper] > point[0]) upper++;
  let [hilbert, cubic, divergence, excess] = [0, 0, 0, 0];
  if (upper < size && point[1] > 0) {
    for (const { w, dw } of arc(spectrum, point, values[upper], 0, tol, upper)) {
      const { g, slope } = transforms(spectrum, w, upper);
      const z = add(w, scale(g, t));
      const dz = mul(dw, shift(scale(slope, t), 1));
      const g2dz = product(g, g, dz);
      hilbert += g2dz[1];
      cubic += mul(g, g2dz)[1];
      divergence += mul(shift(z, -b), g2dz)[1];
      excess += product(shift(mul(z, z), -b * b), g, dz)[1];
    }
  }
  if (upper) {
    for (const { w, dw } of arc(spectrum, point, values[0], 0, tol)) {
      const above = transforms(spectrum, w, 0, upper);
      const rest = transforms(spectrum, w, upper);
      // h, e: what the upper atoms add to g and to c = z'; g0, z0, a0: g, z, z - b without them
      const [h, g0, e] = [above.g, rest.g, scale(above.slope, t)];
      const turn = add(e, scale(rest.slope, t));
      const g = add(g0, h);
      const z0 = add(w, scale(g0, t));
      const z = add(z0, scale(h, t));
      const c = shift(turn, 1);
      const a0 = shift(z0, -b);
      const [g2, g02] = [mul(g, g), mul(g0, g0)];
      const dg2 = add(product(h, add(g, g0), c), mul(g02, e));
      hilbert += mul(dg2, dw)[1];
      cubic += mul(add(product(h, sum(g2, mul(g, g0), g02), c), product(g02, g0, e)), dw)[1];
      divergence += mul(add(scale(product(h, g2, c), t), mul(a0, dg2)), dw)[1];
      // (z^2 - b^2) g z' minus w^2 h ...
      const inner = sum(
        scale(product(g0, add(z0, w), c), t),
        product(w, w, turn),
        scale(c, -b * b),
      );
      const terms = sum(
        scale(product(h, add(z, z0), g, c), t),
        mul(h, inner),
        product(shift(mul(z0, z0), -b * b), g0, e),
      );
      excess += mul(terms, dw)[1];
    }
  }
  excess = -excess / Math.PI;
  // ... whose integral is the upper atoms' mean of s^2, but for the height of w(b)
  const u = point[0];
  let below = 0;
  for (let i = 0; i < size; i++) {
    if (i >= upper) {
      below += fractions[i] * values[i] ** 2;
    } else {
      const ratio = point[1] / (values[i] - u);
      excess -= (fractions[i] * (u * u * ratio - values[i] ** 2 * (ratio - Math.atan(ratio)))) / Math.PI;
    }
  }
  const D = -divergence / (2 * Math.PI);
  return {
    divergence: D,
    hilbert: -hilbert / (2 * Math.PI),
    cubic: -cubic / (3 * Math.PI),
    distance: below - excess + 4 * t * D,
  };
}

/** mean (u - s)^-power for a real u. */
export function realMoment(spectrum, u, power) {
  let moment = 0;
  for (let i = 0; i < spectrum.size; i++) {
    const inverse = 1 / (u - spectrum.values[i]);
    moment += spectrum.fractions[i] * (power === 1 ? inverse : power === 2 ? inverse * inverse : inverse ** 3);
  }
  return moment;
}

/** Eigenvalues that stand alone in the support of mu, and the upper edge of those that do not. */
export class Support {
  constructor(spectrum, t) {
    Object.assign(this, { spectrum, t, reach: Math.sqrt(t / spectrum.dim) });
    // gaps between neighbouring scales shrink with their rank: find the first that the support fills
    let [open, filled] = [0, spectrum.dim];
    while (filled - open > 1) {
      const middle = Math.floor((open + filled) / 2);
      if (this.opening(middle) === null) filled = middle;
      else open = middle;
    }
    /** Number of eigenvalues alone, those of the largest scales. */
    this.alone = filled === spectrum.dim ? filled : filled - 1;
    this.edge = filled === spectrum.dim ? null : this.upperEdge(filled);
  }

  scale(rank) {
    return Math.sqrt(this.spectrum.dim) * rank ** -this.spectrum.gamma;
  }

  /** log of t mean (u - s)^-2, negative outside the support; `sharp` resolves the atoms around u. */
  excess(sharp, u) {
    return Math.log(this.t * realMoment(sharp, u, 2));
  }

  /** A point u outside the support between the scales of ranks k and k + 1; null if there is none. */
  opening(k) {
    const [above, below] = [this.scale(k), this.scale(k + 1)];
    const middle = (above + below) / 2;
    const sharp = this.spectrum.resolved(middle, 0);
    if (this.excess(sharp, middle) < 0) return middle;
    // two neighbours alone may fill the gap
    if ((above - below) ** 2 <= 8 * this.reach ** 2) return null;
    const lowest = root((u) => realMoment(sharp, u, 3), below + this.reach, above - this.reach, 1e-6);
    return this.excess(sharp, lowest) < 0 ? lowest : null;
  }

  /** Upper edge of the interval whose largest scale has this rank. */
  upperEdge(rank) {
    const s = this.scale(rank);
    const outside = rank === 1 ? s + Math.sqrt(this.t) * (1 + 1e-12) : this.opening(rank - 1);
    const sharp = this.spectrum.resolved(s + this.reach, 0);
    const u = root((x) => this.excess(sharp, x), s + this.reach, outside);
    return u + this.t * realMoment(sharp, u, 1);
  }

  /** Where the eigenvalue of a scale that stands alone is: s + t mean' 1/(s - s_j). */
  place(rank) {
    const s = this.scale(rank);
    const sharp = this.spectrum.resolved(s, 0);
    let [pull, own] = [0, 0];
    for (let i = 1; i < sharp.size; i++) if (Math.abs(sharp.values[i] - s) < Math.abs(sharp.values[own] - s)) own = i;
    for (let i = 0; i < sharp.size; i++) if (i !== own) pull += sharp.fractions[i] / (s - sharp.values[i]);
    return s + this.t * pull;
  }
}
