"""One feature in noise: what it costs to keep or to drop it, by the place and the overlap of its outlier.

The classic case of denoising with which `decomposition` and `price` must agree where no bulk survives.
"""

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.support import outliers
from scaling_spectra.spectrum import Spectrum

# so large that the other eigenvalues of the teacher, zeros, are pure noise
DIM = 1e12


def outlier(scale: float) -> tuple[float, float]:
    """Place and squared overlap of the outlier of a feature of s/delta > 1, in units of delta."""
    found = outliers(Spectrum(np.array([scale, 0.0]), np.array([1.0, DIM - 1])), 1.0)
    return float(found.positions[0]), float(found.overlaps[0])


def loss(scale: float, value: float) -> float:
    """|value u u^T - s v v^T|^2 for the outlier's eigenvector u and the feature's v."""
    _, overlap = outlier(scale)
    return value**2 - 2 * scale * value * overlap + scale**2


def kept_loss(scale: float) -> float:
    """Loss of a feature whose outlier is kept as it is."""
    return loss(scale, outlier(scale)[0])


def hard_threshold() -> tuple[float, float]:
    """Eigenvalue above which keeping is better than dropping, and the loss there, the largest for that threshold."""
    scale = float(brentq(lambda s: kept_loss(s) - s**2, 1.01, 10.0, xtol=1e-12))
    return outlier(scale)[0], scale**2


def largest_losses(scales: Array) -> tuple[float, float, float]:
    """Largest loss over features that stand out: kept, shrunk by the edge of the noise, shrunk in the best way."""
    kept, soft, best = [], [], []
    for scale in scales:
        place, overlap = outlier(scale)
        kept.append(loss(scale, place))
        soft.append(loss(scale, place - 2))
        best.append(loss(scale, scale * overlap))
    return max(kept), max(soft), max(best)
