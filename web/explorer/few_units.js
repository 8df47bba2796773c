// State evolution of p < d hidden units: of S* + delta G only the p largest eigenvalues are kept. With t_p such that
// mu(x > t_p) = p/d, the integrals start at tau = max(b, t_p). Solutions are followed along their curve by arc length,
// in p from wide networks and, where that branch ends, in lambda from where nothing is learned.

import { boundaryHeight, halfLine, halfLineAt, massAt, realMoment, resolve, transforms } from "./convolution.js";
import { Equations } from "./quadratic.js";
import { bisect, root } from "./special.js";

// relative distance within which masses are equal
const TIE = 1e-9;
const PRECISION = 1e-14;
const NEWTON_STEPS = 8;
// radius of an eigenvalue's semicircle, in units of the distance of the next, up to which it is alone
const ALONE = 0.3;
// a gap's point stays this far from the value below, relative to the gap
const NARROW = 1e-3;
// tolerance on the way, and by how much more mass than p/d a wide network may learn as far as it is known there
const [CLOSE, NEARLY] = [1e-5, 1e-3];
// lengths of steps along the curve, corrections of a step, Newton's steps at the end
const [FIRST_STEP, LONGEST, SHORTEST] = [2, 4, 0.01];
const [CORRECTIONS, FEW, FOLLOWING] = [5, 2, 10];
// least cosine between directions before and after a step, unless it is as short as KINK
const [STRAIGHT, KINK] = [0.9, 0.1];
// part of a hidden unit that makes no difference
const ALMOST = 1e-3;
// distance in (log t, log b) from where a solution is expected to one of another branch
const LEAP = 0.7;
const MOST_EVALUATIONS = 1000;

/** Solve state evolution at p/d = `share` < 1; as `solveQuadratic`. */
export function solveFewUnits(spectrum, samples, weightDecay, noiseVar, share, start = null, tol = 1e-9) {
  const equations = new FewUnits(spectrum, samples, weightDecay * Math.sqrt(share), noiseVar, share);
  const simple = equations.nothingLearned();
  if (simple) return simple;
  const near = start && equations.solve([2 * Math.log(start.delta), Math.log(start.b)], tol);
  // one far from the start belongs to another branch
  if (near && Math.abs(Math.log(near.delta / start.delta)) < LEAP / 2) return near;
  return equations.fromWide(tol) || equations.fromNothing(tol);
}

class FewUnits extends Equations {
  constructor(spectrum, samples, lambda, noiseVar, fraction) {
    super(spectrum, samples, lambda, noiseVar);
    Object.assign(this, { samples, fraction, cuts: true, atCut: null, atThreshold: null, evaluations: 0 });
  }

  halfLine(t, b, tol) {
    if (++this.evaluations > MOST_EVALUATIONS) throw new Error("not solved in as many evaluations as may be");
    const above = this.cuts ? this.aboveCut(t, b, tol, false) : null;
    if (above) return above;
    const { spectrum: sharp, point } = resolve(this.spectrum, t, b, this.atThreshold);
    this.atThreshold = point;
    this.cuts = massAt(sharp, point) > this.fraction * (1 + PRECISION);
    return this.cuts ? this.aboveCut(t, b, tol, true) : halfLineAt(sharp, t, b, point, tol);
  }

  /** The integrals above t_p; null if b is larger, unless `anyhow`. */
  aboveCut(t, b, tol, anyhow) {
    const guess = this.alone(t) || this.atCut;
    const { spectrum: sharp, point } = quantile(this.spectrum, t, this.fraction, guess);
    const cut = point[0] + t * transforms(sharp, point).g[0];
    const rest = cut - b;
    if (rest <= 0 && !anyhow) return null;
    this.atCut = point;
    const half = halfLineAt(sharp, t, cut, point, tol);
    const density = point[1] / (Math.PI * t);
    return {
      point,
      cut,
      mass: this.fraction,
      divergence: half.divergence + rest * half.hilbert,
      hilbert: half.hilbert,
      cubic: half.cubic - (Math.PI ** 2 / 3) * rest * density ** 3,
      distance: half.distance - rest * ((cut + b) * this.fraction - 4 * t * half.hilbert),
    };
  }

  /** Subordination point of t_p within the semicircle of an eigenvalue that no other is near; null if some are. */
  alone(t) {
    const { values, fractions, size } = this.spectrum;
    let [last, above] = [0, fractions[0]];
    while (last < size - 1 && above < this.fraction) above += fractions[++last];
    const radius = Math.sqrt(t * fractions[last]);
    let nearest = Infinity;
    if (last > 0) nearest = values[last - 1] - values[last];
    if (last < size - 1) nearest = Math.min(nearest, values[last] - values[last + 1]);
    const share = 1 - (above - this.fraction) / fractions[last];
    if (radius > nearest * ALONE || !(share > 0 && share < 1)) return null;
    const angle = bisect((x) => x - Math.sin(x) * Math.cos(x) - Math.PI * share, 0, Math.PI, 50);
    return [values[last] + radius * Math.cos(angle), radius * Math.sin(angle)];
  }

  /** The solution continued in p from wide networks; null if that branch ends before. */
  fromWide(tol) {
    const free = new Equations(this.spectrum, this.samples, this.lambda, this.noiseVar);
    const massOf = ({ delta, b }) => halfLine(this.spectrum, delta * delta, b, null, 1e-12).mass;
    let wide = free.nothingCut() || free.continuation(CLOSE);
    if (wide && massOf(wide) <= this.fraction * (1 + NEARLY)) {
      wide = free.nothingCut() || free.solve(unknownsOf(wide), tol) || free.continuation(tol);
      if (wide && massOf(wide) <= this.fraction) return wide;
    }
    if (!wide) return null;
    const here = Math.min(massOf(wide), 1 - ALMOST / this.spectrum.dim);
    return this.along("fraction", here, unknownsOf(wide), tol);
  }

  /** The solution continued in lambda from where nothing is learned. */
  fromNothing(tol) {
    const t = (this.energy + this.noiseVar / 2) / (2 * this.alpha);
    const b = Math.max(this.lambda / (4 * this.alpha), this.spectrum.largest + 2 * Math.sqrt(t));
    return this.along("lambda", 4 * this.alpha * b, [Math.log(t), Math.log(b)], tol);
  }

  /** Solution at the parameter's value, followed down from `here`; null if the branch ends before. */
  along(parameter, here, unknowns, tol) {
    const asked = this[parameter];
    const found = this.follow(parameter, here, unknowns, tol);
    this[parameter] = asked;
    return found;
  }

  follow(parameter, here, unknowns, tol) {
    const target = coordinate(parameter, this[parameter]);
    const from = coordinate(parameter, here);
    if (from <= target) return this.solve(unknowns, tol);
    this.set(parameter, from);
    const start = this.solve(unknowns, CLOSE);
    if (!start) return null;
    let place = [...unknownsOf(start), from];
    let direction = this.direction(parameter, this.at(place, CLOSE));
    // the cross product of the gradients keeps its orientation along the curve, also where it turns back
    const orientation = direction[2] > 0 ? -1 : 1;
    direction = direction.map((x) => orientation * x);
    let step = FIRST_STEP;
    // a branch in p ends where the curve turns back; one in lambda is what it leads to
    while (step > SHORTEST && (direction[2] < 0 || parameter === "lambda")) {
      let ahead = place.map((x, i) => x + step * direction[i]);
      let there = null;
      if (ahead[2] > target) {
        there = this.corrected(parameter, ahead, direction);
        if (there) ahead = there.place;
      }
      if (ahead[2] <= target && target < place[2]) {
        const share = (place[2] - target) / (place[2] - ahead[2]);
        const guess = [0, 1].map((i) => place[i] + share * (ahead[i] - place[i]));
        this.set(parameter, target);
        const found = this.solve(guess, tol, FOLLOWING);
        if (found && unknownsOf(found).every((x, i) => Math.abs(x - guess[i]) <= LEAP / 2)) return found;
        there = null;
      }
      const turned = there && this.direction(parameter, there.here).map((x) => orientation * x);
      if (!turned || !turned.every(Number.isFinite) || (dot(turned, direction) < STRAIGHT && step > KINK)) {
        step /= 2;
        continue;
      }
      [place, direction] = [there.place, turned];
      if (there.corrections <= FEW) step = Math.min(2 * step, LONGEST);
    }
    return null;
  }

  set(parameter, value) {
    this[parameter] = parameter === "lambda" ? Math.exp(value) : 1 / (1 + Math.exp(-value));
  }

  /** The solution in the plane through `guess` across `direction`, and how many corrections it took; or null. */
  corrected(parameter, guess, direction) {
    let place = guess;
    for (let corrections = 0; corrections <= CORRECTIONS; corrections++) {
      this.set(parameter, place[2]);
      const here = this.at(place, CLOSE);
      if (!here.values.every(Number.isFinite)) return null;
      if (here.size <= CLOSE) return { place, here, corrections };
      const [first, second] = this.gradients(parameter, here);
      // Cramer's rule with the third row `direction`, along which nothing changes
      const normal = cross(first, second);
      const [one, two] = [cross(second, direction), cross(direction, first)];
      const determinant = dot(normal, direction);
      const change = place.map((_, i) => -(here.values[0] * one[i] + here.values[1] * two[i]) / determinant);
      if (!(Math.max(...change.map(Math.abs)) <= LEAP)) return null;
      place = place.map((x, i) => x + change[i]);
    }
    return null;
  }

  /** Gradients of both values in log t, log b and the parameter's coordinate. */
  gradients(parameter, here) {
    const { t, b, half, error, filled } = here;
    let last = [0, 0];
    if (parameter === "lambda") {
      last = [0, this.lambda / (4 * b * filled)];
    } else if (half.mass >= this.fraction) {
      const hilbert = transforms(this.spectrum.resolved(...half.point), half.point).g[0];
      const cut = half.point[0] + t * hilbert;
      const change = this.fraction * (1 - this.fraction) * (cut - b);
      last = [(change * (4 * t * hilbert - cut - b)) / error, (change * hilbert) / filled];
    }
    return this.jacobian(here).map((row, i) => [...row, last[i]]);
  }

  /** Direction of the curve up to its sign, of unit length. */
  direction(parameter, here) {
    const normal = cross(...this.gradients(parameter, here));
    const length = Math.hypot(...normal);
    return normal.map((x) => x / length);
  }
}

/** log lambda, or log kappa/(1 - kappa) of kappa = p/d. */
const coordinate = (parameter, value) => (parameter === "lambda" ? Math.log(value) : Math.log(value / (1 - value)));
const unknownsOf = ({ delta, b }) => [2 * Math.log(delta), Math.log(b)];
const dot = (u, v) => u.reduce((sum, x, i) => sum + x * v[i], 0);
const cross = (u, v) => [0, 1, 2].map((i) => u[(i + 1) % 3] * v[(i + 2) % 3] - u[(i + 2) % 3] * v[(i + 1) % 3]);

/** Subordination point of a t_p that cuts off the mass `fraction` < 1, and the spectrum with bins opened around it. */
function quantile(spectrum, t, fraction, guess) {
  for (let step = 0; step < 20; step++) {
    const point = quantileAt(spectrum, t, fraction, guess);
    const sharper = spectrum.resolved(...point);
    if (sharper === spectrum) return { spectrum, point };
    [spectrum, guess] = [sharper, point];
  }
  throw new Error(`merged bins are not resolved at the fraction ${fraction}`);
}

function quantileAt(spectrum, t, fraction, guess) {
  const { values, fractions, size } = spectrum;
  let [last, above] = [0, fractions[0]];
  while (last < size - 1 && above < fraction * (1 - TIE)) above += fractions[++last];
  if (last < size - 1 && Math.abs(above - fraction) <= TIE * fraction) {
    const inGap = gap(spectrum, t, last);
    if (inGap) return inGap;
  }
  // the mass falls with u
  const reach = Math.sqrt(t);
  let [low, high] = [spectrum.smallest - reach, spectrum.largest + reach];
  let u = guess ? Math.min(Math.max(guess[0], low), high) : values[last];
  let found = guess && newton(spectrum, t, fraction, guess);
  let point = null;
  for (let step = 0; step < 200; step++) {
    if (found) return found;
    point = [u, boundaryHeight(spectrum, t, u)];
    const excess = massAt(spectrum, point) - fraction;
    if (excess > 0) low = u;
    else high = u;
    if (Math.abs(excess) <= PRECISION * fraction || high - low <= PRECISION * (Math.abs(low) + Math.abs(high))) break;
    found = newton(spectrum, t, fraction, point);
    u = (low + high) / 2;
  }
  return point;
}

/** Newton for Im z = 0 and the mass (1/pi) Im Phi, dPhi = G dz; null unless it ends inside the support. */
function newton(spectrum, t, fraction, guess) {
  let w = guess;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    if (!(w[1] > 0 && Number.isFinite(w[0]) && Number.isFinite(w[1]))) return null;
    const { g, slope } = transforms(spectrum, w);
    let angle = 0;
    for (let i = 0; i < spectrum.size; i++) angle += spectrum.fractions[i] * Math.atan2(w[1], w[0] - spectrum.values[i]);
    const short = Math.PI * fraction - (angle + t * g[0] * g[1]);
    const off = -(w[1] + t * g[1]);
    // dz has the imaginary part `off`, and the imaginary part of G dz is what is short
    const dz = [(short - off * g[0]) / g[1], off];
    const derivative = [1 + t * slope[0], t * slope[1]];
    const size = derivative[0] ** 2 + derivative[1] ** 2;
    const change = [
      (dz[0] * derivative[0] + dz[1] * derivative[1]) / size,
      (dz[1] * derivative[0] - dz[0] * derivative[1]) / size,
    ];
    if (Math.abs(short) <= 10 * PRECISION * fraction && Math.hypot(...change) <= TIE * w[1]) return w;
    w = [w[0] + change[0], w[1] + change[1]];
  }
  return null;
}

/** A point of the gap below the value of index `last`, near its lower edge; null if noise fills it. */
function gap(spectrum, t, last) {
  const [above, below] = [spectrum.values[last], spectrum.values[last + 1]];
  const [low, high] = [
    below + Math.sqrt(t * spectrum.fractions[last + 1]),
    above - Math.sqrt(t * spectrum.fractions[last]),
  ];
  if (!(low < high)) return null;
  const third = (u) => realMoment(spectrum, u, 3);
  if (!(third(low) > 0 && third(high) < 0)) return null;
  const inside = root(third, low, high, 1e-6);
  const excess = (u) => Math.log(t * realMoment(spectrum, u, 2));
  if (!(excess(inside) < 0)) return null;
  const edge = root(excess, low, inside, 1e-6);
  return [Math.min(inside, below + Math.max(2 * (edge - below), NARROW * (above - below))), 0];
}
