"""Dual point of a network near its minimum: the residual, completed on the face of the minimum.

At the minimum u = 2 r has the slack M = c I - A*(u) >= 0 with M V = 0, V a basis of the range of S. An error e of the
weights leaves V^T M V of order e, and if u is scaled until M >= 0, that costs a gap of order e. The least change of u
that makes V^T M V = 0 is A(V Q V^T), with as many linear equations for Q as unknowns: conjugate gradients solve them.
What is left below zero is of order e^2 over the slack beside V, and less once V is taken from the slack so found.
"""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.measurements import Evaluation, Measurements
from scaling_spectra.networks.quadratic.solvers.solution import vector_dual

# conjugate-gradient steps on a face, and the share of |V^T M V| that they leave on the first
STEPS, SHARE = 150, 1e-2
# V^T M V over c left on the second, in units of the gap asked for
ACCURACY = 0.1


@dataclass(frozen=True)
class Completed:
    """Feasible dual point with what it proves.

    Attributes
    ----------
    vector : ndarray, shape (n,)
        u.
    adjoint : ndarray, shape (d, d)
        A*(u).
    gap : float
        P(S) - D(u) >= 0.
    """

    vector: Array
    adjoint: Array
    gap: float


def complementary(factor: Array, adjoint: Array, penalty: float) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors of S/s - M/c at S = U U^T, M = c I - A*(u), s the mean of the eigenvalues of S.

    An eigenvalue of S and one of M >= 0 share each direction at the minimum, and one of the two is zero: the positive
    values are those of S, where the gap is so small that both are known to about a thousandth. No magnitude of S alone
    tells what training has not finished shrinking.
    """
    matrix: Array = factor @ factor.T
    scale = float(np.trace(matrix)) / max(factor.shape[1], 1)
    slack: Array = np.eye(len(matrix)) - adjoint / penalty
    # nothing in use: S takes no direction
    values, vectors = np.linalg.eigh((matrix / scale if scale > 0 else 0 * matrix) - slack)
    return values, vectors


def complete(
    data: Measurements, penalty: float, evaluation: Evaluation, factor: Array, *, tol: float
) -> Completed | None:
    """Dual point near u = 2 r at S = U U^T, to prove a relative gap of `tol` if S has one; None if u has no freedom."""
    assert evaluation.residual is not None
    vector, adjoint = 2 * evaluation.residual, 2 * evaluation.adjoint
    values, directions = complementary(factor, adjoint, penalty)
    size = int(np.count_nonzero(values > 0))
    # more equations than samples: u is what it is
    if size * (size + 1) // 2 > data.samples:
        return None
    for share in (SHARE, 0.0):
        basis = directions[:, data.dim - size :]
        wanted = penalty * np.eye(size) - basis.T @ adjoint @ basis
        vector = vector + _change(data, basis, wanted, share, ACCURACY * tol * penalty)
        adjoint = data.adjoint(vector)
        directions = np.linalg.eigh(adjoint)[1] if share else directions
    point = vector_dual(data.labels, evaluation.residual, factor, penalty, vector, adjoint)
    return Completed(point.scale * vector, point.scale * adjoint, point.gap)


def _change(data: Measurements, basis: Array, wanted: Array, share: float, enough: float) -> Array:
    """Least v, shape (n,), with V^T A*(v) V = `wanted`, up to the larger of this share of it and `enough`."""
    size = basis.shape[1]
    face, scale = Measurements(data.inputs @ basis, data.labels), (size / data.dim) ** 0.5
    found = np.zeros(data.samples)
    change, left = wanted, float(np.linalg.norm(wanted))
    enough = max(enough, share * left)
    for _ in range(STEPS):
        if left <= enough:
            break
        image = scale * face.forward_symmetric(change)
        squared = float(image @ image)
        if squared == 0:
            break
        length = left**2 / squared
        found += length * image
        wanted = wanted - length * scale * face.adjoint(image)
        before, left = left, float(np.linalg.norm(wanted))
        change = wanted + (left / before) ** 2 * change
    return found
