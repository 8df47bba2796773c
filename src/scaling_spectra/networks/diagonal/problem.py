"""Diagonal network: teacher, measurements and risk (theory: section "Setting")."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import rounded

# effective samples, in TeX
N_EFF = "n"
# known deviation from state evolution, coefficients of n_eff^(-1/2) and 1/d: the design is Gaussian
KNOWN_DEVIATION = (0.0, 2.0)
# whether the weights are a matrix, made of p hidden units; whether teachers of one spectrum differ
MATRIX = False
RANDOM_TEACHER = True


def samples(n_eff: float, dim: int) -> int:
    """Number of samples n = n_eff, rounded."""
    return rounded(n_eff)


def effective_samples(n: float, dim: float) -> float:
    """Effective sample complexity n_eff = n."""
    return n


def draw_teacher(spectrum: Spectrum, rng: np.random.Generator) -> Array:
    """Teacher weights theta*_i ~ N(0, s_i^2), shape (d,). The spectrum must not be merged."""
    return spectrum.values * rng.standard_normal(spectrum.values.size)


def outputs(teacher: Array, inputs: Array) -> Array:
    """Noiseless labels theta* . x / sqrt(d), shape (n,), for inputs of shape (n, d)."""
    labels: Array = inputs @ teacher / np.sqrt(teacher.size)
    return labels


def risk(weights: Array, teacher: Array) -> float:
    """Excess risk R = |theta - theta*|^2 / d of effective weights theta, shape (d,)."""
    return float(np.mean((weights - teacher) ** 2))
