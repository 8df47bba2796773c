"""Lazy baseline of the diagonal network: ridge regression |y - X theta/sqrt(d)|^2 + rho |theta|^2."""

from collections.abc import Callable

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal.statistics import Blocks, Statistics
from scaling_spectra.ridge import RidgePath, isotropic_risk, path_of_gram, path_of_kernel


def prepare(draw: Callable[[], Blocks], teacher: Array) -> RidgePath:
    """Risk along the ridge, from the smaller of kernel and normal equations.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    teacher : ndarray, shape (d,)
        theta*.
    """
    dim = teacher.size
    if sum(labels.size for _, labels in draw()) >= dim:
        statistics = Statistics(dim).add(draw())
        return path_of_gram(statistics.gram, statistics.correlation, teacher, 1 / dim)
    design = np.concatenate([inputs for inputs, _ in draw()]) / np.sqrt(dim)
    labels = np.concatenate([block for _, block in draw()])
    return path_of_kernel(design @ design.T, labels, design @ teacher, float(teacher @ teacher), 1 / dim)


def best_ridge(teacher: Array, noise_var: float) -> float:
    """Ridge Delta/Q, Q = mean theta*_i^2, of smallest risk in theory, whatever n."""
    return float(noise_var / np.mean(teacher**2))


def risk(teacher: Array, samples: float, ridge: float, noise_var: float) -> float:
    """Risk R in theory at rho = `ridge` >= 0."""
    return isotropic_risk(float(np.mean(teacher**2)), samples / teacher.size, ridge, noise_var)


def finite_size_risk(teacher: Array, samples: float, ridge: float, noise_var: float) -> float:
    """The same: inputs are Gaussian and there are d unknowns."""
    return risk(teacher, samples, ridge, noise_var)
