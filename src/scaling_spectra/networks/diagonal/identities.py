"""Equations between the numbers of a point, by which stored tables are judged (theory: sections 1-3)."""

import numpy as np


def effective_noise(noise_var, risk, samples, dim):
    """delta = sqrt((Delta + R) d/n) of state evolution."""
    return np.sqrt((noise_var + risk) * (dim / samples))


def weight_decay(threshold, divergence, samples, dim, width):
    """lambda = b (n - div)/d of state evolution; this network has no width."""
    return threshold * (samples - divergence) / dim


def train_loss(noise_var, risk, divergence, samples, dim):
    """Mean squared residual (Delta + R)(1 - div/n)^2 of state evolution."""
    return (noise_var + risk) * (1 - divergence / samples) ** 2


def risk(weights, overlap, spectrum):
    """R = |theta - theta*|^2/d of weights and the teacher's beside them, shape (points, d)."""
    return np.mean((weights - overlap) ** 2, axis=1)


def data_term(train_loss, samples):
    """The objective's part |y - f|^2/2."""
    return samples * train_loss / 2


def penalty(weights, weight_decay, width):
    """The objective's part lambda |theta|_1 for weights of shape (points, d)."""
    return weight_decay * np.abs(weights).sum(axis=1)
