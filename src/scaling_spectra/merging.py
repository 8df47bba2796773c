"""Long spectra in O(log d) values: bins of scales are replaced by Gauss rules.

Theory alone needs this; teachers, data and training use `scaling_spectra.spectrum` and do not depend on it.
"""

from cmath import phase, pi, rect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np

from scaling_spectra.arrays import Array, Indices, Mask
from scaling_spectra.spectrum import SignedSpectrum, Spectrum, check_power_law, distinct

# points per merged bin, and the Bernstein parameter of the nearest singularity a bin must have:
# their Gauss rule errs by 2 SHARPNESS^-(2 POINTS - 1) = 3e-14 of a bin's share at most
POINTS = 12
SHARPNESS = 4.0


class Source(Protocol):
    """A long list of scales, never written out: indices 0..size-1 in non-increasing order."""

    @property
    def size(self) -> int:
        """Number of scales."""

    @property
    def collision(self) -> float:
        """As in `Spectrum`."""

    def sharp(self, bins: Indices, point: complex) -> Mask:
        """Whether a Gauss rule of the bins (lo, hi), shape (k, 2), is sharp for 1/(point - s)."""

    def smooth(self, bins: Indices) -> Mask:
        """Whether it is sharp for powers of s."""

    def atoms(self, indices: Indices) -> tuple[Array, Array]:
        """Values and weights at the indices."""

    def gauss(self, low: int, high: int) -> tuple[Array, Array]:
        """Values and weights of the Gauss rule of a bin."""

    def spacing(self, values: Array) -> Array | None:
        """Distance of neighbouring scales around the values, if it varies smoothly."""


@dataclass(frozen=True, eq=False)
class MergedSpectrum(SignedSpectrum):
    """Spectrum whose bins of values are replaced by the POINTS-point Gauss rules of the values they hold.

    A Gauss rule keeps the moments up to 2 POINTS - 1, so its error for f is at most twice the bin's
    weight times the distance of f to the polynomials of that degree. For 1/(w - s) the latter is
    exactly rho^-(2 POINTS - 1)/(h |zeta^2 - 1|), with zeta = (w - c)/h for a bin of centre c and
    half-width h and rho = |zeta + sqrt(zeta^2 - 1)| > 1. A bin is merged if rho >= SHARPNESS for w = 0;
    `resolved` opens those that are not sharp for another w.

    Attributes
    ----------
    source : Source
    bins : ndarray, shape (k, 2)
        Index ranges that are merged.
    """

    source: Source = field(repr=False)
    bins: Indices = field(repr=False)
    _latest: list["MergedSpectrum"] = field(default_factory=list, init=False, repr=False)

    @property
    def collision(self) -> float:
        return self.source.collision

    def resolved(self, point: complex) -> Spectrum:
        """Spectrum whose bins are sharp at `point`, and hence at all points farther from them."""
        for known in (self, *self._latest):
            if known.source.sharp(known.bins, point).all():
                return known
        self._latest[:] = [_merged(self.source, point)]
        return self._latest[0]


def merged_power_law(dim: int, gamma: float) -> Spectrum:
    """Scales s_i = sqrt(d) i^(-gamma), i = 1..d, in O(log d) values: d up to 10^15 takes milliseconds.

    The first ranks are exact; the others are merged in bins of ranks by the Gauss rule of their ranks.

    Raises
    ------
    ValueError
        If ``dim`` is not a positive integer or ``gamma <= 1/2``.
    """
    check_power_law(dim, gamma)
    return _merged(_PowerLaw(int(dim), gamma), None)


def merge(spectrum: Spectrum) -> Spectrum:
    """The same spectrum in O(log m) values, if it is long; see `MergedSpectrum` for the error."""
    if isinstance(spectrum, MergedSpectrum):
        return spectrum
    spectrum = distinct(spectrum)
    return _merged(_Atoms(spectrum.values, spectrum.weights), None)


def _merged(source: Source, point: complex | None) -> MergedSpectrum:
    def sharp(parts: Indices) -> Mask:
        smooth = source.smooth(parts)
        return smooth if point is None else smooth & source.sharp(parts, point)

    bins, exact = halved(source.size, sharp)
    rules = [*(source.gauss(int(low), int(high)) for low, high in bins), source.atoms(exact)]
    values, weights = (np.concatenate(parts) for parts in zip(*rules, strict=True))
    order = np.argsort(-values, kind="stable")
    return MergedSpectrum(values[order], weights[order], source, bins)


def halved(size: int, sharp: Callable[[Indices], Mask]) -> tuple[Indices, Indices]:
    """Parts of the range of indices, halved until they are sharp, and the indices of those as short as a Gauss rule."""
    merged: list[Indices] = []
    exact: list[Indices] = [np.empty(0, int)]
    parts: Indices = np.array([[0, size]])
    while parts.size:
        short = parts[:, 1] - parts[:, 0] <= POINTS
        exact += [np.arange(low, high) for low, high in parts[short]]
        parts = parts[~short]
        fine = sharp(parts) if parts.size else np.zeros(0, bool)
        merged.append(parts[fine])
        parts = parts[~fine]
        middle = parts.sum(1) // 2
        parts = np.concatenate([np.stack([parts[:, 0], middle], 1), np.stack([middle, parts[:, 1]], 1)])
    return np.concatenate(merged), np.concatenate(exact)


def outside(point: complex, low: Array | Indices, high: Array | Indices) -> Mask:
    """Whether `point` is outside the ellipse of parameter SHARPNESS with foci `low` < `high`."""
    outside: Mask = np.abs(point - low) + np.abs(point - high) >= (SHARPNESS + 1 / SHARPNESS) / 2 * (high - low)
    return outside


@dataclass(frozen=True)
class _PowerLaw:
    """sqrt(d) i^(-gamma): functions of s are analytic in the rank i but for i = 0 and s(i) = point."""

    size: int
    gamma: float

    @property
    def collision(self) -> float:
        return 1 / self.size

    def smooth(self, bins: Indices) -> Mask:
        return outside(0.0, bins[:, 0] + 1, bins[:, 1])

    def sharp(self, bins: Indices, point: complex) -> Mask:
        # all ranks |arg i| < pi with s(i) = point
        magnitude, angle = (abs(point) / self.size**0.5) ** (-1 / self.gamma), phase(point)
        angles = [-(angle + turn) / self.gamma for turn in (0, 2 * pi, -2 * pi)]
        sharp = np.ones(len(bins), bool)
        for rank in (rect(magnitude, angle) for angle in angles if abs(angle) < pi):
            sharp &= outside(rank, bins[:, 0] + 1, bins[:, 1])
        return sharp

    def atoms(self, indices: Indices) -> tuple[Array, Array]:
        return np.sqrt(self.size) * (indices + 1.0) ** -self.gamma, np.ones(indices.size)

    def gauss(self, low: int, high: int) -> tuple[Array, Array]:
        count = high - low
        nodes, shares = equidistant_gauss(count)
        ranks = (low + high + 1) / 2 + count / 2 * nodes
        return np.sqrt(self.size) * ranks**-self.gamma, count * shares

    def spacing(self, values: Array) -> Array:
        distance: Array = self.gamma * values * (values / np.sqrt(self.size)) ** (1 / self.gamma)
        return distance


@lru_cache(maxsize=1024)
def equidistant_gauss(count: int) -> tuple[Array, Array]:
    """Gauss rule of `count` equidistant points, spacing 2/count, centre 0, total weight 1.

    The recurrence of the discrete Chebyshev (Gram) polynomials, k^2 (1 - k^2/N^2)/(4 k^2 - 1).
    """
    k = np.arange(1, POINTS)
    return _golub_welsch(np.zeros(POINTS), np.sqrt(k**2 * (1 - (k / count) ** 2) / (4.0 * k**2 - 1)))


def _golub_welsch(diagonal: Array, beside: Array) -> tuple[Array, Array]:
    """Gauss rule of total weight 1 from its Jacobi matrix."""
    nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
    return nodes, vectors[0] ** 2


@dataclass(frozen=True)
class _Atoms:
    """Any distinct values in decreasing order, with their weights."""

    values: Array
    weights: Array
    _rules: dict[tuple[int, int], tuple[Array, Array]] = field(default_factory=dict, init=False)

    @property
    def size(self) -> int:
        return self.values.size

    @property
    def collision(self) -> float:
        return float(np.sum((self.weights / self.weights.sum()) ** 2))

    def smooth(self, bins: Indices) -> Mask:
        return self.sharp(bins, 0.0)

    def sharp(self, bins: Indices, point: complex) -> Mask:
        return outside(point, self.values[bins[:, 1] - 1], self.values[bins[:, 0]])

    def atoms(self, indices: Indices) -> tuple[Array, Array]:
        return self.values[indices], self.weights[indices]

    def gauss(self, low: int, high: int) -> tuple[Array, Array]:
        """Lanczos with full reorthogonalisation on the bin scaled to [-1, 1]."""
        if (low, high) not in self._rules:
            values, weights = self.values[low:high], self.weights[low:high]
            centre, half = (values[0] + values[-1]) / 2, (values[0] - values[-1]) / 2
            scaled, total = (values - centre) / half, weights.sum()
            basis = np.empty((POINTS, values.size))
            diagonal, beside = np.empty(POINTS), np.empty(POINTS - 1)
            vector = np.sqrt(weights / total)
            for k in range(POINTS):
                basis[k] = vector
                vector = scaled * basis[k]
                diagonal[k] = vector @ basis[k]
                for _ in range(2):
                    vector -= basis[: k + 1].T @ (basis[: k + 1] @ vector)
                norm = np.linalg.norm(vector)
                if k < POINTS - 1:
                    beside[k], vector = norm, vector / norm
            nodes, shares = _golub_welsch(diagonal, beside)
            self._rules[low, high] = centre + half * nodes, total * shares
        return self._rules[low, high]

    def spacing(self, values: Array) -> None:
        return None
