// The phase diagram in (n_eff, lambda) at given d, gamma and Delta: lines lambda = c n_eff^e and columns of phases.
//
// While R << Delta and div << n, delta^2 = Delta d/(kappa n_eff) and b = lambda d/(kappa n_eff). Lines: `nothing` b = s_1,
// `tail` b = s_d, `bulk` b = edge delta, `noise` b = delta; without noise `recoverable`, b = s_k at k = n_eff d/n_recovery.

import { bulkEdgeDiagonal, moments } from "./diagonal.js";
import { bisect, erfc, integrate, normalDensity, semicircleTail } from "./special.js";

const JUMPS = new Set(["V|II", "VIa|II", "V|VIa", "IV0|III"]);

// `pureNoise` gives n_eff/d = t and rho(t), the risk over Delta of the interpolator of pure noise; both increase
// along `parameters`.
const LIMITS = {
  diagonal: {
    kappa: 1,
    interpolation: 1,
    recovery: 1,
    overfittingExponent: 0,
    edge: bulkEdgeDiagonal,
    /** R = delta^2 with delta^3 = sqrt(pi/2) Delta^2/(4 lambda) on the peak. */
    peakRisk: (lambda, noiseVar) => ((Math.sqrt(Math.PI / 2) / 4) * (noiseVar ** 2 / lambda)) ** (2 / 3),
    parameters: [-37, 0],
    pureNoise(parameter) {
      // not -0, which would make rho -oo
      const a = Math.abs(parameter);
      const t = erfc(a / Math.SQRT2);
      return { t, rho: t / (2 * a * normalDensity(a) - a * a * t) - 1 };
    },
    /** C in R = C (kappa n_eff/Delta)^(-1 + 1/(2 gamma)) at b = edge delta: int_0^oo risk(u^-gamma) du. */
    benign(gamma, edge) {
      const risk = (scale) =>
        moments({ size: 1, values: [scale], weights: [1], fractions: [1] }, 1, edge).risk;
      const [bulk, noise] = [risk(0), erfc(edge / Math.SQRT2)];
      const faint = Math.log(1e6) / (2 * gamma);
      const f = (x) => Math.exp(x) * (risk(Math.exp(Math.min(-gamma * x, 150))) - bulk);
      let head = 0;
      for (const [low, high, pieces] of [[-40, 0, 40], [0, faint, 20]]) {
        const width = (high - low) / pieces;
        for (let i = 0; i < pieces; i++) head += integrate(f, low + i * width, low + (i + 1) * width, 12);
      }
      return head + ((1 - noise) * Math.exp(faint * (1 - 2 * gamma))) / (2 * gamma - 1);
    },
  },
  quadratic: {
    kappa: 4,
    interpolation: 0.25,
    recovery: 0.5,
    overfittingExponent: 0.4,
    edge: () => 2,
    /** R = delta^2 with 2 lambda delta^3 + m Delta delta = 3 pi Delta^2/16 on the peak, m = mean s (Cardano). */
    peakRisk(lambda, noiseVar, meanScale) {
      const linear = (meanScale * noiseVar) / (2 * lambda);
      const constant = ((3 * Math.PI) / 16) * (noiseVar ** 2 / (2 * lambda));
      const u = Math.cbrt(constant / 2 + Math.hypot(constant / 2, (linear / 3) ** 1.5));
      const v = linear / (3 * u);
      return (constant / (u * u + u * v + v * v)) ** 2;
    },
    parameters: [-40, Math.LN2],
    pureNoise(parameter) {
      const x = 2 - Math.exp(parameter);
      const [second, first] = [semicircleTail(x, 2), x * semicircleTail(x, 1)];
      return { t: (second + first) / 2, rho: second / first };
    },
    benign(gamma, edge) {
      const outliers = edge ** 2 + 2 - (4 * edge) / (gamma + 1) + 3 / (2 * gamma + 1);
      return 2 * (1 / (2 * gamma - 1) + outliers);
    },
  },
};

/** Predicted {nEff: d log R/d log n_eff, lambda: d log R/d log lambda} at fixed d. */
export function exponents(phase, gamma, network) {
  const table = {
    II: [-2 + 1 / gamma, 2 - 1 / gamma],
    III: [-2, 2],
    IV: [-1 + 1 / (2 * gamma), 0],
    V: [LIMITS[network].overfittingExponent, 0],
    peak: [0, -2 / 3],
    VIa: [-1, 0],
    VIb: [-1, 0],
    IV0: [1 - 2 * gamma, 0],
  };
  const [nEff, lambda] = table[phase] || [0, 0];
  return { nEff, lambda };
}

/** Number of samples n of an effective number n_eff. */
export function samplesOf(network, nEff, dim) {
  return network === "quadratic" ? nEff * dim : nEff;
}

export class PhaseDiagram {
  /** Of p/d = `share` hidden units: the penalty counts as lambda sqrt(p/d), and otherwise it is that of p = d. */
  constructor(network, spectrum, noiseVar, share = 1) {
    const limits = LIMITS[network];
    const { dim, gamma } = spectrum;
    const shrink = Math.sqrt(share);
    Object.assign(this, { network, limits, dim, gamma, noiseVar, shrink });
    const signal = spectrum.mean((s) => s * s);
    this.meanScale = spectrum.mean((s) => s);
    const { kappa } = limits;
    const edge = limits.edge(dim);
    const line = (all, exponent) => {
      const coefficient = all / shrink;
      return { coefficient, exponent, at: (n) => coefficient * n ** exponent };
    };
    const atNoise = (variance) => Math.sqrt((kappa * variance) / dim);
    this.nothing = line(kappa * dim ** -0.5, 1);
    this.tail = line(kappa * dim ** (-gamma - 0.5), 1);
    this.noise = line(atNoise(noiseVar), 0.5);
    this.bulk = line(edge * atNoise(noiseVar), 0.5);
    const untrained = line(edge * atNoise(noiseVar + signal), 0.5);
    const recoverable = line(kappa * limits.recovery ** gamma * dim ** -0.5, 1 - gamma);

    this.interpolation = limits.interpolation * dim;
    const found = (noiseVar + signal) / kappa;
    const detection = noiseVar === 0 ? Math.max(found, limits.recovery) : found;
    let [names, lower, first, beyond] = [[[detection, "IV0"]], recoverable, "Ia0", null];
    if (noiseVar === 0) {
      beyond = { start: limits.recovery * dim, phases: ["III", "II", "Ib"], lines: [this.tail, this.nothing] };
    } else {
      lower = this.bulk;
      first = "Ia";
      names = [[detection, "IV"], [this.harmfulFrom(detection, edge), "V"], [this.interpolation, "VIa"]];
      beyond = {
        start: Math.max((noiseVar * dim ** (2 * gamma)) / kappa, this.interpolation),
        phases: ["VIb", "III", "II", "Ib"],
        lines: [this.noise, this.tail, this.nothing],
      };
    }
    this.columns = [{ start: 0, phases: [first, "Ib"], lines: [untrained] }];
    // II opens where the line below it passes under b = s_1
    const opening = (this.nothing.coefficient / lower.coefficient) ** (1 / (lower.exponent - 1));
    names.forEach(([start, name], i) => {
      const end = i + 1 < names.length ? names[i + 1][0] : beyond.start;
      if (start < Math.min(opening, end)) this.columns.push({ start, phases: [name, "Ib"], lines: [lower] });
      if (Math.max(start, opening) < end) {
        const phases = [name, "II", "Ib"];
        this.columns.push({ start: Math.max(start, opening), phases, lines: [lower, this.nothing] });
      }
    });
    this.columns.push(beyond);
  }

  /** n_eff from which the noise bulk dominates the risk at lambda -> 0. */
  harmfulFrom(detection, edge) {
    const { limits, noiseVar, gamma, dim } = this;
    const constant = limits.benign(gamma, edge);
    const harm = (parameter) => {
      const { t, rho } = limits.pureNoise(parameter);
      const benign = constant * ((limits.kappa * t * dim) / noiseVar) ** (-1 + 1 / (2 * gamma));
      return Math.log((noiseVar * rho) / benign);
    };
    if (detection >= this.interpolation * (1 - 1e-9)) return Math.min(detection, this.interpolation);
    const low = this.parameterOf("t", detection / dim);
    const high = this.parameterOf("t", limits.interpolation * (1 - 1e-9));
    if (harm(low) >= 0) return detection;
    if (harm(high) <= 0) return this.interpolation;
    return limits.pureNoise(bisect(harm, low, high, 60)).t * dim;
  }

  /** Parameter of `pureNoise` at which t or rho has a value. */
  parameterOf(name, value) {
    return bisect((parameter) => this.limits.pureNoise(parameter)[name] - value, ...this.limits.parameters, 60);
  }

  /** Risk over Delta of the interpolator at lambda -> 0. */
  interpolator(nEff) {
    const ratio = nEff / this.interpolation;
    if (ratio === 1) return Infinity;
    return ratio < 1 ? this.limits.pureNoise(this.parameterOf("t", nEff / this.dim)).rho : 1 / (ratio - 1);
  }

  /** Height of the peak over Delta at small lambda. */
  peakHeight(lambda) {
    return this.limits.peakRisk(lambda * this.shrink, this.noiseVar, this.meanScale) / this.noiseVar;
  }

  /** Where the interpolator at lambda -> 0 would risk more than the peak's height. */
  inPeak(nEff, lambda) {
    const height = this.peakHeight(lambda);
    return height > 1 && this.interpolator(nEff) > height;
  }

  /** Name of the phase of a point, the peak counting as the phase on its side. */
  band(nEff, lambda) {
    const column = this.columns.findLast(({ start }) => start <= nEff);
    return column.phases[column.lines.filter((line) => lambda > line.at(nEff)).length];
  }

  /** Name of the phase of a point. */
  phase(nEff, lambda) {
    const name = this.band(nEff, lambda);
    const below = name === "IV" || name === "V" || name.startsWith("VI");
    return this.noiseVar > 0 && below && this.inPeak(nEff, lambda) ? "peak" : name;
  }

  /** Polygons of phases in [nLow, nHigh] x [0, oo): {phase, below, above}, lines or null at the ends. */
  bands(nLow, nHigh) {
    const bands = [];
    this.columns.forEach(({ start, phases, lines }, i) => {
      const [from, to] = [Math.max(start, nLow), Math.min(this.columns[i + 1]?.start ?? nHigh, nHigh)];
      if (from >= to) return;
      phases.forEach((phase, k) => {
        bands.push({ phase, from, to, below: lines[k - 1] ?? null, above: lines[k] ?? null });
      });
    });
    return bands;
  }

  /** Nearest boundary of a point's phase: {name: the phase beyond, decades}; null if there is none. */
  nearest(nEff, lambda, phase) {
    const here = [Math.log10(nEff), Math.log10(lambda)];
    const far = [1e-12, 1e12];
    const found = this.boundaries([nEff * far[0], nEff * far[1]], [lambda * far[0], lambda * far[1]])
      .filter(({ pair }) => pair.includes(phase))
      .map(({ pair, n, lambda: heights }) => {
        const ends = [0, 1].map((i) => [Math.log10(n[i]), Math.log10(heights[i])]);
        return { name: pair[0] === phase ? pair[1] : pair[0], decades: toSegment(here, ...ends) };
      });
    return found.reduce((best, piece) => (best && best.decades <= piece.decades ? best : piece), null);
  }

  /** Pieces of boundary in a window: {pair, n: [n1, n2], lambda: [l1, l2], jump}. */
  boundaries([nLow, nHigh], [lambdaLow, lambdaHigh]) {
    const pieces = [];
    const add = (pair, n, lambda) => pieces.push({ pair, n, lambda, jump: JUMPS.has(pair.join("|")) });
    this.columns.forEach(({ start, phases, lines }, i) => {
      const end = Math.min(this.columns[i + 1]?.start ?? nHigh, nHigh);
      const from = Math.max(start, nLow);
      if (from < end) {
        lines.forEach((line, k) => add([phases[k], phases[k + 1]], [from, end], [line.at(from), line.at(end)]));
      }
      if (i === 0 || start < nLow || start > nHigh) return;
      // vertical pieces between neighbouring columns, where the phase changes
      const left = this.columns[i - 1];
      const name = (column, lambda) => column.phases[column.lines.filter((line) => lambda > line.at(start)).length];
      const inner = [...left.lines, ...lines].map((line) => line.at(start));
      const heights = [lambdaLow, ...inner.filter((l) => l > lambdaLow && l < lambdaHigh), lambdaHigh];
      heights.sort((a, b) => a - b);
      for (let k = 0; k + 1 < heights.length; k++) {
        const [low, high] = [heights[k], heights[k + 1]];
        const pair = [left, this.columns[i]].map((column) => name(column, Math.sqrt(low * high)));
        if (pair[0] !== pair[1] && high > low * (1 + 1e-9)) add(pair, [start, start], [low, high]);
      }
    });
    return pieces;
  }

  /** Outline of the peak's funnel above lambdaLow: [[n_eff, lambda], ...], empty if there is none. */
  funnel(lambdaLow) {
    if (this.noiseVar === 0 || this.peakHeight(lambdaLow) <= 1) return [];
    const log = Math.log(lambdaLow);
    const apex = bisect((x) => this.peakHeight(Math.exp(x)) - 1, log, log + 60, 60);
    const left = [];
    const right = [];
    for (let i = 0; i <= 24; i++) {
      const lambda = Math.exp(log + ((apex - log) * i) / 24);
      const height = this.peakHeight(lambda) * (1 + 1e-12);
      left.push([this.limits.pureNoise(this.parameterOf("rho", height)).t * this.dim, lambda]);
      right.push([this.interpolation * (1 + 1 / height), lambda]);
    }
    return [...left, ...right.reverse()];
  }
}

/** Distance of a point to the segment between two others. */
function toSegment([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}

/** The part of the (n_eff, lambda) plane that is shown. */
export function plane(dim, gamma) {
  return { n: [dim ** -0.45, dim ** (2 * gamma + 1.2)], lambda: [dim ** -1.25, dim ** (gamma + 1.5)] };
}
