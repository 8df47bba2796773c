"""Gradient descent of the quadratic network on samples, for several weight decays at once."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.linalg import LinearOperator, eigsh

from scaling_spectra.arrays import Array
from scaling_spectra.datasets import gathered
from scaling_spectra.finite import require_finite
from scaling_spectra.networks.quadratic.measurements import Blocks
from scaling_spectra.networks.quadratic.statistics import Statistics
from scaling_spectra.steps import STABLE, steps

# more samples than this many d^2 are stood for by their statistics: a step costs less
FEW = 1
# how well the largest curvature is known
ROUGHLY = 1e-2


class _Loss:
    """d/(2n) times A*(y - A(S)), whose mean over samples is S* - S, and mean squared residuals of several S at once."""

    def __init__(self, draw: Callable[[], Blocks], dim: int) -> None:
        self.samples = sum(labels.size for _, labels in draw())
        self.unit = dim / (2 * self.samples)
        self.statistics = self.samples > FEW * dim**2
        if self.statistics:
            found = Statistics(dim).add(draw())
            rows, columns = np.triu_indices(dim)
            self.places = rows * dim + columns
            self.weights = np.where(rows == columns, 1.0, np.sqrt(2.0))
            self.gram, self.moment = found.gram, found.moment
            self.labels_squared = found.labels_squared
        else:
            self.inputs, self.labels = gathered(draw())
            require_finite(inputs=self.inputs, labels=self.labels)
        self.dim = dim

    def __call__(self, matrices: Array) -> tuple[Array, Array]:
        """Forces, shape (m, d, d), and mean squared residuals, shape (m,)."""
        count, dim = len(matrices), self.dim
        if self.statistics:
            vectors = matrices.reshape(count, -1)[:, self.places] * self.weights
            images = vectors @ self.gram
            squared = self.labels_squared + np.einsum("md,md->m", vectors, images - 2 * self.moment)
            entries = np.empty((count, dim * dim))
            entries[:, self.places] = self.unit * (self.moment - images) / self.weights
            forces = entries.reshape(count, dim, dim)
            low, high = np.tril_indices(dim, -1)
            forces[:, low, high] = forces[:, high, low]
            return forces, np.maximum(squared, 0) / self.samples
        traces = np.trace(matrices, axis1=1, axis2=2)[:, None]
        outputs = (np.einsum("mni,ni->mn", self.inputs @ matrices, self.inputs) - traces) / np.sqrt(dim)
        residuals = self.labels - outputs
        sums = (self.inputs.T * residuals[:, None, :]) @ self.inputs
        forces = self.unit / np.sqrt(dim) * (sums - residuals.sum(axis=1)[:, None, None] * np.eye(dim))
        return forces, np.mean(residuals**2, axis=1)

    def curvature(self) -> float:
        """Largest eigenvalue of S -> d/(2n) A*(A(S)), of mean one."""
        zero = self(np.zeros((1, self.dim, self.dim)))[0]

        def image(vector: Array) -> Array:
            matrix = vector.reshape(1, self.dim, self.dim)
            difference: Array = zero - self((matrix + matrix.swapaxes(1, 2)) / 2)[0]
            return difference.ravel()

        size = self.dim**2
        operator = LinearOperator((size, size), matvec=image, dtype=float)
        start = np.eye(self.dim).ravel() + 1 / size
        return float(eigsh(operator, 1, v0=start, tol=ROUGHLY, return_eigenvectors=False)[0])


def descend(
    draw: Callable[[], Blocks], weights: Array, thresholds: Sequence[float], times: ArrayLike
) -> tuple[Array, Array]:
    """S, shape (k, m, d, d), and mean squared residuals, shape (k, m), at increasing `times`.

    A step of all weights is W <- W (1 + h C), C = d/(2n) A*(r) - b: up to a factor along the gradient of
    |r|^2 + lambda |W|_F^2, for any number of hidden units. So S = W^T W takes the step S <- (1 + h C) S (1 + h C), and
    W need not be kept.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    weights : ndarray, shape (p, d)
        W(0).
    thresholds : sequence of float, shape (m,)
        b = lambda sqrt(p/d) d^2/(4n).
    times : array_like, shape (k,)
    """
    dim = weights.shape[1]
    loss = _Loss(draw, dim)
    matrices: Array = np.repeat((weights.T @ weights)[None], len(thresholds), axis=0)
    decays = np.asarray(thresholds, dtype=float)[:, None, None] * np.eye(dim)
    rate = float(np.linalg.eigvalsh(loss(np.zeros((1, dim, dim)))[0][0])[-1])
    longest = STABLE / (rate * max(loss.curvature(), 1.0))
    learned, residuals = [], []
    for count, size in steps(times, longest / 5, longest):
        for _ in range(count):
            factor = np.eye(dim) + size * (loss(matrices)[0] - decays)
            matrices = factor @ matrices @ factor
        learned.append(matrices)
        residuals.append(loss(matrices)[1])
    return np.array(learned), np.array(residuals)


def leading(weights: Array, count: int) -> Array:
    """Largest eigenvalues of S, shape (..., count)."""
    values: Array = np.asarray(np.linalg.eigvalsh(weights), dtype=float)[..., ::-1][..., :count]
    return values


def norm(weights: Array) -> Array:
    """Tr S."""
    traces: Array = np.trace(weights, axis1=-2, axis2=-1)
    return traces


def participation(weights: Array) -> Array:
    """(Tr S)^2 / |S|_F^2."""
    shares = weights / np.maximum(norm(weights), np.finfo(float).tiny)[..., None, None]
    squares = np.sum(shares**2, axis=(-2, -1))
    # where every weight has decayed to nothing there is none
    counted: Array = np.divide(1.0, squares, out=np.zeros_like(squares), where=squares > 0)
    return counted
