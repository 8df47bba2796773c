"""Signed network: teacher, measurements and risk.

f(x) = sum_k e_k (|w_k . x|^2 - |w_k|^2)/(sqrt(p) d) with p hidden units of sign e_k = 1 and p of sign -1; the quadratic
network has the former only. S = (W_+^T W_+ - W_-^T W_-)/sqrt(p d) is any symmetric matrix, the labels are Tr[S* Z].
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.problem import (
    KNOWN_DEVIATION,
    MATRIX,
    N_EFF,
    RANDOM_TEACHER,
    effective_samples,
    outputs,
    risk,
    samples,
)
from scaling_spectra.spectrum import Spectrum

__all__ = [
    "KNOWN_DEVIATION",
    "MATRIX",
    "N_EFF",
    "RANDOM_TEACHER",
    "draw_teacher",
    "effective_samples",
    "outputs",
    "risk",
    "samples",
]


def draw_teacher(spectrum: Spectrum, rng: np.random.Generator) -> Array:
    """Eigenvalues of S*, shape (d,): the scales with alternating signs, s_1, -s_2, s_3, ..."""
    return spectrum.values * np.where(np.arange(spectrum.values.size) % 2, -1.0, 1.0)
