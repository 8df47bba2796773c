"""Equations between the numbers of a point, by which stored tables are judged (theory: sections 1-3)."""

import numpy as np


def effective_noise(noise_var, risk, samples, dim):
    """delta = sqrt((M + Delta/2)/(2 alpha)) of state evolution, R = 2 M, alpha = n/d^2."""
    return np.sqrt((noise_var + risk) / 4 * (dim / samples) * dim)


def weight_decay(threshold, divergence, samples, dim, width):
    """lambda = 4 b (alpha - D) sqrt(d/p) of state evolution."""
    return 4 * threshold * (samples / dim**2 - divergence) / np.sqrt(width)


def train_loss(noise_var, risk, divergence, samples, dim):
    """Mean squared residual (Delta + R)(1 - D/alpha)^2 of state evolution."""
    return (noise_var + risk) * (1 - divergence * dim**2 / samples) ** 2


def risk(weights, overlap, spectrum):
    """R = 2 |S - S*|_F^2/d of eigenvalues of S and u^T S* u beside them, shape (points, d), and those of S*."""
    return 2 * (np.sum(weights * (weights - 2 * overlap), axis=1) + np.sum(spectrum**2)) / weights.shape[1]


def data_term(train_loss, samples):
    """The objective's part |y - f|^2."""
    return samples * train_loss


def penalty(weights, weight_decay, width):
    """The objective's part lambda sqrt(p d) Tr S for eigenvalues of shape (points, d)."""
    return weight_decay * np.sqrt(width) * weights.shape[1] * weights.sum(axis=1)
