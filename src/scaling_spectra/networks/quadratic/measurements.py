"""Measurements A(S)_mu = Tr[S Z_mu], Z = (x x^T - I)/sqrt(d), of labelled samples.

A positive semi-definite S is kept as a factor U of shape (d, r), S = U U^T, which makes A cost
2 n d r operations and its adjoint n d^2.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_finite

# rows handled at once: a block and its products stay in the cache, and memory stays bounded
BLOCK_ROWS = 1024

Blocks = Iterable[tuple[Array, Array]]


@dataclass(frozen=True)
class Evaluation:
    """Residual r = y - A(S) at one S.

    Attributes
    ----------
    residual : ndarray, shape (n,), or None
        r; None if only sufficient statistics of the samples are known.
    squared : float
        |r|^2.
    adjoint : ndarray, shape (d, d)
        A*(r) = sum_mu r_mu Z_mu.
    """

    residual: Array | None
    squared: float
    adjoint: Array


class Measurements:
    """Samples held in memory.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    """

    def __init__(self, inputs: Array, labels: Array) -> None:
        if inputs.ndim != 2 or labels.shape != inputs.shape[:1]:
            raise ValueError(f"labels: shape {labels.shape} does not fit inputs of shape {inputs.shape}")
        require_finite(inputs=inputs, labels=labels)
        self.inputs, self.labels = inputs, labels
        self.samples, self.dim = inputs.shape

    def blocks(self) -> Iterator[Array]:
        """Inputs in blocks of rows, in order."""
        for start in range(0, self.samples, BLOCK_ROWS):
            yield self.inputs[start : start + BLOCK_ROWS]

    @cached_property
    def second_moment(self) -> Array:
        """sum_mu x_mu x_mu^T, shape (d, d)."""
        total = np.zeros((self.dim, self.dim))
        for block in self.blocks():
            total += block.T @ block
        return total

    @cached_property
    def correlation(self) -> Array:
        """A*(y), shape (d, d)."""
        return self.adjoint(self.labels)

    @cached_property
    def labels_squared(self) -> float:
        """|y|^2."""
        return float(self.labels @ self.labels)

    def forward(self, factor: Array) -> Array:
        """A(U U^T), shape (n,), for U of shape (d, r)."""
        measured: Array = (self._projected(factor) - np.sum(factor**2)) / np.sqrt(self.dim)
        return measured

    def forward_symmetric(self, matrix: Array) -> Array:
        """A(Q), shape (n,), for any symmetric Q of shape (d, d)."""
        values = np.concatenate([np.einsum("ij,ij->i", block @ matrix, block) for block in self.blocks()])
        measured: Array = (values - np.trace(matrix)) / np.sqrt(self.dim)
        return measured

    def adjoint(self, vector: Array) -> Array:
        """A*(v) = sum_mu v_mu Z_mu, shape (d, d), for v of shape (n,)."""
        # shifted to non-negative weights, the sum is one symmetric product of half the cost
        shift = vector.min(initial=0.0)
        total = self._weighted_moment(vector - shift) + shift * self.second_moment
        total[np.diag_indices(self.dim)] -= vector.sum()
        adjoint: Array = total / np.sqrt(self.dim)
        return adjoint

    def evaluate(self, factor: Array) -> Evaluation:
        """Residual at S = U U^T and its adjoint, in one pass over the inputs."""
        if factor.shape[1] == 0:
            return Evaluation(self.labels, self.labels_squared, self.correlation.copy())
        projected = np.empty(self.samples)
        moment = np.zeros((self.dim, self.dim))
        start = 0
        for block in self.blocks():
            hidden = block @ factor
            values = np.einsum("ij,ij->i", hidden, hidden)
            weighted = np.sqrt(values)[:, None] * block
            moment += weighted.T @ weighted
            projected[start : start + values.size] = values
            start += values.size
        return self._evaluation(projected, moment, float(np.sum(factor**2)))

    def kernel(self) -> Array:
        """A A*, entries Tr[Z_mu Z_nu], shape (n, n)."""
        gram = self.inputs @ self.inputs.T
        norms = np.diag(gram).copy()
        np.square(gram, out=gram)
        gram -= norms[:, None]
        gram -= norms - self.dim
        gram /= self.dim
        return gram

    def _evaluation(self, projected: Array, moment: Array, trace: float) -> Evaluation:
        """Evaluation from |U^T x_mu|^2 and sum_mu |U^T x_mu|^2 x_mu x_mu^T."""
        values = (projected - trace) / np.sqrt(self.dim)
        adjoint = self.correlation - (moment - trace * self.second_moment) / self.dim
        adjoint[np.diag_indices(self.dim)] += values.sum() / np.sqrt(self.dim)
        residual = self.labels - values
        return Evaluation(residual, float(residual @ residual), adjoint)

    def _projected(self, factor: Array) -> Array:
        """|U^T x_mu|^2, shape (n,)."""
        projected = np.empty(self.samples)
        start = 0
        for block in self.blocks():
            hidden = block @ factor
            stop = start + len(block)
            projected[start:stop] = np.einsum("ij,ij->i", hidden, hidden)
            start = stop
        return projected

    def _weighted_moment(self, weights: Array) -> Array:
        """sum_mu w_mu x_mu x_mu^T for non-negative weights."""
        total = np.zeros((self.dim, self.dim))
        start = 0
        for block in self.blocks():
            stop = start + len(block)
            weighted = np.sqrt(weights[start:stop])[:, None] * block
            total += weighted.T @ weighted
            start = stop
        return total


class StreamedMeasurements(Measurements):
    """Samples drawn again at every pass; only the labels are held.

    Parameters
    ----------
    draw : callable
        ``draw()`` yields the same blocks (inputs, labels), shapes (m, d) and (m,), every time.
    """

    def __init__(self, draw: Callable[[], Blocks]) -> None:
        self._draw = draw
        labels: list[Array] = []
        moments: list[Array] = []
        for inputs, block_labels in draw():
            require_finite(inputs=inputs, labels=block_labels)
            labels.append(block_labels)
            moments = [sum(moments, inputs.T @ inputs)]
        if not labels:
            raise ValueError("draw: it yields no block of samples")
        self.labels = np.concatenate(labels)
        self.second_moment = moments[0]
        self.samples, self.dim = self.labels.size, len(self.second_moment)

    def blocks(self) -> Iterator[Array]:
        """Inputs in blocks of rows, in order."""
        for inputs, _ in self._draw():
            for start in range(0, len(inputs), BLOCK_ROWS):
                yield inputs[start : start + BLOCK_ROWS]
