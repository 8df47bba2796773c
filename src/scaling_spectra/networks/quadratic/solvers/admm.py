"""ADMM in Douglas-Rachford form with Anderson acceleration.

The loss is minimised by a cached Cholesky factor or, without any n x n matrix, by conjugate gradients
that start from the last solution: with Q = 2 Z - w - (c/rho) I and K = A A*,

    (K + rho/2) u = rho (y - A(Q)),   S = Q + A*(u)/rho,   u = 2 (y - A(S)),

and Z = w_+ is the other half, rho (Z - w) >= 0 its dual slack; w <- w + 1.6 (S - Z) until S = Z. Where
the network interpolates, u is a far sharper dual point than the residual at Z (Boyd et al., Found.
Trends Mach. Learn. 3, 2011).
"""

from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_factor
from scipy.linalg.blas import dtrsv

from scaling_spectra.arrays import Array
from scaling_spectra.finite import relative
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.solvers.anderson import Anderson
from scaling_spectra.networks.quadratic.solvers.solution import Solution, positive_factor, vector_dual

# (right-hand side, first guess) -> (solution, residual of the system)
SystemSolver = Callable[[Array, Array], tuple[Array, Array | float]]

MEMORY = 15
RELAXATION = 1.6
# extrapolation starts anew when the residual exceeds its least value this many times
SAFEGUARD = 10.0
# iterations after which rho is reconsidered, and the factor by which it may be off
REVIEW = 40
IMBALANCE = 4.0
# conjugate gradients reduce their first residual by this factor, within this many steps
INEXACTNESS = 0.1
MAX_STEPS = 200
# smallest eigenvalue, relative to the largest, that counts for rho
EIGENVALUE_CUTOFF = 1e-6


def solve(
    data: Measurements, penalty: float, *, tol: float, max_iterations: int, start: Array, factorise: bool = True
) -> Solution:
    """Minimise P(S) until the relative gap is at most `tol`, or `max_iterations` is reached.

    The step rho is the ratio of geometric means of the positive eigenvalues of the slack and of Z, or
    the least curvature of the loss where that is larger: a small eigenvalue of Z must be told from a
    zero as fast as a large one. It is first estimated at `start`, shape (d, r), a factor of a rough
    solution S != 0. `factorise` chooses between Cholesky (8 n^2 bytes) and conjugate gradients.
    """
    labels = data.labels
    identity = penalty * np.eye(data.dim)
    identity_forward = data.forward_symmetric(identity)
    positive = start @ start.T
    slack = identity - 2 * data.evaluate(start).adjoint
    floor = _least_curvature(data.samples, data.dim)
    rho = max(_typical_eigenvalue(slack) / _typical_eigenvalue(positive), floor)
    system = _factorised if factorise else _iterative
    solve_system = system(data, rho)
    vector = np.zeros(data.samples)
    point = positive - slack / rho
    point_forward = data.forward_symmetric(point)
    memory = Anderson(MEMORY)
    least = np.inf
    for iteration in range(1, max_iterations + 1):
        factor = positive_factor(point)
        positive = factor @ factor.T
        forward = data.forward(factor)
        residual = labels - forward
        vector, mismatch = solve_system(rho * (residual - forward + point_forward) + identity_forward, vector)
        adjoint = data.adjoint(vector)
        dual = vector_dual(labels, residual, factor, penalty, vector, adjoint)
        objective = residual @ residual + penalty * np.sum(factor**2)
        if dual.gap <= tol * objective:
            break
        if iteration % REVIEW == 0:
            balance = _typical_eigenvalue(positive - point) / max(_typical_eigenvalue(positive), 1e-300)
            balance = max(float(np.clip(balance, 0.01, 100.0)), floor / rho)
            if not 1 / IMBALANCE < balance < IMBALANCE:
                rho *= balance
                solve_system = system(data, rho)
                point = positive + (point - positive) / balance
                point_forward = data.forward_symmetric(point)
                memory.reset()
                least = np.inf
                continue
        # S - Z and A(S) - A(Z)
        change = positive - point + (adjoint - identity) / rho
        change_forward = residual - vector / 2 - mismatch / rho
        length = float(np.linalg.norm(change))
        least = min(least, length)
        if length > SAFEGUARD * least:
            memory.reset()
        memory.push(change, point + RELAXATION * change, point_forward + RELAXATION * change_forward)
        point, point_forward = memory.extrapolate()
    return Solution(
        factor=factor,
        dual=dual.scale * vector,
        adjoint=dual.scale * adjoint,
        primal=float(objective),
        dual_value=float(objective - dual.gap),
        squared=float(residual @ residual),
        relative_gap=relative(dual.gap, float(objective)),
        iterations=iteration,
        method="ADMM",
    )


def _factorised(data: Measurements, rho: float) -> SystemSolver:
    """Inverse of K + rho/2 by Cholesky."""
    matrix = data.kernel()
    matrix[np.diag_indices(data.samples)] += rho / 2
    # two triangular solves read half the memory that the explicit inverse would
    cholesky, _ = cho_factor(matrix.T, lower=True, overwrite_a=True, check_finite=False)
    return lambda target, start: (dtrsv(cholesky, dtrsv(cholesky, target, lower=1), lower=1, trans=1), 0.0)


def _iterative(data: Measurements, rho: float) -> SystemSolver:
    """Approximate inverse of K + rho/2 by conjugate gradients."""

    def product(vector: Array) -> Array:
        return data.forward_symmetric(data.adjoint(vector)) + rho / 2 * vector

    def solve_system(target: Array, start: Array) -> tuple[Array, Array]:
        vector = start
        residual = target - product(vector)
        direction = residual
        squared = residual @ residual
        goal = INEXACTNESS**2 * squared
        for _ in range(MAX_STEPS):
            if squared <= goal:
                break
            image = product(direction)
            length = squared / (direction @ image)
            vector = vector + length * direction
            residual = residual - length * image
            previous, squared = squared, residual @ residual
            direction = residual + squared / previous * direction
        return vector, residual

    return solve_system


def _typical_eigenvalue(matrix: Array) -> float:
    """Geometric mean of the positive eigenvalues of a symmetric matrix; 0 if there is none."""
    values = np.linalg.eigvalsh(matrix)
    values = values[values > EIGENVALUE_CUTOFF * max(values[-1], 0.0)]
    return float(np.exp(np.mean(np.log(values)))) if values.size else 0.0


def _least_curvature(samples: int, dim: int) -> float:
    """Smallest eigenvalue of the Hessian 2 A*A, from the Marchenko-Pastur law; 0 if n <= d(d + 1)/2."""
    ratio = dim * (dim + 1) / 2 / samples
    return 4 * samples / dim * (1 - np.sqrt(ratio)) ** 2 if ratio < 1 else 0.0
