// The teacher's scales s_i = sqrt(d) i^(-gamma), i = 1..d, in O(log d) values with multiplicities.
//
// Bins of ranks are replaced by the Gauss rule of the ranks they hold. Functions 1/(w - s) are analytic in the rank
// but for rank 0 and s(rank) = w; a bin is merged where both lie outside its Bernstein ellipse of parameter SHARPNESS.

const POINTS = 8;
const SHARPNESS = 4;
const RULES = new Map();

/** Eigenvalues of a symmetric matrix and the first components of its eigenvectors, by Jacobi's rotations. */
function eigen(matrix) {
  const size = matrix.length;
  const first = new Float64Array(size);
  first[0] = 1;
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        off += matrix[p][q] ** 2;
        if (matrix[p][q] === 0) continue;
        const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
        const c = 1 / Math.hypot(1, t);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          const [x, y] = [matrix[k][p], matrix[k][q]];
          matrix[k][p] = c * x - s * y;
          matrix[k][q] = s * x + c * y;
        }
        for (let k = 0; k < size; k++) {
          const [x, y] = [matrix[p][k], matrix[q][k]];
          matrix[p][k] = c * x - s * y;
          matrix[q][k] = s * x + c * y;
        }
        const [x, y] = [first[p], first[q]];
        first[p] = c * x - s * y;
        first[q] = s * x + c * y;
      }
    }
    if (off < 1e-32) break;
  }
  return { values: matrix.map((row, i) => row[i]), first };
}

/** Gauss rule of `count` equidistant points, spacing 2/count, centre 0, total weight 1 (Gram polynomials). */
function equidistantGauss(count) {
  if (!RULES.has(count)) {
    const matrix = Array.from({ length: POINTS }, () => new Float64Array(POINTS));
    for (let k = 1; k < POINTS; k++) {
      matrix[k - 1][k] = matrix[k][k - 1] = Math.sqrt((k * k * (1 - (k / count) ** 2)) / (4 * k * k - 1));
    }
    const { values, first } = eigen(matrix);
    RULES.set(count, { nodes: values, shares: Array.from(first, (x) => x * x) });
  }
  return RULES.get(count);
}

/** Whether re + i im lies outside the ellipse of parameter SHARPNESS with foci low < high. */
function outside(re, im, low, high) {
  const reach = ((SHARPNESS + 1 / SHARPNESS) / 2) * (high - low);
  return Math.hypot(re - low, im) + Math.hypot(re - high, im) >= reach;
}

export class Spectrum {
  /** Distinct values, decreasing, with their weights (multiplicities); `bins` are the merged ranges of ranks. */
  constructor(dim, gamma, values, weights, bins) {
    this.dim = dim;
    this.gamma = gamma;
    this.values = Float64Array.from(values);
    this.weights = Float64Array.from(weights);
    this.fractions = this.weights.map((w) => w / dim);
    this.size = values.length;
    this.bins = bins;
    this.largest = values[0];
    this.smallest = values[this.size - 1];
    this.latest = null;
  }

  /** Average over the d scales. */
  mean(f) {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += this.fractions[i] * f(this.values[i]);
    return sum;
  }

  /** Complex ranks with s(rank) = re + i im. */
  ranks(re, im) {
    const magnitude = (Math.hypot(re, im) / Math.sqrt(this.dim)) ** (-1 / this.gamma);
    const angle = Math.atan2(im, re);
    return [0, 2 * Math.PI, -2 * Math.PI]
      .map((turn) => -(angle + turn) / this.gamma)
      .filter((turned) => Math.abs(turned) < Math.PI)
      .map((turned) => [magnitude * Math.cos(turned), magnitude * Math.sin(turned)]);
  }

  /** The same spectrum with the bins opened that are not sharp for 1/(re + i im - s). */
  resolved(re, im) {
    const singular = this.ranks(re, im);
    const sharp = (bins) =>
      bins.every(([low, high]) => singular.every(([x, y]) => outside(x, y, low + 1, high)));
    if (sharp(this.bins)) return this;
    if (!(this.latest && sharp(this.latest.bins))) this.latest = powerLaw(this.dim, this.gamma, singular);
    return this.latest;
  }
}

/** Scales of a teacher of dimension d and exponent gamma, merged where 1/(w - s) stays sharp at `singular` ranks. */
export function powerLaw(dim, gamma, singular = []) {
  const bins = [];
  const atoms = [];
  const parts = [[0, dim]];
  while (parts.length) {
    const [low, high] = parts.pop();
    if (high - low <= POINTS) {
      for (let rank = low + 1; rank <= high; rank++) atoms.push([rank, 1]);
    } else if ([[0, 0], ...singular].every(([x, y]) => outside(x, y, low + 1, high))) {
      const { nodes, shares } = equidistantGauss(high - low);
      nodes.forEach((node, i) => {
        atoms.push([(low + high + 1) / 2 + ((high - low) / 2) * node, (high - low) * shares[i]]);
      });
      bins.push([low, high]);
    } else {
      const middle = Math.floor((low + high) / 2);
      parts.push([low, middle], [middle, high]);
    }
  }
  atoms.sort((a, b) => a[0] - b[0]);
  const scale = Math.sqrt(dim);
  return new Spectrum(
    dim,
    gamma,
    atoms.map(([rank]) => scale * rank ** -gamma),
    atoms.map(([, weight]) => weight),
    bins,
  );
}
