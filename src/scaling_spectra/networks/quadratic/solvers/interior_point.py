"""Primal-dual interior point: HKM direction with Mehrotra's correction, on the dual.

M = c I - A*(u) > 0 holds exactly all along. With mu the barrier parameter, a step solves

    (H + I/2) du = y - u/2 - A(S) - A(R),   H_{mu nu} = Tr[Z_mu S Z_nu M^-1],
    dS = R + sym(S A*(du) M^-1),            R = sym(mu M^-1 - S - correction),

a dense system of n unknowns: best for few samples and tiny penalties (Helmberg, Rendl, Vanderbei and
Wolkowicz, SIAM J. Optim. 6, 1996).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from scaling_spectra.arrays import Array
from scaling_spectra.finite import relative
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.solvers.solution import Solution, positive_factor, vector_dual

# fraction of the way to the boundary of the cone
STEP = 0.95


def solve(data: Measurements, penalty: float, *, tol: float, max_iterations: int = 60) -> Solution:
    """Minimise P(S) until the relative gap is at most `tol`, `max_iterations` is reached or precision lost."""
    dim, labels = data.dim, data.labels
    vector = np.zeros(data.samples)
    adjoint = np.zeros((dim, dim))
    matrix = np.sqrt(np.mean(labels**2)) * np.eye(dim)
    for iteration in range(1, max_iterations + 1):
        slack = penalty * np.eye(dim) - adjoint
        # complementarity S M = 0 rounds off the directions that the barrier keeps open
        ratio = np.linalg.norm(matrix) / np.linalg.norm(slack)
        factor = positive_factor(matrix - ratio * slack)
        residual = labels - data.forward(factor)
        objective = residual @ residual + penalty * np.sum(factor**2)
        dual = vector_dual(labels, residual, factor, penalty, vector, adjoint)
        if dual.gap <= tol * objective or iteration == max_iterations:
            break
        try:
            step_matrix, step_vector, step_adjoint = _step(data, penalty, matrix, vector, slack)
        except np.linalg.LinAlgError:  # the cone or the system is degenerate to working precision
            break
        matrix = matrix + step_matrix
        vector = vector + step_vector
        adjoint = adjoint + step_adjoint
    return Solution(
        factor=factor,
        dual=dual.scale * vector,
        adjoint=dual.scale * adjoint,
        primal=float(objective),
        dual_value=float(objective - dual.gap),
        squared=float(residual @ residual),
        relative_gap=relative(dual.gap, float(objective)),
        iterations=iteration,
        method="interior point",
    )


def _step(data: Measurements, penalty: float, matrix: Array, vector: Array, slack: Array) -> tuple[Array, Array, Array]:
    """Changes of S, u and A*(u) in one predictor-corrector step."""
    dim = data.dim
    inverse = _symmetric(np.linalg.inv(slack))
    barrier = float(np.sum(matrix * slack)) / dim
    system = _system(data.inputs, matrix, inverse)
    cholesky = cho_factor(system.T, lower=True, overwrite_a=True, check_finite=False)
    mismatch = data.labels - vector / 2 - data.forward_symmetric(matrix)

    def direction(centring: float, correction: Array | float) -> tuple[Array, ...]:
        shift = _symmetric(centring * barrier * inverse - matrix - correction)
        step_vector = cho_solve(cholesky, mismatch - data.forward_symmetric(shift), check_finite=False)
        step_adjoint = data.adjoint(step_vector)
        return shift + _symmetric(matrix @ step_adjoint @ inverse), step_vector, step_adjoint

    step_matrix, _, step_adjoint = direction(0.0, 0.0)
    primal_length = min(1.0, _to_boundary(matrix, step_matrix))
    dual_length = min(1.0, _to_boundary(slack, -step_adjoint))
    predicted = np.sum((matrix + primal_length * step_matrix) * (slack - dual_length * step_adjoint)) / dim
    centring = float(np.clip(predicted / barrier, 1e-3, 1.0)) ** 3
    step_matrix, step_vector, step_adjoint = direction(centring, -step_matrix @ step_adjoint @ inverse)
    primal_length = min(1.0, STEP * _to_boundary(matrix, step_matrix))
    dual_length = min(1.0, STEP * _to_boundary(slack, -step_adjoint))
    return primal_length * step_matrix, dual_length * step_vector, dual_length * step_adjoint


def _system(inputs: Array, matrix: Array, inverse: Array) -> Array:
    """H + I/2, shape (n, n), in place as far as possible."""
    dim = inputs.shape[1]
    through = inputs @ matrix
    system = through @ inputs.T
    system *= (inputs @ inverse) @ inputs.T
    centre = np.einsum("ij,ij->i", through @ inverse, inputs) - np.sum(matrix * inverse) / 2
    system -= centre[:, None]
    system -= centre
    system /= dim
    system[np.diag_indices(len(system))] += 0.5
    return system


def _symmetric(matrix: NDArray[np.floating]) -> Array:
    symmetric: Array = (matrix + matrix.T) / 2
    return symmetric


def _to_boundary(matrix: Array, step: Array) -> float:
    """Largest t such that Q + t dQ >= 0, for Q > 0."""
    lower = np.linalg.cholesky(matrix)
    half = solve_triangular(lower, step, lower=True, check_finite=False)
    scaled = solve_triangular(lower, half.T, lower=True, check_finite=False)
    least = np.linalg.eigvalsh(_symmetric(scaled))[0]
    return np.inf if least >= 0 else float(-1 / least)
