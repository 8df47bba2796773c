"""Sufficient statistics of the samples: the loss |y - A theta|^2, A = X/sqrt(d), without the samples."""

from collections.abc import Iterable

import numpy as np
from scipy.linalg.blas import dsyrk

from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_finite

# rows handled at once: a block stays in the cache
BLOCK_ROWS = 1024

Blocks = Iterable[tuple[Array, Array]]


class Statistics:
    """A^T A (`gram`), shape (d, d), A^T y, shape (d,), |y|^2 and n.

    Parameters
    ----------
    dim : int
        d.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.samples = 0
        self.labels_squared = 0.0
        # sums of x x^T, above the diagonal and on it
        self._triangle = np.zeros((dim, dim), order="F")
        self.correlation = np.zeros(dim)

    def add(self, blocks: Blocks) -> "Statistics":
        """Accumulate blocks (inputs, labels) of shapes (m, d) and (m,); returns itself."""
        for inputs, labels in blocks:
            require_finite(inputs=inputs, labels=labels)
            for start in range(0, len(inputs), BLOCK_ROWS):
                x, y = inputs[start : start + BLOCK_ROWS], labels[start : start + BLOCK_ROWS]
                self._triangle = dsyrk(1.0, x.T, beta=1.0, c=self._triangle, overwrite_c=True)
                self.correlation += y @ x / np.sqrt(self.dim)
                self.labels_squared += float(y @ y)
                self.samples += len(y)
        return self

    @property
    def gram(self) -> Array:
        """A^T A."""
        gram: Array = (self._triangle + self._triangle.T) / self.dim
        gram.flat[:: self.dim + 1] /= 2
        return gram
