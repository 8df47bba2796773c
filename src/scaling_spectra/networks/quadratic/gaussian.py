"""Gaussian measurements y = Tr[S* Z] + sqrt(Delta) xi with the covariance that Z = (x x^T - I)/sqrt(d) has.

Z is symmetric with independent entries of variance 1/d off and 2/d on the diagonal: svec Z, of length
D = d(d + 1)/2, has independent entries of variance 2/d. State evolution is exact for these as d grows.

More than D measurements are worth D + 1. With Z = Q T (T upper triangular, D x D), the loss is
|Q^T y - T svec S|^2 plus what of y no weight reaches; T holds chi variables on and normal ones above its
diagonal (Bartlett), Q^T xi and the rest of xi are independent of it. So at most D(D + 1) numbers are drawn
and held, whatever n.
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_finite
from scaling_spectra.networks.quadratic.measurements import Evaluation, Measurements


class GaussianMeasurements(Measurements):
    """Measurements by any symmetric matrices, held as rows svec Z.

    Parameters
    ----------
    rows : ndarray, shape (m, d(d + 1)/2)
        svec Z: upper triangles row by row, off-diagonal entries times sqrt(2).
    labels : ndarray, shape (m,)
    dim : int
        d.

    Attributes
    ----------
    represented : int
        Samples that they stand for.
    """

    def __init__(self, rows: Array, labels: Array, dim: int, represented: int | None = None) -> None:
        if rows.shape != (labels.size, dim * (dim + 1) // 2):
            raise ValueError(f"rows: shape {rows.shape} does not fit {labels.size} labels in dimension {dim}")
        require_finite(rows=rows, labels=labels)
        self.rows, self.labels = rows, labels
        self.samples, self.dim = labels.size, dim
        self.represented = labels.size if represented is None else represented
        self._upper = np.triu_indices(dim)
        self._weights = np.where(self._upper[0] == self._upper[1], 1.0, np.sqrt(2.0))

    def forward(self, factor: Array) -> Array:
        """A(U U^T), shape (m,), for U of shape (d, r)."""
        return self.forward_symmetric(factor @ factor.T)

    def forward_symmetric(self, matrix: Array) -> Array:
        """A(Q), shape (m,), for any symmetric Q of shape (d, d)."""
        return self.rows @ (matrix[self._upper] * self._weights)

    def adjoint(self, vector: Array) -> Array:
        """A*(v) = sum_mu v_mu Z_mu, shape (d, d), for v of shape (m,)."""
        matrix = np.zeros((self.dim, self.dim))
        matrix[self._upper] = (vector @ self.rows) / self._weights
        return matrix + np.triu(matrix, 1).T

    def evaluate(self, factor: Array) -> Evaluation:
        """Residual at S = U U^T and its adjoint."""
        residual = self.labels - self.forward(factor)
        return Evaluation(residual, float(residual @ residual), self.adjoint(residual))

    def kernel(self) -> Array:
        """A A*, entries Tr[Z_mu Z_nu], shape (m, m)."""
        return self.rows @ self.rows.T


def draw_gaussian(teacher: Array, samples: int, noise_var: float, rng: np.random.Generator) -> GaussianMeasurements:
    """Measurements with the same minimiser, objective and duality gap, in law, as n Gaussian ones.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s).
    samples : int
        n.
    noise_var : float
        Delta.
    """
    dim = teacher.size
    unknowns = dim * (dim + 1) // 2
    reached = min(samples, unknowns)
    unseen = samples > unknowns
    # the last measurement sees nothing: its label is the part of the labels that no weight reaches
    rows, labels = np.zeros((reached + unseen, unknowns)), np.zeros(reached + unseen)
    rng.standard_normal(out=rows[:reached])
    if unseen:
        rows[:reached][np.tri(unknowns, dtype=bool)] = 0.0
        np.fill_diagonal(rows, np.sqrt(rng.chisquare(samples - np.arange(unknowns))))
        labels[-1] = np.sqrt(noise_var * rng.chisquare(samples - unknowns))
    rows *= np.sqrt(2 / dim)
    diagonal = np.cumsum([0, *range(dim, 1, -1)])
    labels[:reached] = rows[:reached, diagonal] @ teacher + np.sqrt(noise_var) * rng.standard_normal(reached)
    return GaussianMeasurements(rows, labels, dim)
