"""Where phases begin: limits of state evolution in closed form."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from scaling_spectra.arrays import Array
    from scaling_spectra.spectrum import Spectrum


class Limits(Protocol):
    """Constants of a network's phase diagram.

    While R << Delta and div << n, delta^2 = Delta d/(kappa n_eff) and b = lambda d/(kappa n_eff).

    Attributes
    ----------
    SAMPLES_FACTOR : float
        kappa.
    WIDTH_EXPONENT : float
        With p hidden units a weight decay lambda counts as lambda (p/d) to this power.
    INTERPOLATION, RECOVERY : float
        n_eff/d of the interpolation peak, and of exact recovery without noise at lambda -> 0.
    INTERPOLATION_LATEX : str
        The peak's place in TeX.
    OVERFITTING_EXPONENT : float
        Power of n_eff/d in the overfitting function at small n_eff/d; 0 for a logarithm.
    OVERFITTING_TEXT, OVERFITTING_LATEX, ASYMPTOTE_LATEX : str
        That law in words and in TeX, and with its constant at t = n_eff/d.
    """

    SAMPLES_FACTOR: float
    WIDTH_EXPONENT: float
    INTERPOLATION: float
    INTERPOLATION_LATEX: str
    RECOVERY: float
    OVERFITTING_EXPONENT: float
    OVERFITTING_TEXT: str
    OVERFITTING_LATEX: str
    ASYMPTOTE_LATEX: str

    def bulk_edge(self, dim: float) -> float:
        """Edge of the noise in units of delta: the bulk disappears at b = edge * delta."""

    def peak_risk(self, weight_decay: ArrayLike, noise_var: float, mean_scale: float) -> Array:
        """Risk at the interpolation peak for lambda << 1; `mean_scale` is the mean of the teacher's s_i."""

    def overfitting(self, t: ArrayLike) -> Array:
        """Overfitting function rho(t): R/Delta of the interpolator of pure noise at t = n_eff/d < INTERPOLATION."""

    def overfitting_asymptote(self, t: Array) -> Array:
        """Leading order of `overfitting` for t -> 0."""

    def features_risk(self, spectrum: Spectrum, delta: float, b: float) -> float:
        """Risk that features add, beside the noise that passes the threshold, while few of d stand above it."""

    def benign_constant(self, gamma: float, edge: float) -> float:
        """C in R = C (kappa n_eff/Delta)^(-1 + 1/(2 gamma)) at b = edge * delta, for an endless power law."""


def limits_of(network: str) -> Limits:
    """Limits of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "limits")
    return cast(Limits, import_module(f"scaling_spectra.networks.{network}.limits"))
