"""Limits of the signed network's state evolution: those of the quadratic network, with noise on both sides of zero."""

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic import limits as one_sided
from scaling_spectra.networks.quadratic.limits import (
    OVERFITTING_EXPONENT,
    OVERFITTING_LATEX,
    OVERFITTING_TEXT,
    RECOVERY,
    SAMPLES_FACTOR,
    WIDTH_EXPONENT,
    benign_constant,
    bulk_edge,
    features_risk,
)

__all__ = [
    "ASYMPTOTE_LATEX",
    "INTERPOLATION",
    "INTERPOLATION_LATEX",
    "OVERFITTING_EXPONENT",
    "OVERFITTING_LATEX",
    "OVERFITTING_TEXT",
    "RECOVERY",
    "SAMPLES_FACTOR",
    "WIDTH_EXPONENT",
    "benign_constant",
    "bulk_edge",
    "features_risk",
    "overfitting",
    "overfitting_asymptote",
    "peak_risk",
]

# n_eff/d of the interpolation peak: d(d + 1)/2 numbers of either sign
INTERPOLATION = 0.5
INTERPOLATION_LATEX = "n = d^2/2"
ASYMPTOTE_LATEX = r"\frac{2}{7}(15\pi t/8)^{2/5}"


def peak_risk(weight_decay: ArrayLike, noise_var: float, mean_scale: float) -> Array:
    """Risk at n = d^2/2 for lambda << 1, 2 (3 pi Delta^2/(64 lambda))^(2/3), whatever the teacher.

    At b << delta, 1/2 - D = 4 b/(3 pi delta) and M = delta^2 - 16 b delta/(3 pi): the teacher's mean, which caps the
    quadratic network's peak, cancels between both sides.
    """
    height: Array = 2 * (3 * np.pi * noise_var**2 / (64 * np.asarray(weight_decay, dtype=float))) ** (2 / 3)
    return height


def overfitting(t: ArrayLike) -> Array:
    """Overfitting function rho(t) for t in (0, 1/2): of half the samples for either side, that of one side."""
    return one_sided.overfitting(np.asarray(t, dtype=float) / 2)


def overfitting_asymptote(t: Array) -> Array:
    """Leading order (2/7) (15 pi t/8)^(2/5) of `overfitting` for t -> 0."""
    return one_sided.overfitting_asymptote(np.asarray(t, dtype=float) / 2)
