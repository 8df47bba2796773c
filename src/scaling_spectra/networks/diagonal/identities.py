"""Equations between the numbers of a point, by which stored tables are judged (theory: sections 1-3)."""

import numpy as np

from scaling_spectra.arrays import Array, Numbers


def effective_noise(noise_var: Numbers, risk: Numbers, samples: Numbers, dim: Numbers) -> Numbers:
    """delta = sqrt((Delta + R) d/n) of state evolution."""
    delta: Numbers = np.sqrt((noise_var + risk) * (dim / samples))
    return delta


def weight_decay(threshold: Numbers, divergence: Numbers, samples: Numbers, dim: Numbers, width: Numbers) -> Numbers:
    """lambda = b (n - div)/d of state evolution; this network has no width."""
    return threshold * (samples - divergence) / dim


def train_loss(noise_var: Numbers, risk: Numbers, divergence: Numbers, samples: Numbers, dim: Numbers) -> Numbers:
    """Mean squared residual (Delta + R)(1 - div/n)^2 of state evolution."""
    return (noise_var + risk) * (1 - divergence / samples) ** 2


def risk(weights: Array, overlap: Array, spectrum: Array) -> Array:
    """R = |theta - theta*|^2/d of weights and the teacher's beside them, shape (points, d)."""
    errors: Array = np.mean((weights - overlap) ** 2, axis=1)
    return errors


def data_term(train_loss: Numbers, samples: Numbers) -> Numbers:
    """The objective's part |y - f|^2/2."""
    return samples * train_loss / 2


def penalty(weights: Array, weight_decay: Numbers, width: float) -> Array:
    """The objective's part lambda |theta|_1 for weights of shape (points, d)."""
    terms: Array = weight_decay * np.abs(weights).sum(axis=1)
    return terms
