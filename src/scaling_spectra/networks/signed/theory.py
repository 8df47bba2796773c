"""State evolution of the signed network, its Bayes-optimal risk and the lazy baseline.

The penalty is the nuclear norm, and what is learned the soft threshold of the eigenvalues of S* + delta G at b and -b.
With the half-line integrals of mu = law(s) boxplus semicircle(t) above b and of its mirror image,

    2 alpha t = M + Delta/2,   lambda sqrt(p/d) = 4 b (alpha - D),   D = D(s) + D(-s),
    M = mean(s^2) - J(s) - J(-s) - 2 b (M1(s) + M1(-s)) + 4 t D.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.continuation import follow
from scaling_spectra.free_probability.half_line import HalfLine, half_line
from scaling_spectra.networks.quadratic import theory as quadratic
from scaling_spectra.networks.quadratic.equations import QUADRATURE, Equations, require_parameters, settle
from scaling_spectra.networks.quadratic.theory import lazy_risk
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import SignedSpectrum, Spectrum

# tolerance on the way to a solution
TIGHT = 1e-9
# multiplicities farther from whole numbers are those of merged scales
MERGED = 1e-6

__all__ = [
    "alternating",
    "bayes_risk",
    "conditional_bayes_risk",
    "conditional_state_evolution",
    "curve",
    "given",
    "lazy_risk",
    "state_evolution",
]


@dataclass(frozen=True, eq=False)
class Alternating(SignedSpectrum):
    """Scales with alternating signs, those that are merged half and half.

    Attributes
    ----------
    source : Spectrum
        The scales.
    sign : float
        1, or -1 for the law of -S*.
    """

    source: Spectrum
    sign: float

    def resolved(self, point: complex) -> SignedSpectrum:
        """Spectrum that represents 1/(point - s) to rounding, of either sign of s."""
        sharper = self.source.resolved(complex(abs(point.real), point.imag))
        return self if sharper is self.source else alternating(sharper, self.sign)


def alternating(spectrum: Spectrum, sign: float = 1.0) -> Alternating:
    """Law of the eigenvalues s_1, -s_2, s_3, ... of scales in decreasing order, times `sign`."""
    before = np.cumsum(spectrum.weights) - spectrum.weights
    whole = np.round(spectrum.weights)
    # ranks before + 1, ..., before + w: odd ones are positive
    odd = np.floor((np.round(before) + whole + 1) / 2) - np.floor((np.round(before) + 1) / 2)
    merged = np.abs(spectrum.weights - whole) > MERGED
    positive = np.where(merged, spectrum.weights / 2, odd)
    return _law(spectrum, positive, spectrum.weights - positive, sign)


def _law(spectrum: Spectrum, positive: Array, negative: Array, sign: float) -> Alternating:
    values = sign * np.concatenate([spectrum.values, -spectrum.values[::-1]])
    weights = np.concatenate([positive, negative[::-1]])
    values, weights = values[weights > 0], weights[weights > 0]
    if sign < 0:
        values, weights = values[::-1], weights[::-1]
    return Alternating(values, weights, spectrum, sign)


def given(teacher: Array, sign: float = 1.0) -> SignedSpectrum:
    """Law of given eigenvalues, shape (d,), times `sign`."""
    values = np.sort(sign * np.asarray(teacher, dtype=float))[::-1].copy()
    return SignedSpectrum(values, np.ones_like(values))


def state_evolution(
    spectrum: Spectrum,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-10,
) -> StateEvolution:
    """Solve state evolution for scales of alternating signs; `width` is p/d, p units of either sign.

    Parameters and errors otherwise as in the quadratic network's.
    """
    laws = alternating(spectrum), alternating(spectrum, -1.0)
    return _solved(laws, samples, weight_decay, noise_var, width, start, tol)


def conditional_state_evolution(
    teacher: Array,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-10,
) -> StateEvolution:
    """State evolution of the given teacher, eigenvalues of shape (d,) of either sign."""
    return _solved((given(teacher), given(teacher, -1.0)), samples, weight_decay, noise_var, width, start, tol)


def curve(
    spectrum: Spectrum,
    samples: Array,
    weight_decay: Array,
    noise_var: float,
    *,
    width: float = 1.0,
    tol: float = 1e-10,
) -> list[StateEvolution]:
    """State evolution along a path, each point started where those before it point."""
    solve = partial(state_evolution, spectrum, noise_var=noise_var, width=width, tol=tol)
    return follow(solve, samples, weight_decay)


def bayes_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Bayes-optimal risk R = 2 M for a known spectrum and a uniformly rotated teacher."""
    return quadratic.bayes_risk(alternating(spectrum), samples, noise_var)


def conditional_bayes_risk(teacher: Array, spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """`bayes_risk` of the given teacher, eigenvalues of shape (d,): they are the prior, whatever its `spectrum`."""
    return quadratic.bayes_risk(given(teacher), samples, noise_var)


def _solved(
    laws: tuple[SignedSpectrum, SignedSpectrum],
    samples: float,
    weight_decay: float,
    noise_var: float,
    width: float,
    start: StateEvolution | None,
    tol: float,
) -> StateEvolution:
    require_parameters(noise_var, samples=samples, weight_decay=weight_decay, width=width, tol=tol)
    where = (
        f"dim = {laws[0].dim:g}, samples = {samples:g}, weight_decay = {weight_decay:g}, noise_var = {noise_var:g}, "
        "signed network"
    )
    return settle(_Equations(laws, samples, weight_decay * width**0.5, noise_var), start, tol, where)


class _Equations(Equations):
    """The equations with both half lines: integrals and their derivatives add up."""

    def __init__(
        self, laws: tuple[SignedSpectrum, SignedSpectrum], samples: float, lam: float, noise_var: float
    ) -> None:
        super().__init__(laws[0], samples, lam, noise_var)
        self.laws = laws
        self.points: list[complex | None] = [None, None]

    def half_line(self, unknowns: Array, tol: float) -> HalfLine:
        self.count()
        t, b = np.exp(unknowns)
        return self._both(float(t), float(b), QUADRATURE * tol)

    def solve(self, unknowns: Array, tol: float, *, briefly: bool = False) -> StateEvolution | None:
        """As ever, but near n = d^2/2 the first equation holds to any rough tolerance as delta -> infinity.

        lambda |S|_* <= |y|^2/d bounds S, and with it delta.
        """
        found = super().solve(unknowns, min(tol, TIGHT), briefly=briefly)
        largest = self.alpha * self.laws[0].dim * (self.noise_var + 2 * self.energy) / self.lam
        ceiling = (2 * self.energy + 2 * largest**2 / self.laws[0].dim + self.noise_var / 2) / (2 * self.alpha)
        return None if found is None or found.delta**2 > ceiling * (1 + TIGHT) else found

    def beyond(self, t: float) -> float:
        return float(max(law.values[0] for law in self.laws) + 2 * np.sqrt(t))

    def nothing_learned(self) -> StateEvolution | None:
        b, t = self.lam / (4 * self.alpha), (self.energy + self.noise_var / 2) / (2 * self.alpha)
        if t == 0 or any(b <= law.values[0] for law in self.laws):
            return None
        half = self._both(t, b, QUADRATURE)
        return self.result(np.log([t, b]), half) if half.mass == 0 else None

    def nothing_cut(self) -> StateEvolution | None:
        """A threshold on both sides always cuts."""
        return None

    def _both(self, t: float, b: float, tol: float) -> HalfLine:
        upper, lower = (
            half_line(law, t, b, guess=guess, tol=tol) for law, guess in zip(self.laws, self.points, strict=True)
        )
        self.points = [upper.point, lower.point]
        added = ("mass", "first", "second", "divergence", "hilbert", "cubic", "distance")
        return replace(upper, **{name: getattr(upper, name) + getattr(lower, name) for name in added})
