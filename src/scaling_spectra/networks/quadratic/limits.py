"""Limits of the quadratic network's state evolution: the constants of its phase diagram (p = d).

While R << Delta and div << n, delta^2 = Delta d / (kappa n_eff) and b = lambda d / (kappa n_eff)
with kappa = SAMPLES_FACTOR.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import newton

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.semicircle import edge_moment
from scaling_spectra.spectrum import Spectrum

SAMPLES_FACTOR = 4.0
# p hidden units make a weight decay lambda count as lambda (p/d)^{this}
WIDTH_EXPONENT = 0.5
# n_eff/d of the interpolation peak, and of exact recovery without noise at lambda -> 0
INTERPOLATION = 0.25
INTERPOLATION_LATEX = "n = d^2/4"
RECOVERY = 0.5
# overfitting at n_eff/d = t -> 0: an exponent, or a logarithm
OVERFITTING_EXPONENT = 0.4
OVERFITTING_TEXT = "(n_eff/d)^(2/5)"
OVERFITTING_LATEX = r"(n_{\rm eff}/d)^{2/5}"
# its leading order with the constant, t = n_eff/d
ASYMPTOTE_LATEX = r"\frac{2}{7}(15\pi t/4)^{2/5}"

# a last step this small in log gap leaves an error of its square
NEWTON_TOLERANCE = 1e-9


def bulk_edge(dim: float) -> float:
    """Edge of the semicircle in units of delta: the bulk disappears at b = edge * delta."""
    return 2.0


def peak_risk(weight_decay: ArrayLike, noise_var: float, mean_scale: float) -> Array:
    """Risk at n = d^2/4 for lambda << 1: R = delta^2 with 2 lambda delta^3 + m Delta delta = 3 pi Delta^2/16.

    At b << delta, 1/4 - D = 2 (b - m)/(3 pi delta) and M = delta^2/2 - 8 b delta/(3 pi), m the mean of the
    teacher's eigenvalues. A peak (3 pi Delta^2/(32 lambda))^(2/3) therefore rises only as long as b > m: the
    teacher's positive trace caps it at (3 pi Delta/(16 m))^2, and at four times that a little beyond n = d^2/4.

    Parameters
    ----------
    mean_scale : float
        m = mean_i s_i.
    """
    twice = 2 * np.asarray(weight_decay, dtype=float)
    linear, constant = mean_scale * noise_var / twice, 3 * np.pi / 16 * noise_var**2 / twice
    # Cardano: delta = u - v with u v = linear/3 and u^3 - v^3 = constant
    u = np.cbrt(constant / 2 + np.hypot(constant / 2, (linear / 3) ** 1.5))
    v = linear / (3 * u)
    risk: Array = (constant / (u**2 + u * v + v**2)) ** 2
    return risk


def overfitting(t: ArrayLike) -> Array:
    """Overfitting function rho(t): risk over Delta of the minimum-norm interpolator of pure noise.

    With J = int_x^2 (u - x)^2 mu_sc(du) and t = int_x^2 (u - x)(u/2) mu_sc(du), rho = J/(2t - J):
    (2/7) (15 pi t/4)^(2/5) for t -> 0 and 1/(1 - 4t) for t -> 1/4.

    Parameters
    ----------
    t : array_like
        n_eff/d = n/d^2 in (0, 1/4).
    """
    t = np.asarray(t, dtype=float)
    if not t.size:
        return t

    def excess(log_gap: Array) -> Array:
        gap = np.exp(log_gap)
        ratio: Array = np.log((edge_moment(gap, 2) + (2 - gap) * edge_moment(gap, 1)) / (2 * t))
        return ratio

    def slope(log_gap: Array) -> Array:
        gap = np.exp(log_gap)
        x, first = 2 - gap, edge_moment(gap, 1)
        return gap * (first + x * edge_moment(gap, 0)) / (edge_moment(gap, 2) + x * first)

    # concave in log gap, and t <= 4 gap^(5/2)/(15 pi), its form at the edge: Newton from there never overshoots
    edge = 0.4 * np.log(15 * np.pi * t / 4)
    gap = np.exp(newton(excess, edge, slope, tol=NEWTON_TOLERANCE))
    # 2t - J = x int (u - x) mu_sc(du), free of cancellation
    rho: Array = edge_moment(gap, 2) / ((2 - gap) * edge_moment(gap, 1))
    return rho


def overfitting_asymptote(t: Array) -> Array:
    """Leading order (2/7) (15 pi t/4)^(2/5) of `overfitting` for t -> 0."""
    return 2 / 7 * (15 * np.pi * np.asarray(t, dtype=float) / 4) ** 0.4


def benign_constant(gamma: float, edge: float) -> float:
    """C in R = C (kappa n_eff/Delta)^(-1 + 1/(2 gamma)) at b = edge * delta, for an endless power law.

    R = 2 M and, in units of delta, an outlier of scale x > 1 adds h^2 + 2 (x + h)/x with
    h = 1/x - edge, any other scale x^2 (Result 3); integrated over x = u^(-gamma).
    """
    outliers = edge**2 + 2 - 2 * edge * (1 + 1) / (gamma + 1) + 3 / (2 * gamma + 1)
    return 2 * (1 / (2 * gamma - 1) + outliers)


def features_risk(spectrum: Spectrum, delta: float, b: float) -> float:
    """Risk R = 2 M that features add beside the noise bulk while few of d stand above it (Result 3).

    A feature s > delta that passes the threshold adds h^2 + 2 (s + h) delta^2/s to d M, h = delta^2/s - b, and any
    other s^2.
    """
    s = spectrum.values
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        shift = delta**2 / s
        h = shift - b
        cost = np.where((s > delta) & (s + h > 0), h**2 + 2 * (s + h) * shift, s**2)
    return float(2 * spectrum.mean(cost))
