// State evolution of the diagonal network (LASSO), averaged over theta*_i ~ N(0, s_i^2):
//
//     delta^2 = (Delta + R) d/n,      lambda = b (n - div)/d.

import { erf, erfc, normalDensity, squareBelow } from "./special.js";

const LONGEST_STEP = 2;
const LOG_RANGE = 300;
const TINY = 2.3e-308;
// residual, in units of the tolerance, below which another step gains nothing
const SMALL = 1e-4;

/** Averages at effective noise delta and threshold b, with their derivatives; every term is positive. */
export function moments(spectrum, delta, b) {
  const m = { risk: 0, active: 0, inactive: 0, riskByDelta2: 0, riskByB: 0, activeByDelta2: 0, activeByB: 0 };
  const noise = delta * delta;
  for (let i = 0; i < spectrum.size; i++) {
    const variance = spectrum.values[i] ** 2;
    const [weight, fraction] = [spectrum.weights[i], spectrum.fractions[i]];
    const total = variance + noise;
    const t = Math.sqrt(total);
    const a = b / t;
    const [noiseShare, signalShare] = [noise / total, variance / total];
    const density = normalDensity(a);
    const above = erfc(a / Math.SQRT2);
    const below = erf(a / Math.SQRT2, above);
    // y = theta* + delta z = t u leaves the posterior variance v delta^2/t^2; beyond it the estimator misses the
    // posterior mean by (delta^2/t^2) y - b above the threshold, by all of it below
    const kept = noiseShare ** 2 * (above + 2 * a * density) - 4 * a * noiseShare * density + a * a * above;
    const cut = signalShare ** 2 * squareBelow(a, below);
    m.risk += fraction * (variance * noiseShare + total * (kept + cut));
    m.active += weight * above;
    m.inactive += weight * below;
    m.riskByDelta2 += fraction * (above - 2 * signalShare * a * density);
    m.riskByB += 2 * fraction * (b * above - 2 * noiseShare * t * density);
    m.activeByDelta2 += (weight * a * density) / total;
    m.activeByB -= (2 * weight * density) / t;
  }
  return m;
}

/** Solve state evolution; null where the equations are not solved to `tol`. `start` = {delta, b} of a neighbour. */
export function solveDiagonal(spectrum, samples, weightDecay, noiseVar, start = null, tol = 1e-9) {
  const dim = spectrum.dim;
  const ratio = dim / samples;
  const signal = spectrum.mean((s) => s * s);

  // logarithms of the ratios of both equations' sides, and their derivatives by (log delta, log b)
  const equations = (x) => {
    const [delta, b] = [Math.exp(x[0]), Math.exp(x[1])];
    const m = moments(spectrum, delta, b);
    const noise = noiseVar + m.risk;
    const penalty = (weightDecay * dim) / b;
    // lambda d/b = n - div, sorted so that both sides are sums of positive terms
    let second;
    let weight;
    let right;
    if (2 * samples < dim) {
      weight = right = m.active + penalty;
      second = Math.log(samples / right);
    } else {
      weight = Math.max(m.inactive + Math.max(samples - dim, 0), TINY);
      right = penalty + Math.max(dim - samples, 0);
      second = Math.log(weight / right);
    }
    return {
      m,
      values: [Math.log(noise * ratio) - 2 * x[0], second],
      jacobian: [
        [(2 * delta ** 2 * m.riskByDelta2) / noise - 2, (b * m.riskByB) / noise],
        [(-2 * delta ** 2 * m.activeByDelta2) / weight, (-b * m.activeByB) / weight + penalty / right],
      ],
    };
  };

  const starts = [];
  if (start) starts.push([start.delta ** 2, start.b]);
  const blind = (noiseVar + signal) * ratio;
  starts.push([blind, weightDecay * ratio + Math.sqrt(blind)]);
  if (samples > dim) {
    const b = (weightDecay * dim) / (samples - dim);
    starts.push([((noiseVar + b * b) * dim) / (samples - dim), b]);
  }
  // near n = d the first equation holds ever better as delta -> infinity; lambda |theta|_1 <= |y|^2/2 bounds delta
  const largest = (samples * (noiseVar + signal)) / (2 * weightDecay);
  const ceiling = 0.5 * Math.log((noiseVar + 2 * signal + (2 * largest ** 2) / dim) * ratio);
  let x = null;
  for (const [delta2, b] of starts) {
    const found = newton(equations, [Math.log(delta2) / 2, Math.log(b)], tol);
    if (found && found[0] <= ceiling) {
      x = found;
      break;
    }
  }
  x = x || nestedNewton(equations, Math.log(weightDecay * ratio), 0.5 * Math.log(blind));
  const { m, values } = equations(x);
  const residual = Math.max(...values.map(Math.abs));
  if (!(residual <= tol && x[0] <= ceiling)) return null;
  const [delta, b] = [Math.exp(x[0]), Math.exp(x[1])];
  return {
    delta,
    b,
    risk: m.risk,
    divergence: m.active,
    zeroMass: m.inactive / dim,
    trainLoss: (noiseVar + m.risk) * ((weightDecay * ratio) / b) ** 2,
    residual,
  };
}

/** Damped Newton until steps reach rounding; null if the residual stays above `tol`. */
function newton(equations, x, tol) {
  let here = equations(x);
  let size = Math.max(...here.values.map(Math.abs));
  for (let iteration = 0; iteration < 40; iteration++) {
    const [[a, b], [c, d]] = here.jacobian;
    const [r, s] = here.values;
    const determinant = a * d - b * c;
    if (size === 0 || !Number.isFinite(size) || Math.abs(determinant) < 1e-30) break;
    let step = [b * s - d * r, c * r - a * s];
    const longest = Math.max(...step.map(Math.abs));
    const divisor = Math.max(Math.abs(determinant), longest / LONGEST_STEP) * Math.sign(determinant);
    step = step.map((value) => value / divisor);
    let next = null;
    for (let halving = 0; halving < 8; halving++) {
      const trial = [x[0] + step[0], x[1] + step[1]];
      if (Math.max(...trial.map(Math.abs)) < LOG_RANGE) {
        const there = equations(trial);
        const trialSize = Math.max(...there.values.map(Math.abs));
        if (trialSize < size) {
          next = { trial, there, trialSize };
          break;
        }
      }
      step = step.map((value) => value / 2);
    }
    if (!next) break;
    ({ trial: x, there: here, trialSize: size } = next);
    if (size <= SMALL * tol || Math.max(...step.map(Math.abs)) < 1e-14) break;
  }
  return size <= tol ? x : null;
}

/** The second equation is monotone in b at fixed delta; with that b the first falls in delta. */
function nestedNewton(equations, logBFloor, logDelta) {
  let logB = Math.max(logBFloor, logDelta);
  const second = (value) => {
    const { values, jacobian } = equations([logDelta, value]);
    return [values[1], jacobian[1][1]];
  };
  const first = (value) => {
    logDelta = value;
    logB = increasingRoot(second, logB, logBFloor, LOG_RANGE);
    const { values, jacobian } = equations([logDelta, logB]);
    return [-values[0], (jacobian[0][1] * jacobian[1][0]) / jacobian[1][1] - jacobian[0][0]];
  };
  increasingRoot(first, logDelta, -LOG_RANGE, LOG_RANGE);
  return [logDelta, logB];
}

/** Root of an increasing function given with its slope, by Newton within the bracket. */
function increasingRoot(f, x, low, high) {
  for (let iteration = 0; iteration < 300; iteration++) {
    const [value, slope] = f(x);
    if (value < 0) low = x;
    else high = x;
    let step = slope > 0 ? -value / slope : -LONGEST_STEP * Math.sign(value);
    step = Math.min(Math.max(step, -LONGEST_STEP), LONGEST_STEP);
    if (!(low < x + step && x + step < high)) {
      step = Math.min(Math.abs(high - low) / 2, LONGEST_STEP) * Math.sign(step);
    }
    if (value === 0 || Math.abs(step) < 1e-14) break;
    x += step;
  }
  return x;
}

/** Overfitting, underfitting and approximation parts of R; their sum is R (Result 3), as is that of prices. */
export function decomposeDiagonal(spectrum, solution) {
  const { delta, b } = solution;
  const ratio = b / delta;
  const above = erfc(ratio / Math.SQRT2);
  const overfitting = delta ** 2 * ((1 + ratio ** 2) * above - 2 * ratio * normalDensity(ratio));
  const underfitting = spectrum.mean((s) => {
    const [v, total] = [s * s, s * s + delta ** 2];
    const a = b / Math.sqrt(total);
    const below = erf(a / Math.SQRT2);
    return ((v * delta ** 2) / total) * below + ((v * v) / total) * squareBelow(a, below);
  });
  const approximation = solution.risk - underfitting - overfitting;
  return { overfitting, underfitting, approximation, priced: solution.risk };
}

/** Expected number of weights of magnitude above x > 0. */
export function countAboveDiagonal(spectrum, solution, x) {
  let sum = 0;
  for (let i = 0; i < spectrum.size; i++) {
    sum += spectrum.weights[i] * erfc((x + solution.b) / Math.hypot(spectrum.values[i], solution.delta) / Math.SQRT2);
  }
  return sum;
}

/** Largest of d noises in units of delta. */
export function bulkEdgeDiagonal(dim) {
  return Math.sqrt(2 * Math.log(dim));
}

/** What the learned weights consist of: zero mass, edge of the noise (0: none), number of features above it. */
export function learnedDiagonal(spectrum, { delta, b, zeroMass }) {
  const noise = delta * bulkEdgeDiagonal(spectrum.dim);
  // number of scales s_i above x
  const above = (x) => Math.min(Math.floor((Math.sqrt(spectrum.dim) / x) ** (1 / spectrum.gamma) * (1 + 1e-12)), spectrum.dim);
  const outlierCount = above(Math.max(noise, b));
  const smallest = Math.sqrt(spectrum.dim) * outlierCount ** -spectrum.gamma;
  return {
    zeroMass,
    edge: noise > b && spectrum.dim - above(noise) >= 1.5 ? noise - b : 0,
    // every teacher has its own places
    outliers: [],
    outlierCount,
    smallestOutlier: outlierCount ? smallest - b : null,
    edgeWidth: delta / bulkEdgeDiagonal(spectrum.dim),
  };
}
