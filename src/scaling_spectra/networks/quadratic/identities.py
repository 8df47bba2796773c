"""Equations between the numbers of a point, by which stored tables are judged (theory: sections 1-3)."""

import numpy as np

from scaling_spectra.arrays import Array, Numbers


def effective_noise(noise_var: Numbers, risk: Numbers, samples: Numbers, dim: Numbers) -> Numbers:
    """delta = sqrt((M + Delta/2)/(2 alpha)) of state evolution, R = 2 M, alpha = n/d^2."""
    delta: Numbers = np.sqrt((noise_var + risk) / 4 * (dim / samples) * dim)
    return delta


def weight_decay(threshold: Numbers, divergence: Numbers, samples: Numbers, dim: Numbers, width: Numbers) -> Numbers:
    """lambda = 4 b (alpha - D) sqrt(d/p) of state evolution."""
    lam: Numbers = 4 * threshold * (samples / dim**2 - divergence) / np.sqrt(width)
    return lam


def train_loss(noise_var: Numbers, risk: Numbers, divergence: Numbers, samples: Numbers, dim: Numbers) -> Numbers:
    """Mean squared residual (Delta + R)(1 - D/alpha)^2 of state evolution."""
    return (noise_var + risk) * (1 - divergence * dim**2 / samples) ** 2


def risk(weights: Array, overlap: Array, spectrum: Array) -> Array:
    """R = 2 |S - S*|_F^2/d of eigenvalues of S and u^T S* u beside them, shape (points, d), and those of S*."""
    errors: Array = 2 * (np.sum(weights * (weights - 2 * overlap), axis=1) + np.sum(spectrum**2)) / weights.shape[1]
    return errors


def data_term(train_loss: Numbers, samples: Numbers) -> Numbers:
    """The objective's part |y - f|^2."""
    return samples * train_loss


def penalty(weights: Array, weight_decay: Numbers, width: float) -> Array:
    """The objective's part lambda sqrt(p d) Tr S for eigenvalues of shape (points, d)."""
    terms: Array = weight_decay * np.sqrt(width) * weights.shape[1] * weights.sum(axis=1)
    return terms
