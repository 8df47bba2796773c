"""Gradient flow of the population loss of the quadratic network, for any number of hidden units, in closed form."""

from collections.abc import Iterator
from math import ceil

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cholesky, qr, solve_triangular

from scaling_spectra.arrays import Array
from scaling_spectra.flow import mean_squared_error, width_floor
from scaling_spectra.networks.quadratic.effective import goe
from scaling_spectra.spectrum import Spectrum

# longest step in units of 1/|A|: e^{2At} loses as many digits as it has, and overflows in one step to long times
LONGEST = 4.0


def risk(spectrum: Spectrum, start: float, times: ArrayLike, threshold: float = 0.0) -> Array:
    """R = 2 M at `times`, shape (k,), from S = `start` I."""
    return 2 * mean_squared_error(spectrum, start, times, threshold)


def floor(spectrum: Spectrum, threshold: float = 0.0, width: float = np.inf) -> float:
    """R = 2 M for t -> infinity: sum_{i>p} s_i^2 if only p = `width` hidden units are there."""
    return 2 * width_floor(spectrum, width, threshold)


def initial(dim: int, width: float, scale: float, rng: np.random.Generator) -> Array:
    """W in units of (p d)^(1/4), shape (p, d)."""
    hidden = round(width * dim)
    weights: Array = scale * rng.standard_normal((hidden, dim)) / (hidden * dim) ** 0.25
    return weights


def starts(teacher: Array, weights: Array) -> Array:
    """S_ii, shape (d,)."""
    squares: Array = np.sum(weights**2, axis=0)
    return squares


def trajectory(values: Array, weights: Array, times: ArrayLike) -> Iterator[Array]:
    """W at increasing times, in the basis where A = S* - b is diagonal.

    dW/dt = W (A - W^T W) is solved by W(t) = (I + W Phi W^T)^(-1/2) W e^{At}, Phi = (e^{2At} - 1)/A, up to a rotation
    of the hidden units, which S does not see; steps are composed.

    Parameters
    ----------
    values : ndarray, shape (d,)
        Eigenvalues of A.
    weights : ndarray, shape (p, d)
        W(0); S = W^T W.
    times : array_like, shape (k,)
        t >= 0, non-decreasing.
    """
    if len(weights) > weights.shape[1]:
        # as many hidden units as inputs have the same S
        weights = qr(weights, mode="economic")[1]
    now, largest = 0.0, float(np.max(np.abs(values)))
    for time in np.asarray(times, dtype=float):
        steps = ceil((time - now) * largest / LONGEST)
        span = (time - now) / max(steps, 1)
        growth = np.exp(values * span)
        with np.errstate(invalid="ignore", divide="ignore"):
            root = np.sqrt(np.where(values == 0, 2 * span, np.expm1(2 * values * span) / values))
        for _ in range(steps):
            images = weights * root
            lower = cholesky(np.eye(len(weights)) + images @ images.T, lower=True)
            weights = solve_triangular(lower, weights * growth, lower=True)
        now = float(time)
        yield weights


def learned(target: Array, weights: Array, times: ArrayLike) -> Array:
    """S at increasing `times`, shape (k, d, d), driven to diag(target) or to a symmetric matrix."""
    if target.ndim == 1:
        return np.array([w.T @ w for w in trajectory(target, weights, times)])
    values, vectors = np.linalg.eigh(target)
    rotated = (w @ vectors.T for w in trajectory(values, weights @ vectors, times))
    return np.array([w.T @ w for w in rotated])


def noisy(teacher: Array, delta: float, rng: np.random.Generator) -> Array:
    """diag(s) + delta G, G = GOE of spectrum [-2, 2]."""
    matrix: Array = np.diag(teacher) + delta * goe(teacher.size, 1, rng)[0]
    return matrix
