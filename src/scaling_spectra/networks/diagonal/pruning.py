"""Corollary 2 for the diagonal network: prune after training instead of tuning lambda."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal.limits import bulk_edge
from scaling_spectra.networks.diagonal.moments import conditional_moments, moments
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum

# relative change of an estimate with one weight more or less at which it counts as none
SENSITIVE = 0.1


def pruned_threshold(delta: float, threshold: float, dim: float) -> float:
    """max(b, delta sqrt(2 log d)): above the largest of d noises."""
    return max(threshold, delta * bulk_edge(dim))


def prune(weights: Array, delta: float, threshold: float) -> Array:
    """Soft-threshold learned weights theta, shape (d,), as if they had been trained at `pruned_threshold`."""
    further = pruned_threshold(delta, threshold, weights.size) - threshold
    return np.sign(weights) * np.maximum(np.abs(weights) - further, 0.0)


def estimate(
    weights: Array, train_loss: float, samples: int, weight_decay: float, *, width: float = 1.0
) -> tuple[float, float]:
    """Effective noise delta and threshold b from what training leaves.

    delta^2 = train_loss/(1 - div/n)^2 d/n and b = lambda d/(n - div), div the number of weights that are not zero.

    Parameters
    ----------
    weights : ndarray, shape (d,)
        Learned weights theta, exact zeros included.
    train_loss : float
        Mean squared residual on the training set.
    width : float
        Ignored: the diagonal network has one hidden unit per input.

    Raises
    ------
    ValueError
        If one weight more or less would change delta by more than SENSITIVE: the residual of so few samples beyond
        the weights says nothing about the noise.
    """
    left = samples - np.count_nonzero(weights)
    if left < 1 / SENSITIVE:
        raise ValueError(
            f"weights: {samples - left} are not zero, at least {1 / SENSITIVE:g} fewer than samples = {samples} are "
            "needed to estimate delta"
        )
    delta = np.sqrt(train_loss * weights.size * samples) / left
    return float(delta), weight_decay * weights.size / left


def pruned_risk(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Predicted excess risk after pruning, averaged over theta*_i ~ N(0, s_i^2)."""
    b = pruned_threshold(solution.delta, solution.threshold, spectrum.dim)
    return float(moments(spectrum, solution.delta, b).risk)


def conditional_pruned_risk(teacher: Array, solution: StateEvolution) -> float:
    """Predicted excess risk after pruning, for a given teacher of shape (d,)."""
    b = pruned_threshold(solution.delta, solution.threshold, teacher.size)
    return float(conditional_moments(teacher, solution.delta, b).risk)
