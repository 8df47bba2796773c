"""Result 3 for the diagonal network: what its excess risk is made of, exactly."""

import numpy as np
from scipy.special import erf

from scaling_spectra.decomposition import Decomposition
from scaling_spectra.networks.diagonal.theory import moments, square_below
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum


def decompose(spectrum: Spectrum, solution: StateEvolution) -> Decomposition:
    """Overfitting, underfitting and approximation parts of R, averaged over theta*_i ~ N(0, s_i^2).

    With y = theta* + delta z,

        overfitting    E(|delta z| - b)_+^2: the risk of a weight without signal,
        underfitting   mean_i E[theta*_i^2; |y_i| <= b]: signal that is cut,
        approximation  mean_i E[(eta(y_i) - theta*_i)^2; |y_i| > b] - overfitting: what noise and
                       shrinkage cost the weights that are kept, beyond pure noise.

    The sum is the risk itself.
    """
    delta, b = solution.delta, solution.threshold
    if delta == 0:
        return Decomposition(overfitting=0.0, underfitting=solution.risk, approximation=0.0)
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
    return Decomposition(
        overfitting=overfitting, underfitting=underfitting, approximation=risk - underfitting - overfitting
    )
