"""Equations between the numbers of a point, by which stored tables are judged."""

import numpy as np

from scaling_spectra.arrays import Array, Numbers
from scaling_spectra.networks.quadratic.identities import data_term, effective_noise, risk, train_loss, weight_decay

__all__ = ["data_term", "effective_noise", "penalty", "risk", "train_loss", "weight_decay"]


def penalty(weights: Array, weight_decay: Numbers, width: float) -> Array:
    """The objective's part lambda sqrt(p d) |S|_* for eigenvalues of shape (points, d)."""
    terms: Array = weight_decay * np.sqrt(width) * weights.shape[1] * np.abs(weights).sum(axis=1)
    return terms
