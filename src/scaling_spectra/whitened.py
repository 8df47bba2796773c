"""Correlated inputs x ~ N(0, Sigma), whitened: a teacher whose features have a price of their own each.

In x = Sigma^(1/2) z a network with correlated inputs is one with white inputs z. Its features are s_i sigma_i^k, k = 1
where features are linear in x and k = 2 where they are quadratic; weight decay, which looks at the weights of x, asks
the price sigma_i^(-k) of each. Decay *matched* to the inputs looks at the weights of z: its price is one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from scaling_spectra.arrays import Array, Indices, Mask
from scaling_spectra.merging import POINTS, equidistant_gauss, halved, outside
from scaling_spectra.spectrum import check_power_law

# where on the list of features the largest variances are
POSITIONS = ("aligned", "against", "random")
DECAYS = ("plain", "matched")


@dataclass(frozen=True, eq=False)
class Whitened:
    """Scales of the whitened teacher, and the price of each.

    Attributes
    ----------
    scales : ndarray, shape (m,)
        a_i = s_i sigma_i^k >= 0, in any order.
    prices : ndarray, shape (m,)
        r_i > 0: sigma_i^(-k), or one.
    weights : ndarray, shape (m,)
        Multiplicities.
    """

    scales: Array
    prices: Array
    weights: Array

    def __post_init__(self) -> None:
        for name, values in (("scales", self.scales), ("prices", self.prices), ("weights", self.weights)):
            if values.shape != self.scales.shape or values.ndim != 1 or not np.isfinite(values).all():
                raise ValueError(f"{name}: must be a vector of finite numbers, one a feature")
        if not ((self.scales >= 0).all() and (self.prices > 0).all()):
            raise ValueError("scales, prices: must not be negative, and prices positive")

    @property
    def dim(self) -> float:
        """d."""
        return float(self.weights.sum())

    @cached_property
    def fractions(self) -> Array:
        """Multiplicities divided by d."""
        shares: Array = self.weights / self.weights.sum()
        return shares

    @property
    def energy(self) -> float:
        """Mean of a_i^2: what learning nothing costs."""
        return float(self.fractions @ self.scales**2)

    @property
    def highest(self) -> float:
        """Largest threshold, in units of its price, that a feature stands above."""
        return float(np.max(self.scales / self.prices))

    @property
    def least_price(self) -> float:
        """Smallest price."""
        return float(self.prices.min())

    def along(self, threshold: float) -> tuple[Array, Array, Array, Array, Array]:
        """Eigenvalues of A - b R, non-increasing, their multiplicities, and the diagonals of R, R^2 and A^2 there."""
        values = self.scales - threshold * self.prices
        order = np.argsort(-values, kind="stable")
        prices, scales = self.prices[order], self.scales[order]
        return values[order], self.weights[order], prices, prices**2, scales**2

    def resolved(self, threshold: float, point: complex) -> "Whitened":
        """Features that represent 1/(point - a_i + threshold r_i): themselves, unless some are merged."""
        return self


@dataclass(frozen=True, eq=False)
class MergedWhitened(Whitened):
    """Features that are functions of their rank, in bins of ranks replaced by Gauss rules.

    Attributes
    ----------
    size : int
        d.
    at : callable
        Scales and prices at any real ranks 1..d.
    poles : tuple of float
        Ranks outside 1..d at which they are singular.
    bins : ndarray, shape (k, 2)
        Index ranges that are merged.
    """

    size: int
    at: Callable[[Array], tuple[Array, Array]] = field(repr=False)
    poles: tuple[float, ...]
    bins: Indices = field(repr=False)
    _latest: list["MergedWhitened"] = field(default_factory=list, init=False, repr=False)

    def resolved(self, threshold: float, point: complex) -> Whitened:
        """The same with the bins opened that are not sharp at `point`."""
        for known in (self, *self._latest):
            if _sharp(known.bins, known.at, threshold, point).all():
                return known

        def sharp(bins: Indices) -> Mask:
            return _sharp(bins, self.at, threshold, point)

        self._latest[:] = [_merged(self.size, self.at, self.poles, sharp)]
        return self._latest[0]


@dataclass(frozen=True, eq=False)
class Rotated:
    """A whitened teacher whose eigenvectors are not those of the inputs.

    Attributes
    ----------
    teacher, prices : ndarray, shape (d, d)
        A = Sigma^(1/2) S* Sigma^(1/2), and the matrix R of prices, Sigma^(-1) or one.
    """

    teacher: Array
    prices: Array

    @property
    def dim(self) -> float:
        """d."""
        return float(len(self.teacher))

    @property
    def energy(self) -> float:
        """Mean of the squared eigenvalues of A."""
        return float(np.sum(self.teacher**2) / len(self.teacher))

    @property
    def highest(self) -> float:
        """Largest threshold, in units of R, that a feature stands above."""
        return float(np.linalg.eigvalsh(self.teacher)[-1] / np.linalg.eigvalsh(self.prices)[0])

    @property
    def least_price(self) -> float:
        """Smallest eigenvalue of R."""
        return float(np.linalg.eigvalsh(self.prices)[0])

    def resolved(self, threshold: float, point: complex) -> "Rotated":
        """Itself: nothing is merged."""
        return self

    def along(self, threshold: float) -> tuple[Array, Array, Array, Array, Array]:
        """As `Whitened.along`."""
        values, vectors = np.linalg.eigh(self.teacher - threshold * self.prices)
        prices = np.einsum("ik,ik->k", vectors, self.prices @ vectors)
        squares, prices_squared = (np.sum((matrix @ vectors) ** 2, axis=0) for matrix in (self.teacher, self.prices))
        weights = np.ones(values.size)
        return values[::-1], weights, prices[::-1], prices_squared[::-1], squares[::-1]


def rotate(scales: Array, variance: Array, rotation: Array, decay: str) -> Rotated:
    """Quadratic teacher of eigenvectors `rotation`, shape (d, d), in the basis where Sigma is diagonal."""
    root = np.sqrt(variance)
    teacher = root[:, None] * ((rotation * scales) @ rotation.T) * root
    return Rotated(teacher, np.diag(1 / variance) if decay == "plain" else np.eye(scales.size))


def variances(dim: int, exponent: float, position: str, rng: np.random.Generator | None = None) -> Array:
    """sigma_i^2 ~ i^(-a) of mean one for the features i = 1..d, shape (d,).

    Parameters
    ----------
    exponent : float
        a >= 0.
    position : str
        ``aligned``: largest variance on the largest feature; ``against``: on the smallest; ``random``: in an order
        drawn from `rng`.
    """
    return in_position(np.arange(1, dim + 1, dtype=float) ** -exponent, position, rng)


def in_position(given: Array, position: str, rng: np.random.Generator | None = None) -> Array:
    """Variances scaled to mean one, in the order that a position says."""
    ordered = np.sort(given)[::-1] / np.mean(given)
    if position == "random":
        if rng is None:
            raise ValueError("position: random needs a source of random numbers")
        shuffled: Array = rng.permutation(ordered)
        return shuffled
    if position not in POSITIONS:
        raise ValueError(f"position: {position!r} is not one of {', '.join(POSITIONS)}")
    return ordered if position == "aligned" else ordered[::-1].copy()


def same_signal(scales: Array, variance: Array, power: int) -> Array:
    """Variances scaled so that labels without noise vary as much as with white inputs, shape (d,)."""
    scaled: Array = variance * (np.sum(scales**2) / np.sum(scales**2 * variance**power)) ** (1 / power)
    return scaled


def whiten(scales: Array, variance: Array, power: int, decay: str) -> Whitened:
    """Features of scales s_i along which inputs have the variances sigma_i^2, both of shape (d,).

    Parameters
    ----------
    power : int
        k of the network.
    decay : str
        ``plain`` or ``matched``.
    """
    if decay not in DECAYS:
        raise ValueError(f"decay: {decay!r} is not one of {', '.join(DECAYS)}")
    factor = variance ** (power / 2)
    prices = 1 / factor if decay == "plain" else np.ones_like(factor)
    return Whitened(scales * factor, prices, np.ones_like(factor))


def whitened_power_law(
    dim: int, gamma: float, exponent: float, position: str, power: int, decay: str, *, signal: float | None = None
) -> Whitened:
    """s_i = sqrt(d) i^(-gamma) and sigma_i^2 ~ i^(-a), aligned or against, in O(log d) values.

    The variances have mean one, or, where `signal` is given, such a mean that the scales have this mean square.
    """
    check_power_law(dim, gamma)
    if position not in ("aligned", "against"):
        raise ValueError(f"position: {position!r} is not merged, aligned or against is accepted")
    size, against = int(dim), position == "against"
    poles = (0.0, size + 1.0) if against else (0.0,)

    def features(mean: float, at_ranks: Array) -> tuple[Array, Array]:
        places = size + 1 - at_ranks if against else at_ranks
        factor = (places**-exponent / mean) ** (power / 2)
        return np.sqrt(size) * at_ranks**-gamma * factor, 1 / factor if decay == "plain" else np.ones_like(factor)

    def merged(mean: float) -> MergedWhitened:
        return _merged(size, partial(features, mean), poles, lambda bins: np.ones(len(bins), bool))

    found = merged(_mean_power(size, exponent))
    return found if signal is None else merged(_mean_power(size, exponent) * (found.energy / signal) ** (1 / power))


def _mean_power(size: int, exponent: float) -> float:
    """Mean of i^(-a) over 1..d, by the same Gauss rules."""
    ones = _merged(size, lambda ranks: (ranks**-exponent, np.ones_like(ranks)), (0.0,), lambda b: np.ones(len(b), bool))
    return float(ones.fractions @ ones.scales)


def _merged(
    size: int,
    at: Callable[[Array], tuple[Array, Array]],
    poles: tuple[float, ...],
    sharp: Callable[[Indices], Mask],
) -> MergedWhitened:
    """Bins of ranks that are sharp and far from the poles, or as short as their Gauss rule."""

    def fine(parts: Indices) -> Mask:
        found = sharp(parts)
        for pole in poles:
            found &= outside(pole, parts[:, 0] + 1, parts[:, 1])
        return found

    bins, exact = halved(size, fine)
    rules = [_gauss(bins), (exact + 1.0, np.ones(exact.size))]
    ranks, weights = (np.concatenate(part) for part in zip(*rules, strict=True))
    scales, prices = at(ranks)
    return MergedWhitened(scales, prices, weights, size, at, poles, bins)


def _gauss(bins: Indices) -> tuple[Array, Array]:
    """Ranks and weights of the Gauss rules of bins."""
    rules = [equidistant_gauss(int(count)) for count in bins[:, 1] - bins[:, 0]]
    nodes, shares = (np.array([rule[part] for rule in rules]).reshape(len(bins), POINTS) for part in (0, 1))
    counts = (bins[:, 1] - bins[:, 0])[:, None].astype(float)
    return ((bins.sum(1, keepdims=True) + 1 + counts * nodes) / 2).ravel(), (counts * shares).ravel()


def _sharp(bins: Indices, at: Callable[[Array], tuple[Array, Array]], threshold: float, point: complex) -> Mask:
    """Whether the values of a bin are so far from `point` that its Gauss rule is sharp for 1/(point - value)."""
    if not len(bins):
        return np.ones(0, bool)
    ranks = np.linspace(bins[:, 0] + 1, bins[:, 1], 5, axis=1)
    scales, prices = at(ranks.ravel())
    values = (scales - threshold * prices).reshape(ranks.shape)
    low, high = values.min(1), values.max(1)
    # rules are in ranks: the values' ellipse bends, and half as much again is left around it
    spare = (high - low) / 4
    return outside(point, low - spare, high + spare)
