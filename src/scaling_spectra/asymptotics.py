"""Exponents and constants from state evolution at huge dimension, beside the predicted ones.

Every phase is probed where it is deepest: at the centre of the largest disc that fits into it in the
(log n_eff, log lambda) plane, along rays through that centre, a quarter of the radius to both sides.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES, exponents, logarithmic
from scaling_spectra.representative import Representative, deepest
from scaling_spectra.spectrum import Spectrum

POINTS = 9
RAY = 0.25
# the risk of few features is sought down to exp(-LOG_REACH) times that of all
LOG_REACH = 300.0
# decades from a phase's boundaries from which on its rate shows: nearer, those of its neighbours add to it
DEEP = 1.5
# where n_eff/d = 10^-12, a threshold just below the edge of the bulk is known to 10^-9 only
TOL = 1e-7
# the part of the plane that is searched, in powers of d: n_eff from d^-0.3 to d^(2 gamma + 2), lambda from d^-1.8
# to d^(gamma + 1.5)
LEAST_N_EFF, LEAST_WEIGHT_DECAY = -0.3, -1.8
# on the optimal line the bulk has just disappeared
ABOVE_BULK = 1.05
# name of that line
OPTIMAL = "optimal"
# windows of lambda on the interpolation peak
PEAK_WINDOWS = ((1e-4, 1e-3), (1e-7, 1e-6), (1e-10, 1e-9))


@dataclass(frozen=True, kw_only=True)
class Slope:
    """A measured exponent beside the predicted one.

    Attributes
    ----------
    network : str
    noise_var, gamma, dim : float
    phase : str
        Name of the phase, or ``optimal`` for the line where the bulk just disappears (Corollary 1).
    variable : str
        ``n_eff``, ``weight_decay``, or ``n_eff along lambda_c``: what the risk is differentiated by.
    n_eff, weight_decay : (float, float)
        Ends of the ray, as powers of d.
    slope : float
        Slope of log R along the ray, by least squares; NaN where it is not solved.
    first, last : float
        Slopes of its first and last piece.
    predicted : float
        Exponent of the table of rates.
    refined : float
        Slope predicted at this dimension, where a formula exists; otherwise `predicted`.
    distance : float
        Distance in decades from the centre of the ray to the nearest boundary.
    """

    network: str
    noise_var: float
    gamma: float
    dim: float
    phase: str
    variable: str
    n_eff: tuple[float, float]
    weight_decay: tuple[float, float]
    slope: float
    first: float
    last: float
    predicted: float
    refined: float
    distance: float

    @property
    def deep(self) -> bool:
        """Whether the ray is so far from other phases that its slope is to be compared; the peak is its own judge."""
        return self.phase == "peak" or self.distance >= DEEP


def deepest_point(diagram: PhaseDiagram, phase: str) -> Representative | None:
    """The `deepest` point of a phase in the part of the plane that is searched."""
    n_eff, weight_decay = (LEAST_N_EFF, 2 * diagram.gamma + 2), (LEAST_WEIGHT_DECAY, diagram.gamma + 1.5)
    powers = (tuple(float(diagram.dim) ** end for end in ends) for ends in (n_eff, weight_decay))
    return deepest(diagram, phase, *powers)


def slopes(
    network: str,
    noise_var: float,
    *,
    gammas: Sequence[float] = (0.75, 1.0, 1.5),
    dims: Sequence[int] = (10**12,),
    phases: Collection[str] = (*NAMES, OPTIMAL),
    by_weight_decay: bool = True,
) -> list[Slope]:
    """Exponents of R in n_eff and in lambda in every phase of one network.

    Parameters
    ----------
    network : str
    noise_var : float
        Delta >= 0.
    gammas : sequence of float
        Exponents of the teacher.
    dims : sequence of int
        Dimensions d, up to 10^15; several of them show how a slope approaches its limit.
    phases : collection of str
        Which phases; ``optimal`` is the line where the bulk just disappears.
    by_weight_decay : bool
        Whether exponents in lambda are measured too where there are those in n_eff.
    """
    rows: list[Slope] = []
    for gamma in gammas:
        for dim in dims:
            probe = _Probe(PhaseDiagram(network, dim, gamma, noise_var), merged_power_law(dim, gamma))
            for phase in NAMES:
                if phase != "peak" and phase in phases:
                    rows += probe.phase(phase, by_weight_decay)
            if noise_var > 0 and "peak" in phases:
                rows += probe.peak()
            if noise_var > 0 and OPTIMAL in phases:
                rows.append(probe.optimal_line())
    return rows


class _Probe:
    """Rays through the phases of one diagram."""

    def __init__(self, diagram: PhaseDiagram, spectrum: Spectrum) -> None:
        self.diagram, self.spectrum = diagram, spectrum
        self.theory = theory_of(diagram.network)
        self.per_n_eff = 1 / problem_of(diagram.network).effective_samples(1, diagram.dim)

    def phase(self, phase: str, by_weight_decay: bool = True) -> list[Slope]:
        found = deepest_point(self.diagram, phase)
        if found is None:
            return []
        n_eff, weight_decay, radius = found.n_eff, found.weight_decay, found.margin
        steps = 10 ** np.linspace(-RAY * radius, RAY * radius, POINTS)
        along_n_eff, along_decay = exponents(phase, self.diagram.gamma, self.diagram.network)
        refined = self._refined(phase, n_eff * steps, weight_decay, along_n_eff)
        rows = [self._slope(phase, "n_eff", n_eff * steps, weight_decay, along_n_eff, refined, radius)]
        if by_weight_decay:
            lam = weight_decay * steps
            rows.append(self._slope(phase, "weight_decay", n_eff, lam, along_decay, along_decay, radius))
        return rows

    def peak(self) -> list[Slope]:
        """lambda -> 0 at interpolation; the distance is that of the peak's height from the noise, R = Delta."""
        diagram = self.diagram
        predicted = exponents("peak", diagram.gamma, diagram.network)[1]
        rows = []
        for window in PEAK_WINDOWS:
            lam = np.geomspace(*window, POINTS)
            heights = diagram.peak_risk(lam)
            refined = float(np.polyfit(np.log(lam), np.log(heights), 1)[0])
            distance = float(np.log10(heights[POINTS // 2] / diagram.noise_var))
            rows.append(self._slope("peak", "weight_decay", diagram.interpolation, lam, predicted, refined, distance))
        return rows

    def optimal_line(self) -> Slope:
        """Just above lambda_c, between the first and the last feature to be found."""
        ends = np.log10([self.diagram.detection, self.diagram.full_spectrum])
        centre, radius = ends.mean(), np.diff(ends)[0] / 2
        n_eff = 10 ** (centre + np.linspace(-radius / 2, radius / 2, POINTS))
        lam = ABOVE_BULK * self.diagram.bulk(n_eff)
        predicted = -1 + 1 / (2 * self.diagram.gamma)
        refined = self._refined(OPTIMAL, n_eff, lam, predicted)
        return self._slope(OPTIMAL, "n_eff along lambda_c", n_eff, lam, predicted, refined, float(radius))

    def _refined(self, phase: str, n_eff: Array, weight_decay: float | Array, predicted: float) -> float:
        """Slope over values of n_eff at finite d, from sharper forms of the rates."""
        diagram = self.diagram
        centre = float(np.exp(np.log(n_eff).mean()))
        if phase in ("II", OPTIMAL) or (phase in ("IV", "V", "IV0") and not logarithmic(phase, diagram.network)):
            lam = np.broadcast_to(weight_decay, n_eff.shape) if phase in ("II", OPTIMAL) else [None] * len(n_eff)
            risks = [self._feature_risk(n, decay) for n, decay in zip(n_eff, lam, strict=True)]
            return float(np.polyfit(np.log(n_eff), np.log(risks), 1)[0])
        if phase == "V":
            # R = Delta rho(n_eff/d)
            t = centre / diagram.dim * np.array([0.999, 1.001])
            return float(np.diff(np.log(diagram.limits.overfitting(t)))[0] / np.diff(np.log(t))[0])
        if phase == "VIa":
            # R = Delta/(n_eff/n_peak - 1)
            return predicted / (1 - diagram.interpolation / centre)
        if phase == "IV0":
            # n_eff samples find n_eff/log(d/n_eff) features where every feature must be told from d others
            slower: float = predicted * (1 + 1 / np.log(diagram.dim / centre))
            return slower
        return predicted

    def _feature_risk(self, n_eff: float, weight_decay: float | None) -> float:
        """Risk of finitely many features in a space of d dimensions: R = B + (Delta + B) rho(n_eff/d).

        B is what the features cost that are found, and those that are not, in the noise delta^2 = (Delta + R) d/(kappa
        n_eff) at the threshold b = lambda d/(kappa n_eff), or, for lambda -> 0, just below the edge of the bulk. What
        is not learned of them is fitted like noise there. For d -> infinity sums over features turn into integrals.
        """
        diagram, limits, noise_var = self.diagram, self.diagram.limits, self.diagram.noise_var
        share = diagram.dim / (limits.SAMPLES_FACTOR * n_eff)
        rho = float(limits.overfitting(n_eff / diagram.dim)) if weight_decay is None else 0.0

        def risk(log_risk: float) -> float:
            delta = float(np.sqrt((noise_var + np.exp(log_risk)) * share))
            b = limits.bulk_edge(diagram.dim) * delta if weight_decay is None else weight_decay * share
            return limits.features_risk(self.spectrum, delta, b) * (1 + rho) + noise_var * rho

        # no feature costs more than ten times its own s^2
        top = float(np.log(10 * diagram.signal * (1 + rho) + noise_var * rho))
        found = brentq(lambda x: np.log(risk(x)) - x, top - LOG_REACH, top)
        return float(np.exp(found))

    def _slope(
        self,
        phase: str,
        variable: str,
        n_eff: Array | float,
        weight_decay: Array | float,
        predicted: float,
        refined: float,
        distance: float,
    ) -> Slope:
        n_eff, weight_decay = np.broadcast_arrays(n_eff, weight_decay)
        samples = n_eff * self.per_n_eff
        path = self.theory.curve(self.spectrum, samples, weight_decay, self.diagram.noise_var, tol=TOL)
        log_risk = np.log([point.risk for point in path])
        x = np.log(weight_decay if variable == "weight_decay" else n_eff)
        pieces = np.diff(log_risk) / np.diff(x)
        # one point without a solution leaves the slope of the others
        solved = np.isfinite(log_risk)
        slope = np.polyfit(x[solved], log_risk[solved], 1)[0] if solved.sum() > 1 else np.nan
        log_dim = np.log(self.diagram.dim)
        ends = [(float(np.log(v[0]) / log_dim), float(np.log(v[-1]) / log_dim)) for v in (n_eff, weight_decay)]
        return Slope(
            network=self.diagram.network,
            noise_var=self.diagram.noise_var,
            gamma=self.diagram.gamma,
            dim=self.diagram.dim,
            phase=phase,
            variable=variable,
            n_eff=ends[0],
            weight_decay=ends[1],
            slope=float(slope),
            first=float(pieces[0]),
            last=float(pieces[-1]),
            predicted=predicted,
            refined=refined,
            distance=distance,
        )
