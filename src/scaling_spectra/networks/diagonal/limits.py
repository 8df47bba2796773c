"""Limits of the diagonal network's state evolution: the constants of its phase diagram.

While R << Delta and div << n, delta^2 = Delta d / (kappa n_eff) and b = lambda d / (kappa n_eff)
with kappa = SAMPLES_FACTOR.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.special import erfc, erfcinv

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal.moments import moments
from scaling_spectra.spectrum import Spectrum

SAMPLES_FACTOR = 1.0
# p hidden units make a weight decay lambda count as lambda (p/d)^{this}
WIDTH_EXPONENT = 0.0
# n_eff/d of the interpolation peak, and of exact recovery without noise at lambda -> 0
INTERPOLATION = 1.0
INTERPOLATION_LATEX = "n = d"
RECOVERY = 1.0
# overfitting at n_eff/d = t -> 0: an exponent, or a logarithm
OVERFITTING_EXPONENT = 0.0
OVERFITTING_TEXT = "-1/log(n_eff/d)"
OVERFITTING_LATEX = r"-1/\log(n_{\rm eff}/d)"
# its leading order with the constant, t = n_eff/d
ASYMPTOTE_LATEX = r"-1/\log t"


def bulk_edge(dim: float) -> float:
    """Largest of d noises in units of delta, sqrt(2 log d): the bulk disappears at b = edge * delta."""
    return float(np.sqrt(2 * np.log(dim)))


def peak_risk(weight_decay: ArrayLike, noise_var: float, mean_scale: float) -> Array:
    """Risk at n = d for lambda << 1: R = delta^2 with delta^3 = sqrt(pi/2) Delta^2/(4 lambda).

    At b << delta, d - div = sqrt(2/pi) d b/delta and R = delta^2 - 2 sqrt(2/pi) b delta, whatever the teacher.

    Parameters
    ----------
    mean_scale : float
        Ignored: the teacher's weights have either sign.
    """
    risk: Array = (np.sqrt(np.pi / 2) / 4 * noise_var**2 / np.asarray(weight_decay, dtype=float)) ** (2 / 3)
    return risk


def overfitting(t: ArrayLike) -> Array:
    """Overfitting function rho(t): risk over Delta of the minimum-norm interpolator of pure noise.

    With t = P(|z| > a) and G = E(|z| - a)_+^2, rho = G/(t - G): -1/log t for t -> 0 and 1/(1 - t) for
    t -> 1 (Wang, Donhauser & Yang, *Tight bounds for minimum l1-norm interpolation of noisy data*, 2022).

    Parameters
    ----------
    t : array_like
        n_eff/d in (0, 1).
    """
    t = np.asarray(t, dtype=float)
    a = np.sqrt(2) * erfcinv(t)
    lost = 2 * a * np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi) - a**2 * t  # t - G
    rho: Array = t / lost - 1
    return rho


def overfitting_asymptote(t: Array) -> Array:
    """Leading order -1/log t of `overfitting` for t -> 0."""
    rho: Array = -1 / np.log(np.asarray(t, dtype=float))
    return rho


@lru_cache
def benign_constant(gamma: float, edge: float) -> float:
    """C in R = C (kappa n_eff/Delta)^(-1 + 1/(2 gamma)) at b = edge * delta, for an endless power law.

    In units of delta the risk of scale x is that of a soft threshold under the prior N(0, x^2), and
    C = int_0^inf risk(u^(-gamma)) du.
    """

    def risk(log_u: float) -> float:
        scale = np.exp(min(-gamma * log_u, 150.0))
        return float(moments(Spectrum(np.array([scale]), np.ones(1)), 1.0, edge).risk)

    # noise that passes the threshold where there is no signal belongs to the bulk
    noise = float(erfc(edge / np.sqrt(2)))
    bulk = risk(np.inf)
    faint = np.log(1e6) / (2 * gamma)  # scales below 1e-3: their risk is the noise's plus x^2 (1 - P)
    head = sum(
        quad(lambda log_u: np.exp(log_u) * (risk(log_u) - bulk), *piece, limit=200)[0]
        for piece in ((-40.0, 0.0), (0.0, faint))
    )
    return float(head + (1 - noise) * np.exp(faint * (1 - 2 * gamma)) / (2 * gamma - 1))


def features_risk(spectrum: Spectrum, delta: float, b: float) -> float:
    """Risk that features add beside the noise that passes the threshold where there is no signal."""
    nothing = Spectrum(np.zeros(1), np.array([spectrum.dim]))
    return float(moments(spectrum, delta, b).risk - moments(nothing, delta, b).risk)
