// State evolution of the quadratic network, t = delta^2, alpha = n/d^2 (p = d):
//
//     2 alpha t = M(t, b) + Delta/2,      lambda = 4 b (alpha - D(t, b)),      R = 2 M.

import { halfLine, massAbove, Support } from "./convolution.js";
import { price } from "./price.js";
import { semicircleTail } from "./special.js";

const NEWTON_STEPS = 40;
const HALVINGS = 30;
const LARGEST_STEP = 2;
// relative error of the integrals, in units of the tolerance
const QUADRATURE = 1e-3;
// continuation: first ratio of successive lambdas, tolerance on the way
const FIRST_RATIO = 4;
const ROUGH = 1e-3;
export const LISTED = 100;

/** Solve state evolution; null where the equations are not solved to `tol`. `start` = {delta, b} of a neighbour. */
export function solveQuadratic(spectrum, samples, weightDecay, noiseVar, start = null, tol = 1e-9) {
  const equations = new Equations(spectrum, samples, weightDecay, noiseVar);
  return (
    equations.nothingLearned() ||
    equations.nothingCut() ||
    (start && equations.solve([2 * Math.log(start.delta), Math.log(start.b)], tol)) ||
    equations.continuation(tol)
  );
}

/** The two equations in (log t, log b), as logarithms of the ratio of their sides; `lambda` is lambda sqrt(p/d). */
export class Equations {
  constructor(spectrum, samples, weightDecay, noiseVar) {
    Object.assign(this, { spectrum, noiseVar, lambda: weightDecay, alpha: samples / spectrum.dim ** 2, point: null });
    this.energy = spectrum.mean((s) => s * s);
  }

  halfLine(t, b, tol) {
    return halfLine(this.spectrum, t, b, this.point, tol);
  }

  at([logT, logB], tol) {
    const [t, b] = [Math.exp(logT), Math.exp(logB)];
    const half = this.halfLine(t, b, QUADRATURE * tol);
    this.point = half.point;
    const error = half.distance + this.noiseVar / 2;
    const filled = half.divergence + this.lambda / (4 * b);
    const values = [Math.log(error / (2 * this.alpha * t)), Math.log(filled / this.alpha)];
    const size = Math.max(...values.map(Math.abs));
    return { t, b, half, error, filled, values, size };
  }

  /** Derivatives of both values in log t and log b, from those of M and D. */
  jacobian({ t, b, half, error, filled }) {
    const pull = this.lambda / (4 * b);
    const errorByT = 2 * half.divergence - 2 * b * half.hilbert + 4 * t * half.cubic;
    const errorByB = 2 * b * half.mass - 4 * t * half.hilbert;
    return [
      [(t * errorByT) / error - 1, (b * errorByB) / error],
      [(t * half.cubic) / filled, -(b * half.hilbert + pull) / filled],
    ];
  }

  /** Newton's step; null if there is none. */
  step(here) {
    const [[p, q], [r, s]] = this.jacobian(here);
    const { values } = here;
    const determinant = p * s - q * r;
    const step = [(q * values[1] - s * values[0]) / determinant, (r * values[0] - p * values[1]) / determinant];
    return step.every(Number.isFinite) ? step : null;
  }

  /** Newton until residual and step are below `tol`; null if it stalls before. */
  solve(unknowns, tol, steps = NEWTON_STEPS) {
    let here = this.at(unknowns, tol);
    for (let iteration = 0; iteration < steps; iteration++) {
      let step = this.step(here);
      if (!step) return null;
      const longest = Math.max(...step.map(Math.abs));
      if (here.size <= tol && longest <= tol) return this.result(here);
      step = step.map((value) => value * Math.min(1, LARGEST_STEP / longest));
      let trial = null;
      for (let halving = 0; halving < HALVINGS; halving++) {
        const moved = [unknowns[0] + step[0], unknowns[1] + step[1]];
        trial = this.at(moved, tol);
        if (trial.size < here.size) {
          unknowns = moved;
          break;
        }
        trial = null;
        // only rounding is left
        if (here.size <= tol) return this.result(here);
        step = step.map((value) => value / 2);
      }
      if (!trial) return null;
      here = trial;
    }
    return null;
  }

  /** Solution followed down in lambda from where nothing is learned; null if it is lost. */
  continuation(tol) {
    const target = this.lambda;
    const t = (this.energy + this.noiseVar / 2) / (2 * this.alpha);
    const b = Math.max(target / (4 * this.alpha), this.spectrum.largest + 2 * Math.sqrt(t));
    let reached = 4 * this.alpha * b;
    let unknowns = [Math.log(t), Math.log(b)];
    let ratio = FIRST_RATIO;
    while (ratio > 1 + 1e-6) {
      const last = reached <= target * ratio;
      this.lambda = last ? target : reached / ratio;
      const found = this.solve(unknowns, last ? tol : Math.max(tol, ROUGH));
      if (!found) {
        ratio = Math.sqrt(ratio);
      } else if (last) {
        return found;
      } else {
        reached = this.lambda;
        unknowns = [2 * Math.log(found.delta), Math.log(found.b)];
        ratio *= ratio;
      }
    }
    return null;
  }

  /** M = mean s^2 and D = 0, if the threshold they imply lies above the support. */
  nothingLearned() {
    const b = this.lambda / (4 * this.alpha);
    const t = (this.energy + this.noiseVar / 2) / (2 * this.alpha);
    if (b <= this.spectrum.largest) return null;
    const half = halfLine(this.spectrum, t, b, null, 1e-13);
    return half.mass === 0 ? this.result({ t, b, half, size: 0 }) : null;
  }

  /** M = b^2 + t and D = 1/2, if the threshold they imply lies below the support. */
  nothingCut() {
    if (this.alpha <= 0.5) return null;
    const b = this.lambda / (4 * (this.alpha - 0.5));
    const t = (b * b + this.noiseVar / 2) / (2 * this.alpha - 1);
    if (b >= this.spectrum.smallest) return null;
    const half = halfLine(this.spectrum, t, b, null, 1e-13);
    return 1 - half.mass < 1e-15 ? this.result({ t, b, half, size: 0 }) : null;
  }

  result({ t, b, half, size }) {
    const risk = 2 * half.distance;
    return {
      delta: Math.sqrt(t),
      b,
      risk,
      divergence: half.divergence,
      // t_p where it exceeds b: of S* + delta G all below is lost
      cut: half.cut ?? -Infinity,
      zeroMass: Math.max(1 - half.mass, 0),
      trainLoss: (this.noiseVar + risk) * (this.lambda / (4 * b * this.alpha)) ** 2,
      residual: size,
    };
  }
}

/**
 * Overfitting, underfitting and approximation parts of R = 2 M (Result 3); their sum is exact for b >= 2 delta.
 * `priced` is that of overfitting and the prices of all features, exact to first order in 1/d.
 */
export function decomposeQuadratic(spectrum, { delta, b }) {
  const t = delta * delta;
  // a feature survives if s > delta and s + t/s > b
  const least = b > 2 * delta ? b / 2 + Math.sqrt((b * b) / 4 - t) : delta;
  const sharp = spectrum.resolved(least, 0);
  let [lost, kept, prices] = [0, 0, 0];
  for (let i = 0; i < sharp.size; i++) {
    const s = sharp.values[i];
    prices += sharp.fractions[i] * (delta > 0 ? t * price(s / delta, b / delta) : Math.min(s, b) ** 2);
    if (s > least) {
      const h = t / s - b;
      kept += sharp.fractions[i] * (h * h + (2 * (s + h) * t) / s);
    } else {
      lost += sharp.fractions[i] * s * s;
    }
  }
  const overfitting = 2 * t * semicircleTail(b / delta, 2);
  return { overfitting, underfitting: 2 * lost, approximation: 2 * kept, priced: overfitting + 2 * prices };
}

/** Function of x > 0, called in decreasing or increasing order: expected number of eigenvalues above x. */
export function countAboveQuadratic(spectrum, { delta, b, cut }) {
  let guess = null;
  return (x) => {
    const { mass, point } = massAbove(spectrum, delta * delta, Math.max(x + b, cut), guess);
    guess = point;
    return spectrum.dim * mass;
  };
}

/** What the learned spectrum consists of: zero mass, upper edge of the bulk (0: none), outliers, largest first.
 *
 * At most LISTED outliers are listed one by one; `outlierCount` counts all.
 */
export function learnedQuadratic(spectrum, { delta, b, cut, zeroMass }) {
  const support = new Support(spectrum, delta * delta);
  const place = (rank) => support.place(rank) - b;
  let [kept, lost] = [0, support.alone + 1];
  while (lost - kept > 1) {
    const middle = Math.floor((kept + lost) / 2);
    if (place(middle) > Math.max(0, cut - b)) kept = middle;
    else lost = middle;
  }
  return {
    zeroMass,
    edge: support.edge === null || support.edge <= cut ? 0 : Math.max(support.edge - b, 0),
    outliers: Array.from({ length: Math.min(kept, LISTED) }, (_, k) => place(k + 1)),
    outlierCount: kept,
    smallestOutlier: kept ? place(kept) : null,
    edgeWidth: delta * spectrum.dim ** (-2 / 3),
  };
}
