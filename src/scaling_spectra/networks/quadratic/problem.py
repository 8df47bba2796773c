"""Quadratic network: teacher, measurements and risk (theory: section "Setting")."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import rounded

# effective samples, in TeX
N_EFF = "n/d"
# known deviation from state evolution, coefficients of n_eff^(-1/2) and 1/d: x x^T is not Gaussian
KNOWN_DEVIATION = (0.5, 4.0)
# whether the weights are a matrix, made of p hidden units; whether teachers of one spectrum differ
MATRIX = True
RANDOM_TEACHER = False


def samples(n_eff: float, dim: int) -> int:
    """Number of samples n = n_eff d, rounded."""
    return rounded(n_eff * dim)


def effective_samples(n: float, dim: float) -> float:
    """Effective sample complexity n_eff = n / d."""
    return n / dim


def draw_teacher(spectrum: Spectrum, rng: np.random.Generator) -> Array:
    """Eigenvalues s_i of the teacher S* = diag(s), shape (d,). The spectrum must not be merged.

    Gaussian inputs are rotation invariant, so the identity stands for Haar eigenvectors and
    nothing is drawn from `rng`.
    """
    return spectrum.values.copy()


def outputs(teacher: Array, inputs: Array) -> Array:
    """Noiseless labels Tr[S* Z], Z = (x x^T - I)/sqrt(d), shape (n,), for inputs of shape (n, d)."""
    labels: Array = (inputs**2 @ teacher - teacher.sum()) / np.sqrt(teacher.size)
    return labels


def risk(weights: Array, teacher: Array) -> float:
    """Excess risk R = 2 M = 2 |S - S*|_F^2 / d of the effective weight S, shape (d, d)."""
    return float(2 * np.sum((weights - np.diag(teacher)) ** 2) / teacher.size)
