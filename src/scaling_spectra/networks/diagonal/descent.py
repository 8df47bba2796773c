"""Gradient descent of the diagonal network on samples, for several weight decays at once."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal.statistics import Blocks, Statistics
from scaling_spectra.steps import STABLE, steps


def descend(
    draw: Callable[[], Blocks], weights: Array, thresholds: Sequence[float], times: ArrayLike
) -> tuple[Array, Array]:
    """theta, shape (k, m, d), and mean squared residuals, shape (k, m), at increasing `times`.

    A step of both layers along d/n times the gradient of |r|^2/2 + lambda (|a|^2 + |w|^2)/2.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    weights : ndarray, shape (2, d)
        a and w at the beginning.
    thresholds : sequence of float, shape (m,)
        b = lambda d/n.
    times : array_like, shape (k,)
    """
    dim = weights.shape[1]
    data = Statistics(dim).add(draw())
    unit, decays = dim / data.samples, np.asarray(thresholds)[:, None]
    gram, correlation = unit * data.gram, unit * data.correlation
    a, w = (np.repeat(layer[None], len(decays), axis=0) for layer in weights)
    rate = float(np.max(np.abs(correlation)))
    longest = STABLE / (rate * max(float(np.linalg.eigvalsh(gram)[-1]), 1.0))
    learned, residuals = [], []
    for count, size in steps(times, longest / 5, longest):
        for _ in range(count):
            force = correlation - (a * w) @ gram
            a, w = a + size * (force * w - decays * a), w + size * (force * a - decays * w)
        theta = a * w
        squared = data.labels_squared / data.samples + np.sum(theta * (theta @ gram - 2 * correlation), axis=1) / dim
        learned.append(theta)
        residuals.append(np.maximum(squared, 0))
    return np.array(learned), np.array(residuals)


def leading(weights: Array, count: int) -> Array:
    """Largest magnitudes |theta_i|, shape (..., count)."""
    values: Array = np.sort(np.abs(weights), axis=-1)[..., ::-1][..., :count]
    return values


def norm(weights: Array) -> Array:
    """|theta|_1."""
    sums: Array = np.sum(np.abs(weights), axis=-1)
    return sums


def participation(weights: Array) -> Array:
    """|theta|_1^2 / |theta|^2."""
    shares = weights / np.maximum(norm(weights), np.finfo(float).tiny)[..., None]
    squares = np.sum(shares**2, axis=-1)
    # where every weight has decayed to nothing there is none
    counted: Array = np.divide(1.0, squares, out=np.zeros_like(squares), where=squares > 0)
    return counted
