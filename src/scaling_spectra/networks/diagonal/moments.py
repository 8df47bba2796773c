"""Averages over the teacher's weights and the noise, at an effective noise and a threshold."""

from typing import NamedTuple, cast

import numpy as np
from scipy.special import erf, erfc, factorial, ndtr

from scaling_spectra.arrays import Array, Numbers
from scaling_spectra.spectrum import Spectrum

# coefficients of E[z^2; |z| < a]/(sqrt(2/pi) a^3) in powers of a^2, (-1/2)^k/(k! (2k + 3))
SERIES_BELOW = 0.5
SERIES = (-0.5) ** np.arange(11) / (factorial(np.arange(11)) * (2 * np.arange(11) + 3))
# half-width of an interval below which its probability is a series
SMALL = 1e-3


class Moments(NamedTuple):
    """Averages at an effective noise delta and a threshold b, with derivatives by delta^2 and b.

    Attributes
    ----------
    risk : float
        mean_i E(eta(theta*_i + delta z; b) - theta*_i)^2.
    active, inactive : float
        div = sum_i P(|theta*_i + delta z| > b), and d - div free of cancellation.
    risk_delta2, risk_b, active_delta2, active_b : float
        Derivatives of `risk` and `active`.
    """

    risk: float
    active: float
    inactive: float
    risk_delta2: float
    risk_b: float
    active_delta2: float
    active_b: float


def moments(spectrum: Spectrum, delta: float, b: float) -> Moments:
    """Averages over theta*_i ~ N(0, s_i^2) and z, every term positive."""
    return priced_moments(spectrum.values, 1.0, spectrum.weights, delta, b)


def priced_moments(scales: Array, prices: Numbers, weights: Array, delta: float, b: float) -> Moments:
    """The same where weight i, of scale s_i, has the threshold b r_i; scales and weights of shape (m,)."""
    variance, fractions = scales**2, weights / weights.sum()
    total = variance + delta**2
    t = np.sqrt(total)
    cut = b * prices
    a = cut / t
    noise_share, signal_share = delta**2 / total, variance / total
    density = _normal_density(a)
    above, below = erfc(a / np.sqrt(2)), erf(a / np.sqrt(2))
    return Moments(
        risk=fractions @ errors(variance, delta, a, density, above),
        active=weights @ above,
        inactive=weights @ below,
        risk_delta2=fractions @ (above - 2 * signal_share * a * density),
        risk_b=2 * (fractions @ (prices * (cut * above - 2 * noise_share * t * density))),
        active_delta2=cast(float, weights @ (a * density / total)),
        active_b=-2 * cast(float, weights @ (prices * density / t)),
    )


def errors(variance: Array, delta: float, a: Array, density: Array, above: Array) -> Array:
    """E(theta_i - theta*_i)^2 of weights theta*_i ~ N(0, v_i) behind the threshold a_i t_i, with phi and P at a_i."""
    total = variance + delta**2
    noise_share, signal_share = delta**2 / total, variance / total
    # y = theta* + delta z = t u leaves the posterior variance v delta^2/t^2; the estimator misses
    # the posterior mean (v/t^2) y by (delta^2/t^2) y - b above the threshold, by all of it below
    kept = noise_share**2 * (above + 2 * a * density) - 4 * a * noise_share * density + a**2 * above
    missed = signal_share**2 * square_below(a)
    found: Array = variance * noise_share + total * (kept + missed)
    return found


def risks(variance: Array, delta: float, threshold: float) -> Array:
    """E(theta_i - theta*_i)^2 of weights theta*_i ~ N(0, v_i) in noise delta behind a threshold b."""
    a = threshold / np.sqrt(variance + delta**2)
    return errors(variance, delta, a, _normal_density(a), erfc(a / np.sqrt(2)))


def square_below(a: Array) -> Array:
    """E[z^2; |z| < a] for a standard normal z, to full relative precision for small a too."""
    small = np.minimum(a, SERIES_BELOW)
    series = np.sqrt(2 / np.pi) * small**3 * np.polynomial.polynomial.polyval(small**2, SERIES)
    squares: Array = np.where(a < SERIES_BELOW, series, erf(a / np.sqrt(2)) - 2 * a * _normal_density(a))
    return squares


def conditional_moments(teacher: Array, delta: float, b: float, prices: Numbers = 1.0) -> Moments:
    """Averages over z for a given teacher theta*, shape (d,), at the threshold b, or b r_i for weight i."""
    # kept if z > upper or z < -lower; the estimator then errs by delta z -+ b, else by theta*
    theta, cut = np.abs(teacher), b * prices
    beta, upper, lower = cut / delta, (cut - theta) / delta, (cut + theta) / delta
    upper_density, lower_density = _normal_density(upper), _normal_density(lower)
    above = ndtr(-upper) + ndtr(-lower)
    between = _probability_near(theta / delta, beta)
    kept = (1 + beta**2) * above + (upper - 2 * beta) * upper_density + (lower - 2 * beta) * lower_density
    densities = upper_density + lower_density
    return Moments(
        risk=np.mean(delta**2 * kept + theta**2 * between),
        active=above.sum(),
        inactive=between.sum(),
        risk_delta2=np.mean(above - theta / delta * (upper_density - lower_density)),
        risk_b=2 * np.mean(prices * (cut * above - delta * densities)),
        active_delta2=(upper * upper_density + lower * lower_density).sum() / (2 * delta**2),
        active_b=float(-np.sum(prices * densities) / delta),
    )


def _probability_near(tau: Array, beta: Numbers) -> Array:
    """P(|z + tau| < beta), without the difference of two tails where beta is small."""
    small = np.minimum(beta, SMALL)
    series = 1 + small**2 * (tau**2 - 1) / 6 + small**4 * (tau**4 - 6 * tau**2 + 3) / 120
    between: Array = np.where(
        np.asarray(beta) > SMALL, ndtr(beta - tau) - ndtr(-beta - tau), 2 * small * _normal_density(tau) * series
    )
    return between


def _normal_density(x: Array) -> Array:
    density: Array = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density
