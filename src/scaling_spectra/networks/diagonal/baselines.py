"""What other estimators reach on the diagonal network's samples: the best of all, and lazy learning."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal.ranges import LOG_RANGE, check
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import TIE


def bayes_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk of the posterior mean under the prior theta*_i ~ N(0, s_i^2), known to the estimator.

    R = mean_i s_i^2 delta^2 / (s_i^2 + delta^2) at delta^2 = (Delta + R) d / n.
    """
    check(samples, 1.0, noise_var)
    ratio = spectrum.dim / samples
    variance = spectrum.values**2
    # as delta -> 0 the risk is delta^2 times the fraction of directions that carry signal
    if noise_var == 0 and samples >= (1 - TIE) * spectrum.weights[variance > 0].sum():
        return 0.0

    def risk(log_delta2: float) -> float:
        delta2 = np.exp(log_delta2)
        return float(spectrum.mean(variance * (delta2 / (variance + delta2))))

    def mismatch(log_delta2: float) -> float:
        log_noise: float = np.log((noise_var + risk(log_delta2)) * ratio)
        return log_noise - log_delta2

    high = np.log((noise_var + float(spectrum.mean(variance))) * ratio)
    low = np.log(noise_var * ratio) if noise_var > 0 else _lower_end(mismatch, high)
    return risk(_bracketed_root(mismatch, low, high))


def conditional_bayes_risk(teacher: Array, spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk of the same posterior mean for a given teacher theta*, shape (d,), of the prior `spectrum`.

    The posterior mean is a ridge regression that shrinks weight i by v_i/(v_i + kappa), where kappa is the noise
    delta^2 of the average teacher whatever theta* is; the noise that this teacher causes then solves

        R = mean_i [(kappa/(v_i + kappa))^2 theta*_i^2 + (v_i/(v_i + kappa))^2 delta^2],  delta^2 = (Delta + R) d/n.

    Parameters
    ----------
    spectrum : Spectrum
        Scales s_i, not merged, in the order of the teacher's weights.
    """
    ratio, variance = teacher.size / samples, spectrum.values**2
    kappa = ratio * (noise_var + bayes_risk(spectrum, samples, noise_var))
    missed = np.mean((kappa / (variance + kappa)) ** 2 * teacher**2)
    passed = ratio * np.mean((variance / (variance + kappa)) ** 2)
    return float((missed + passed * noise_var) / (1 - passed))


def lazy_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk of ridge regression with the best ridge: what the same inputs give without feature learning.

    R = Q delta^2 / (Q + delta^2), delta^2 = (Delta + R) d / n, depends on Q = mean s_i^2 alone.
    """
    check(samples, 1.0, noise_var)
    ratio = spectrum.dim / samples
    signal = float(spectrum.mean(spectrum.values**2))
    # delta^4 + p delta^2 - q = 0, the positive root in the form that does not cancel
    p, q = signal - ratio * (noise_var + signal), ratio * noise_var * signal
    root = np.hypot(p, 2 * np.sqrt(q))
    delta2 = (root - p) / 2 if p <= 0 else 2 * q / (root + p)
    return float(signal * delta2 / (signal + delta2)) if delta2 > 0 else 0.0


def _lower_end(function: Callable[[float], float], high: float) -> float:
    """A point below `high` where a function that ends positive on the left is positive."""
    step = 1.0
    while function(high - step) <= 0 and step < LOG_RANGE:
        step *= 1.5
    return high - step


def _bracketed_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of a function that is not of one sign on [low, high], up to rounding at the ends."""
    at_low, at_high = function(low), function(high)
    if at_low * at_high >= 0:
        return low if abs(at_low) < abs(at_high) else high
    return float(brentq(function, low, high, xtol=1e-15, rtol=1e-14))
