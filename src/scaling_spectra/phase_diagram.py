"""The phase diagram in (n_eff, lambda) at given d, gamma and Delta, with its sharp constants.

While R << Delta and div << n, the effective noise and threshold are

    delta^2 = Delta d / (kappa n_eff),      b = lambda d / (kappa n_eff),

kappa = 1 (diagonal) or 4 (quadratic), beside the scales s_k = sqrt(d) k^(-gamma), k = 1..d. Hence
the lines, each a power law lambda(n_eff):

    nothing   b = s_1             above it no weight survives (Ib | II)
    tail      b = s_d             below it every feature does (II | III)
    bulk      b = edge * delta    below it a noise bulk survives (II | IV, V, VIa)
    noise     b = delta           below it noise costs more than shrinkage (III | VIb), where delta < s_d

and the sample complexities at which columns of phases end:

    detection     kappa n_eff = Delta + mean s^2: delta = s_1 while nothing is learned (Ia | IV)
    overfitting   C (kappa n_eff/Delta)^(-1 + 1/(2 gamma)) = Delta rho(n_eff/d): the benign risk meets
                  the overfitting function (IV | V); n_eff ~ d^((2/5)/(7/5 - 1/(2 gamma))) for the
                  quadratic network, a power of log d for the diagonal one
    interpolation n = d, n = d^2/4 (V | VIa), and the funnel of the peak about it
    spectrum      delta = s_d: kappa n_eff = Delta d^(2 gamma) (VIa | VIb)

Without noise n_eff degrees of freedom determine about k = n_eff d/n_recovery features, and the line
b = s_k separates IV0 from II up to exact recovery at n = d, n = d^2/2, beyond which tail takes over.
The table of rates supposes Delta of order one (or zero). For p != d read lambda sqrt(p/d) for lambda.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import exprel, zeta

from scaling_spectra.arrays import Array, Indices, Mask
from scaling_spectra.diagram_landmarks import Landmarks
from scaling_spectra.diagram_lines import FAR, JUMPS, Boundary, Column, Line, vertical
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.phases import NAMES
from scaling_spectra.ties import TIE


@dataclass(frozen=True)
class PhaseDiagram(Landmarks):
    """Phase diagram of one network.

    Parameters
    ----------
    network : str
    dim : float
        d >= 2.
    gamma : float
        Larger than 1/2.
    noise_var : float
        Delta >= 0.
    """

    network: str
    dim: float
    gamma: float
    noise_var: float

    def __post_init__(self) -> None:
        limits_of(self.network)
        if not (self.dim >= 2 and np.isfinite(self.dim)):
            raise ValueError(f"dim: {self.dim} is not a finite number of at least 2")
        if not (self.gamma > 0.5 and np.isfinite(self.gamma)):
            raise ValueError(f"gamma: {self.gamma} is not a finite number larger than 1/2")
        if not (self.noise_var >= 0 and np.isfinite(self.noise_var)):
            raise ValueError(f"noise_var: {self.noise_var} is not a non-negative finite number")

    # -- lines ------------------------------------------------------------------------------------

    @property
    def nothing(self) -> Line:
        """b = s_1."""
        return Line(self.limits.SAMPLES_FACTOR * self.dim**-0.5, 1.0)

    @property
    def tail(self) -> Line:
        """b = s_d."""
        return Line(self.limits.SAMPLES_FACTOR * self.dim ** (-self.gamma - 0.5), 1.0)

    @property
    def bulk_untrained(self) -> Line:
        """b = edge * delta while the signal still counts as noise, delta^2 = (Delta + mean s^2) d/(kappa n_eff)."""
        variance = self.noise_var + self.signal
        noise = float(np.sqrt(self.limits.SAMPLES_FACTOR * variance / self.dim))
        return Line(self.limits.bulk_edge(self.dim) * noise, 0.5)

    @property
    def recoverable(self) -> Line:
        """b = s_k at k = n_eff d/n_recovery features (Delta = 0)."""
        kappa, share = self.limits.SAMPLES_FACTOR, self.limits.RECOVERY
        return Line(kappa * share**self.gamma * self.dim**-0.5, 1 - self.gamma)

    # -- sample complexities ----------------------------------------------------------------------

    @property
    def signal(self) -> float:
        """mean_i s_i^2 = sum_{i <= d} i^(-2 gamma)."""
        return float(zeta(2 * self.gamma) - zeta(2 * self.gamma, self.dim + 1))

    @property
    def mean_scale(self) -> float:
        """mean_i s_i = d^(-1/2) sum_{i <= d} i^(-gamma), by Euler and Maclaurin from i = 100."""
        head = np.arange(1.0, min(self.dim, 100.0) + 0.5)
        first, last = head[-1], float(self.dim)
        # (last^power - first^power)/power, a logarithm at power = 0
        power, log_ratio = 1 - self.gamma, np.log(last / first)
        integral = first**power * log_ratio * exprel(power * log_ratio)
        tail = integral + (last**-self.gamma - first**-self.gamma) / 2
        return float((np.sum(head**-self.gamma) + tail) / np.sqrt(self.dim))

    @cached_property
    def overfitting(self) -> float:
        """n_eff from which the noise bulk dominates the risk at lambda -> 0."""
        low, high = self.detection, self.interpolation * (1 - 1e-9)
        if low >= high or self._harm(low) >= 0:
            return min(low, self.interpolation)
        if self._harm(high) <= 0:
            return self.interpolation
        return float(np.exp(brentq(lambda x: self._harm(np.exp(x)), np.log(low), np.log(high))))

    def _harm(self, n_eff: float) -> float:
        """log of Delta rho over the benign risk."""
        constant = self.limits.benign_constant(self.gamma, self.limits.bulk_edge(self.dim))
        features = self.limits.SAMPLES_FACTOR * n_eff / self.noise_var
        benign = constant * features ** (-1 + 1 / (2 * self.gamma))
        return float(np.log(self.noise_var * self.limits.overfitting(n_eff / self.dim) / benign))

    @property
    def full_spectrum(self) -> float:
        """n_eff from which every feature stands above the noise, delta = s_d."""
        start: float = self.noise_var * self.dim ** (2 * self.gamma) / self.limits.SAMPLES_FACTOR
        return max(start, self.interpolation)

    # -- interpolation peak -----------------------------------------------------------------------

    def in_peak(self, n_eff: ArrayLike, weight_decay: ArrayLike) -> Mask:
        """Where the interpolator at lambda -> 0 would risk more than the peak's height.

        Its risk is Delta rho(n_eff/d) before the peak and Delta/(n_eff/n_peak - 1) after it.
        """
        ratio, height = np.broadcast_arrays(
            np.asarray(n_eff, dtype=float) / self.interpolation, self.peak_risk(weight_decay) / self.noise_var
        )
        # a lower peak is none: the interpolator is not evaluated
        peaks = height > 1
        interpolator = np.where(peaks, np.inf, 0.0)
        before, after = peaks & (ratio < 1), peaks & (ratio > 1)
        interpolator[before] = self.limits.overfitting(ratio[before] * self.limits.INTERPOLATION)
        interpolator[after] = 1 / (ratio[after] - 1)
        return peaks & (interpolator > height)

    # -- the diagram ------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Columns from small to large n_eff."""
        untrained = self.bulk_untrained
        if self.noise_var == 0:
            first, lower, names = "Ia0", self.recoverable, [(self.detection, "IV0")]
            beyond = Column(self.recovery, ("III", "II", "Ib"), (self.tail, self.nothing))
        else:
            first, lower = "Ia", self.bulk
            names = [(self.detection, "IV"), (self.overfitting, "V"), (self.interpolation, "VIa")]
            beyond = Column(self.full_spectrum, ("VIb", "III", "II", "Ib"), (self.noise, self.tail, self.nothing))
        columns = [Column(0.0, (first, "Ib"), (untrained,))]
        # II opens where the line below it passes under b = s_1
        opening = lower.crosses(self.nothing)
        ends = [start for start, _ in names[1:]] + [beyond.start]
        for (start, name), end in zip(names, ends, strict=True):
            if start < min(opening, end) * (1 - TIE):
                columns.append(Column(start, (name, "Ib"), (lower,)))
            if max(start, opening) < end * (1 - TIE):
                columns.append(Column(max(start, opening), (name, "II", "Ib"), (lower, self.nothing)))
        return (*columns, beyond)

    def codes(self, n_eff: ArrayLike, weight_decay: ArrayLike) -> Indices:
        """Phase of each point, as its place in `phases.NAMES`; arguments are broadcast.

        A point on a boundary belongs to the phase below it or right of it; one nearer than TIE, relatively, lies on it.
        """
        n_eff, weight_decay = np.broadcast_arrays(np.asarray(n_eff, float), np.asarray(weight_decay, float))
        if not ((n_eff > 0).all() and np.isfinite(n_eff).all()):
            raise ValueError("n_eff: must be positive and finite")
        if not ((weight_decay > 0).all() and np.isfinite(weight_decay).all()):
            raise ValueError("weight_decay: must be positive and finite")
        starts = np.array([column.start for column in self.columns])
        place = np.searchsorted(starts * (1 - TIE), n_eff, side="right") - 1
        codes = np.empty(n_eff.shape, dtype=int)
        for index, column in enumerate(self.columns):
            here = place == index
            level = sum((weight_decay[here] > (1 + TIE) * line(n_eff[here])).astype(int) for line in column.lines)
            codes[here] = np.array([NAMES.index(name) for name in column.phases])[level]
        if self.noise_var > 0:
            below = np.isin(codes, [NAMES.index(name) for name in ("IV", "V", "VIa", "VIb")])
            below[below] = self.in_peak(n_eff[below], weight_decay[below])
            codes[below] = NAMES.index("peak")
        return codes

    def phase(self, n_eff: float, weight_decay: float) -> str:
        """Name of the phase of one point."""
        return NAMES[int(self.codes(n_eff, weight_decay))]

    @cached_property
    def boundaries(self) -> tuple[Boundary, ...]:
        """All pieces of boundary, the peak's funnel about n_peak excepted."""
        pieces: list[Boundary] = []
        starts = [10.0**-FAR, *(column.start for column in self.columns[1:]), 10.0**FAR]
        for column, (low, end) in zip(self.columns, pairwise(starts), strict=True):
            for line, pair in zip(column.lines, pairwise(column.phases), strict=True):
                pieces.append(Boundary(pair, (low, end), (float(line(low)), float(line(end))), pair in JUMPS))
        for left, right in pairwise(self.columns):
            pieces += vertical(left, right)
        return tuple(pieces)

    def distances(
        self, n_eff: ArrayLike, weight_decay: ArrayLike, phases: Collection[str] = NAMES
    ) -> dict[tuple[str, str], Array]:
        """Distance to each boundary of some phases in decades, Euclidean in (log10 n_eff, log10 lambda).

        Returns
        -------
        dict
            For each pair (below, above) or (left, right) the signed distance, positive on the side
            of the first phase: moving by it along the shortest way reaches the boundary.
        """
        point = np.log10(np.broadcast_arrays(np.asarray(n_eff, float), np.asarray(weight_decay, float)))
        found: dict[tuple[str, str], Array] = {}
        for piece in self.boundaries:
            if not set(phases) & set(piece.phases):
                continue
            start, end = np.log10(np.array([piece.n_eff, piece.weight_decay])).T
            length = np.linalg.norm(end - start)
            direction = (end - start) / length
            offset = np.moveaxis(point, 0, -1) - start
            along = np.clip(offset @ direction, 0, length)
            distance = np.linalg.norm(offset - along[..., None] * direction, axis=-1)
            # above a rising line, left of a vertical one: the cross product is positive
            cross = direction[0] * offset[..., 1] - direction[1] * offset[..., 0]
            side = np.where(cross > 0, 1.0, -1.0) * (1.0 if piece.vertical else -1.0)
            known = found.get(piece.phases)
            signed = side * distance
            found[piece.phases] = signed if known is None else np.where(distance < np.abs(known), signed, known)
        return found

    def margin(self, n_eff: ArrayLike, weight_decay: ArrayLike) -> Array:
        """Distance in decades to the nearest boundary of the point's own phase.

        The peak counts as a boundary at n_peak of the phases on both sides of it.
        """
        names = np.array(NAMES)[self.codes(n_eff, weight_decay)]
        nearest = np.full(names.shape, np.inf)
        for pair, distance in self.distances(n_eff, weight_decay, np.unique(names)).items():
            touches = (names == pair[0]) | (names == pair[1])
            nearest = np.where(touches, np.minimum(nearest, np.abs(distance)), nearest)
        return np.where(names == "peak", 0.0, nearest)
