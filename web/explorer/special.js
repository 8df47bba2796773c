// Special functions to nearly full double precision.

// Chebyshev coefficients of (x + 3) exp(x^2) erfc(x) in t = (x - 3)/(x + 3) on [-1, 1], interpolated in 46 points
const ERFCX = [
  1.413438223980872, -1.1314768490746976, 0.35410810034248635, -0.0850870400990854, 0.014615273272816686,
  -0.0013795571636297545, -6.429066714281508e-5, 3.9043421097419696e-5, -2.6427850744566945e-6,
  -8.239440144077447e-7, 1.3247975671554466e-7, 1.9195225539493713e-8, -5.030507865339226e-9,
  -5.842002823526301e-10, 1.8742309636643955e-10, 2.437349838865667e-11, -6.990150004720195e-12,
  -1.25801301742928e-12, 2.470173823941541e-13, 6.9123450924488e-14, -5.420784594148047e-15,
  -4.810765312682812e-15, 1.4761742552964377e-15, -7.302902998513014e-16,
];

/** exp(x^2) erfc(x) for x >= 0. */
export function erfcx(x) {
  const t = (x - 3) / (x + 3);
  let last = 0;
  let before = 0;
  for (let k = ERFCX.length - 1; k > 0; k--) {
    const next = 2 * t * last - before + ERFCX[k];
    before = last;
    last = next;
  }
  return (t * last - before + ERFCX[0]) / (x + 3);
}

/** Complementary error function of x >= 0. */
export function erfc(x) {
  return Math.exp(-x * x) * erfcx(x);
}

/** Error function of x >= 0; `complement` is erfc(x) where it is known. */
export function erf(x, complement = null) {
  if (x > 0.5) return 1 - (complement ?? erfc(x));
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** Density of a standard normal variable. */
export function normalDensity(x) {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** E[z^2; |z| < a] of a standard normal z, with P(|z| < a); a series where the closed form cancels. */
export function squareBelow(a, below) {
  if (a >= 0.5) return below - 2 * a * normalDensity(a);
  let power = 1;
  let sum = 0;
  for (let k = 0; k < 11; k++) {
    sum += power / (2 * k + 3);
    power *= (-a * a) / (2 * (k + 1));
  }
  return Math.sqrt(2 / Math.PI) * a ** 3 * sum;
}

const RULES = new Map();

/** Gauss-Legendre rule on [-1, 1]: {nodes, weights}. */
export function gaussLegendre(count) {
  if (!RULES.has(count)) {
    const nodes = new Float64Array(count);
    const weights = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
      let slope = 0;
      for (let step = 0; step < 20; step++) {
        let [value, previous] = [x, 1];
        for (let k = 2; k <= count; k++) {
          [value, previous] = [((2 * k - 1) * x * value - (k - 1) * previous) / k, value];
        }
        slope = (count * (x * value - previous)) / (x * x - 1);
        const change = value / slope;
        x -= change;
        if (Math.abs(change) < 1e-15) break;
      }
      nodes[i] = x;
      weights[i] = 2 / ((1 - x * x) * slope * slope);
    }
    RULES.set(count, { nodes, weights });
  }
  return RULES.get(count);
}

/** Integral of a smooth function by one Gauss-Legendre rule. */
export function integrate(f, low, high, count = 40) {
  const { nodes, weights } = gaussLegendre(count);
  const half = (high - low) / 2;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[i] * f(low + half * (nodes[i] + 1));
  return half * sum;
}

/** Root of a function of opposite signs at both ends, by bisection. */
export function bisect(f, low, high, steps = 200) {
  const rising = f(high) > 0;
  for (let i = 0; i < steps; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (f(middle) > 0 === rising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Root between two points of opposite signs, by the Illinois method, to `tol` times the distance of the points. */
export function root(f, low, high, tol = 1e-12) {
  let [below, above] = [f(low), f(high)];
  if (!(below * above < 0)) return Math.abs(below) < Math.abs(above) ? low : high;
  const least = tol * Math.abs(high - low);
  for (let step = 0; step < 100 && Math.abs(high - low) > least; step++) {
    let x = high - (above * (high - low)) / (above - below);
    if (!Number.isFinite(x)) x = (low + high) / 2;
    const value = f(x);
    if (value === 0) return x;
    if (value * above < 0) [low, below] = [high, above];
    else below /= 2;
    if (Math.abs(x - high) <= least) return x;
    [high, above] = [x, value];
  }
  return high;
}

/** int_x^2 (u - x)^order mu_sc(du) of the semicircle law on [-2, 2], x >= 0. */
export function semicircleTail(x, order) {
  const gap = Math.max(2 - x, 0);
  if (gap === 0) return 0;
  // 2 - u = gap q^2: the square root of the edge becomes smooth
  const smooth = (q) => 2 * q * q * (1 - q * q) ** order * Math.sqrt(4 - gap * q * q);
  return (gap ** (order + 1.5) * integrate(smooth, 0, 1, 24)) / (2 * Math.PI);
}

/** Logarithmically spaced points, both ends included. */
export function geomspace(low, high, count) {
  const step = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? high : low * Math.exp(i * step)));
}
