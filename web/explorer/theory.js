// One network and teacher: its spectrum, phase diagram, state evolution and what follows from it.

import { countAboveDiagonal, decomposeDiagonal, learnedDiagonal, solveDiagonal } from "./diagonal.js";
import { solveFewUnits } from "./few_units.js";
import { PhaseDiagram, samplesOf } from "./phases.js";
import { countAboveQuadratic, decomposeQuadratic, learnedQuadratic, LISTED, solveQuadratic } from "./quadratic.js";
import { erfc } from "./special.js";
import { powerLaw } from "./spectrum.js";

// ratio of n_eff over which the local exponent is taken
const NEAR = 1.02;

export class Theory {
  /** Of `hidden` units, d of them if it is not said. */
  constructor({ network, gamma, noiseVar, dim, hidden = dim }) {
    Object.assign(this, { network, gamma, noiseVar, dim, share: network === "quadratic" ? hidden / dim : 1 });
    this.spectrum = powerLaw(dim, gamma);
    this.diagram = new PhaseDiagram(network, this.spectrum, noiseVar, this.share);
  }

  /** State evolution at a point, from a neighbour's solution if there is one; null where it is not solved. */
  solve(nEff, lambda, start = null, tol = 1e-9) {
    const samples = samplesOf(this.network, nEff, this.dim);
    try {
      let found = null;
      if (this.share < 1) {
        found = solveFewUnits(this.spectrum, samples, lambda, this.noiseVar, this.share, start, tol);
      } else {
        const solve = this.network === "quadratic" ? solveQuadratic : solveDiagonal;
        found = solve(this.spectrum, samples, lambda, this.noiseVar, start, tol);
      }
      return found && found.delta > 0 && Number.isFinite(found.risk) ? found : null;
    } catch {
      return null;
    }
  }

  /** d log R/d log n_eff at fixed lambda; null where it is not known. */
  slope(nEff, lambda, solution) {
    const [less, more] = [nEff / NEAR, nEff * NEAR].map((n) => this.solve(n, lambda, solution));
    return less && more ? Math.log(more.risk / less.risk) / (2 * Math.log(NEAR)) : null;
  }

  /** Parts of the risk; null where units are too few to learn what stands above the threshold. */
  decompose(solution) {
    if (solution.cut > -Infinity) return null;
    return (this.network === "quadratic" ? decomposeQuadratic : decomposeDiagonal)(this.spectrum, solution);
  }

  /** Bulk, outliers, zero mass and the spectrum's class in Martin and Mahoney's words. */
  learned(solution) {
    const found = (this.network === "quadratic" ? learnedQuadratic : learnedDiagonal)(this.spectrum, solution);
    const left = Math.max(this.dim * (1 - found.zeroMass), 0);
    const everyFeature = solution.delta < this.spectrum.smallest;
    const edge = everyFeature ? 0 : found.edge;
    let name = "bulk + outliers";
    if (edge === 0) {
      name = everyFeature && found.zeroMass <= 0.5 ? "heavy tail" : "outliers only";
      if (left < 0.5) name = "rank collapse";
    } else if (!found.outlierCount) {
      name = left >= 0.5 ? "random-like" : "rank collapse";
    } else if (found.smallestOutlier - edge < found.edgeWidth) {
      name = "bleed-out";
    }
    return { ...found, everyFeature, edge, name, outlierCount: edge === 0 ? left : found.outlierCount };
  }

  /** Expected numbers of learned weights in bins of magnitude: {total, bulk, outliers, teacher} for each bin. */
  histogram(solution, learned, edges) {
    const above = this.network === "quadratic" ? countAboveQuadratic(this.spectrum, solution) : null;
    const counts = edges.map((x) => (above ? above(x) : countAboveDiagonal(this.spectrum, solution, x)));
    const teacher = edges.map((x) => this.teacherAbove(x));
    return edges.slice(1).map((right, i) => {
      const left = edges[i];
      const total = Math.max(counts[i] - counts[i + 1], 0);
      let bulk = 0;
      let outliers = total;
      if (right <= learned.edge) {
        [bulk, outliers] = [total, 0];
      } else if (this.network === "quadratic" && learned.outlierCount <= LISTED && !learned.everyFeature) {
        // places, since the width of an outlier may straddle an end of a bin
        outliers = learned.outliers.filter((place) => place > left && place <= right).length;
        bulk = left < learned.edge ? Math.max(total - outliers, 0) : 0;
      }
      return { left, right, bulk, outliers, teacher: teacher[i] - teacher[i + 1] };
    });
  }

  /** Number of the teacher's weights of magnitude above x, expected for the diagonal network. */
  teacherAbove(x) {
    if (this.network === "diagonal") {
      return this.dim * this.spectrum.mean((s) => erfc(x / s / Math.SQRT2));
    }
    return x > 0 ? Math.min(this.dim, Math.floor((Math.sqrt(this.dim) / x) ** (1 / this.gamma) * (1 + 1e-12))) : this.dim;
  }
}

/** Solve along a path, coarse to fine, outwards from the index nearest to `seed`.
 *
 * Yields after every solution; `solutions[i]` is undefined as long as point i is not tried, null where it fails.
 */
export function* trace(solveAt, solutions, seedIndex, seed) {
  const count = solutions.length;
  const near = (i) => {
    for (let gap = 1; gap < count; gap++) {
      const found = solutions[i - gap] || solutions[i + gap];
      if (found) return found;
    }
    return seed;
  };
  for (const stride of [8, 4, 2, 1]) {
    for (const direction of [1, -1]) {
      for (let i = seedIndex - (seedIndex % stride); i >= 0 && i < count; i += direction * stride) {
        if (solutions[i] !== undefined) continue;
        solutions[i] = solveAt(i, near(i));
        yield stride;
      }
    }
    // both ends belong to the coarsest curve
    for (const i of [0, count - 1]) {
      if (solutions[i] === undefined) {
        solutions[i] = solveAt(i, near(i));
        yield stride;
      }
    }
  }
}
