"""The convex equivalent in place of training: minimum of |y - A(S)|^2 + c |S|_* over symmetric S.

|S|_* is the nuclear norm. S = S_+ - S_- with both parts positive: the problem is that of the quadratic network in 2 d
dimensions, with the block matrices diag(Z, -Z) in place of Z and the trace of diag(S_+, S_-) for a penalty. Its solvers
and its certificate, whose condition |eigenvalues of A*(u)| <= c is that of a nuclear norm, serve as they are.
"""

from collections.abc import Callable

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.correlated import measurements
from scaling_spectra.networks.quadratic.gaussian import GaussianMeasurements
from scaling_spectra.networks.quadratic.measurements import Blocks, Evaluation
from scaling_spectra.networks.quadratic.solvers.solution import Solution
from scaling_spectra.networks.quadratic.uniqueness import SLACK_CUTOFF
from scaling_spectra.networks.signed import problem
from scaling_spectra.records import TrainingRecord, of_convex


def prepare(
    draw: Callable[[], Blocks], teacher: Array, *, width: float, tol: float
) -> Callable[[float], TrainingRecord]:
    """Function of lambda that returns the record of the global minimum, to a relative gap of `tol`.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    width : float
        p/d >= 1, p units of either sign.
    """
    data = measured(draw(), teacher.size)

    def solve(weight_decay: float) -> TrainingRecord:
        penalty = weight_decay * teacher.size * width**0.5
        solution = minimise(data, penalty, tol=tol)
        known = of_convex(solution) | {"unique": is_unique(data, solution, penalty)}
        return record(data, solution.factor, penalty, teacher, tol=tol, **known)

    return solve


class SignedMeasurements(GaussianMeasurements):
    """Measurements Tr[diag(S_+, S_-) diag(Z, -Z)] of block matrices in 2 d dimensions.

    Parameters
    ----------
    inner : GaussianMeasurements
        Those by Z.
    """

    def __init__(self, inner: GaussianMeasurements) -> None:
        self.inner, self.labels = inner, inner.labels
        self.samples, self.dim, self.represented = inner.samples, 2 * inner.dim, inner.represented

    def forward(self, factor: Array) -> Array:
        """A(S_+ - S_-), shape (m,), for U of shape (2 d, r)."""
        return self.inner.forward_symmetric(difference(factor))

    def forward_symmetric(self, matrix: Array) -> Array:
        """The same for any symmetric matrix of shape (2 d, 2 d), of which the off-diagonal blocks do not count."""
        d = self.inner.dim
        return self.inner.forward_symmetric(matrix[:d, :d] - matrix[d:, d:])

    def adjoint(self, vector: Array) -> Array:
        """diag(A*(v), -A*(v))."""
        block, d = self.inner.adjoint(vector), self.inner.dim
        matrix = np.zeros((2 * d, 2 * d))
        matrix[:d, :d], matrix[d:, d:] = block, -block
        return matrix

    def evaluate(self, factor: Array) -> Evaluation:
        """Residual at S and its adjoint."""
        residual = self.labels - self.forward(factor)
        return Evaluation(residual, float(residual @ residual), self.adjoint(residual))

    def kernel(self) -> Array:
        """A A*: every measurement twice."""
        return 2 * self.inner.kernel()


def difference(factor: Array) -> Array:
    """S = S_+ - S_-, shape (d, d), of a factor of shape (2 d, r)."""
    upper, lower = np.split(factor, 2)
    matrix: Array = upper @ upper.T - lower @ lower.T
    return matrix


def measured(blocks: Blocks, dim: int) -> SignedMeasurements:
    """Measurements of labelled samples, at most d(d + 1)/2 + 1 that stand for all."""
    return SignedMeasurements(measurements(blocks, np.ones(dim)))


def minimise(data: SignedMeasurements, penalty: float, *, tol: float) -> Solution:
    """Minimise P(S) to a relative duality gap of `tol`; the factor is that of diag(S_+, S_-)."""
    return convex.solve_measured(data, penalty, tol=tol)


def minimiser_rank(data: SignedMeasurements, penalty: float, start: Array) -> int:
    """Rank of the minimiser next to a factor."""
    return convex.minimiser_rank(data, penalty, start)


def is_unique(data: SignedMeasurements, solution: Solution, penalty: float) -> bool:
    """Whether the minimiser is recognised as the only one: generic equations need as many as there are unknowns.

    Minimisers share the dual point u, and live where A*(u) has the eigenvalue c or -c, of multiplicities k and l: there
    are k(k + 1)/2 + l(l + 1)/2 unknowns.
    """
    d = data.inner.dim
    eigenvalues = np.linalg.eigvalsh(solution.adjoint[:d, :d])
    faces = [int(np.sum(sign * eigenvalues >= (1 - SLACK_CUTOFF) * penalty)) for sign in (1, -1)]
    return sum(face * (face + 1) // 2 for face in faces) <= data.represented


def record(
    data: SignedMeasurements,
    factor: Array,
    penalty: float,
    teacher: Array,
    *,
    method: str,
    solver: str,
    relative_gap: float,
    tol: float,
    iterations: int,
    unique: bool,
) -> TrainingRecord:
    """Observables of S = S_+ - S_-, whose eigenvalues are sorted by magnitude.

    Parameters
    ----------
    factor : ndarray, shape (2 d, r)
        Factor of diag(S_+, S_-).
    penalty : float
        c.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s).
    """
    effective = difference(factor)
    eigenvalues, directions = np.linalg.eigh(effective)
    order = np.argsort(-np.abs(eigenvalues), kind="stable")
    squared = data.evaluate(factor).squared
    return TrainingRecord(
        method=method,
        solver=solver,
        risk=problem.risk(effective, teacher),
        train_loss=squared / data.represented,
        objective=squared + penalty * float(np.sum(np.abs(eigenvalues))),
        relative_gap=relative_gap,
        iterations=iterations,
        rank=minimiser_rank(data, penalty, factor),
        converged=relative_gap <= tol,
        unique=unique,
        spectrum=eigenvalues[order],
        overlap=(teacher @ directions**2)[order],
    )
