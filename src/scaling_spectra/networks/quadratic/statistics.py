"""Sufficient statistics of the samples: the loss |y - A(S)|^2 without the samples.

With z = svec Z, so that Tr[S Z] = svec(S).z, it depends on sum z z^T, sum y z and sum y^2 only. They
cost n d^4/4 operations, which pays where many problems share the samples (a curve in lambda); one
problem alone is solved sooner from some dozens of passes over the samples.
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_finite
from scaling_spectra.networks.quadratic.measurements import BLOCK_ROWS, Blocks, Evaluation


class Statistics:
    """sum z z^T, shape (D, D), sum y z, shape (D,), sum y^2 and n, D = d(d + 1)/2.

    Parameters
    ----------
    dim : int
        d.

    Attributes
    ----------
    gram, moment : ndarray, shapes (D, D) and (D,)
        sum z z^T and sum y z.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.samples = 0
        self.labels_squared = 0.0
        self._rows, self._columns = np.triu_indices(dim)
        # svec keeps inner products: off-diagonal entries count twice
        self._weights = np.where(self._rows == self._columns, 1.0, np.sqrt(2.0))
        size = self._rows.size
        self.gram = np.zeros((size, size))
        self.moment = np.zeros(size)

    def add(self, blocks: Blocks) -> "Statistics":
        """Accumulate blocks (inputs, labels) of shapes (m, d) and (m,); returns itself."""
        for inputs, labels in blocks:
            require_finite(inputs=inputs, labels=labels)
            for start in range(0, len(inputs), BLOCK_ROWS):
                x, y = inputs[start : start + BLOCK_ROWS], labels[start : start + BLOCK_ROWS]
                z = x[:, self._rows] * x[:, self._columns]
                z -= self._rows == self._columns
                z *= self._weights / np.sqrt(self.dim)
                self.gram += z.T @ z
                self.moment += y @ z
                self.labels_squared += float(y @ y)
                self.samples += len(y)
        return self

    @property
    def correlation(self) -> Array:
        """A*(y), shape (d, d)."""
        return self._matrix(self.moment)

    def svec(self, matrix: Array) -> Array:
        """Vector of shape (D,) of a symmetric matrix, with the same inner products."""
        return matrix[self._rows, self._columns] * self._weights

    def evaluate(self, factor: Array) -> Evaluation:
        """|r|^2 and A*(r) at S = U U^T; the residual itself is not known."""
        matrix = factor @ factor.T
        vector = self.svec(matrix)
        image = self.gram @ vector
        squared = self.labels_squared - 2 * (vector @ self.moment) + vector @ image
        return Evaluation(None, max(float(squared), 0.0), self._matrix(self.moment - image))

    def _matrix(self, vector: Array) -> Array:
        """Symmetric matrix of an svec."""
        matrix = np.empty((self.dim, self.dim))
        matrix[self._rows, self._columns] = vector / self._weights
        matrix[self._columns, self._rows] = matrix[self._rows, self._columns]
        return matrix
