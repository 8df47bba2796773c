"""Result 3 for the diagonal network: what its excess risk is made of, exactly."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf

from scaling_spectra.arrays import Array
from scaling_spectra.decomposition import Decomposition
from scaling_spectra.networks.diagonal.moments import moments, risks, square_below
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum

# averages over (0, 1)
NODES, WEIGHTS = (np.polynomial.legendre.leggauss(12)[0] + 1) / 2, np.polynomial.legendre.leggauss(12)[1] / 2


def decompose(spectrum: Spectrum, solution: StateEvolution, *, gamma: float | None = None) -> Decomposition:
    """Parts of R, averaged over theta*_i ~ N(0, s_i^2).

    With y = theta* + delta z,

        overfitting    E(|delta z| - b)_+^2: the risk of a weight without signal,
        underfitting   mean_i E[theta*_i^2; |y_i| <= b]: signal that is cut,
        approximation  mean_i E[(eta(y_i) - theta*_i)^2; |y_i| > b] - overfitting: what noise and
                       shrinkage cost the weights that are kept, beyond pure noise.

    The sum is the risk itself. So is that of the noise and the prices of all features, which do not know of each
    other: the price of a feature of scale s is its risk beyond pure noise. It counts as found if s > b.
    """
    delta, b = solution.delta, solution.threshold
    found = spectrum.values > b
    share = float(spectrum.fractions @ found)
    if delta == 0:
        return Decomposition(
            overfitting=0.0,
            displacement=0.0,
            underfitting=solution.risk,
            approximation=0.0,
            price_found=0.0,
            price_lost=solution.risk,
            found=share,
        )
    variance = spectrum.values**2
    total = variance + delta**2
    a = b / np.sqrt(total)
    # E[theta*^2; |y| <= b] from the posterior mean (v/t^2) y and variance v delta^2/t^2
    cut = variance * delta**2 / total * erf(a / np.sqrt(2)) + variance**2 / total * square_below(a)
    noise_only = Spectrum(np.zeros(1), np.ones(1))
    # a difference of tails, which far out leaves rounding of either sign
    overfitting = max(float(moments(noise_only, delta, b).risk), 0.0)
    underfitting = float(spectrum.fractions @ cut)
    risk = float(moments(spectrum, delta, b).risk)
    prices = spectrum.fractions * delta**2 * price(spectrum.values / delta, b / delta)
    return Decomposition(
        overfitting=overfitting,
        displacement=0.0,
        underfitting=underfitting,
        approximation=risk - underfitting - overfitting,
        price_found=float(prices[found].sum()),
        price_lost=float(prices[~found].sum()),
        found=share,
    )


def price(scale: ArrayLike, threshold: float) -> Array:
    """What a weight theta* ~ N(0, s^2) adds to the risk beyond pure noise, over delta^2.

    Parameters
    ----------
    scale : array_like
        s/delta.
    threshold : float
        b/delta.
    """
    r = np.asarray(scale, dtype=float)
    variance, faint = r**2, r < 1
    # of faint ones a form without cancellation: what is cut, beside its average over noise levels in between
    small = np.where(faint, variance, 0.0)
    mean = erf(threshold / np.sqrt(2 * (1 + small[..., None] * NODES))) @ WEIGHTS
    as_signal = small * (2 * erf(threshold / np.sqrt(2 * (1 + small))) - mean)
    # a tiny threshold leaves rounding of either sign
    beyond = np.maximum(risks(variance, 1.0, threshold) - risks(np.zeros(()), 1.0, threshold), 0.0)
    found: Array = np.where(faint, as_signal, beyond)
    return found
