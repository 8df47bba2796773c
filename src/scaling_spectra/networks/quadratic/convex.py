"""Global minimum of P(S) = |y - A(S)|^2 + c Tr S over S >= 0, by the solver predicted to be fastest.

Costs are predicted in operations, never measured, so that results do not change from run to run.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_positive
from scaling_spectra.memory import HELD
from scaling_spectra.networks.quadratic.gaussian import GaussianMeasurements
from scaling_spectra.networks.quadratic.measurements import Measurements, StreamedMeasurements
from scaling_spectra.networks.quadratic.solvers import admm, interior_point, proximal_gradient
from scaling_spectra.networks.quadratic.solvers.face import complementary
from scaling_spectra.networks.quadratic.solvers.solution import Solution, top_eigenvalue
from scaling_spectra.networks.quadratic.statistics import Statistics
from scaling_spectra.networks.quadratic.uniqueness import is_unique

# iterations the second-order solvers usually take to a relative gap of 1e-6; for ADMM, the fewer the
# samples for the d(d + 1)/2 unknowns, the more
INTERIOR_POINT_ITERATIONS = 12
ADMM_ITERATIONS = 30
LEAST_ADMM_ITERATIONS = 60
# conjugate-gradient steps in one of them, for few samples
CONJUGATE_STEPS = 5
# accepted steps over which the rate of proximal gradient is judged
WINDOW = 8
# gap at which the rank is settled, and passes of proximal gradient to get there
POLISHED, POLISHING = 1e-9, 300
# share of the rival's cost that proximal gradient may spend before it is judged
TRIAL = 0.1


def solve(
    inputs: Array,
    labels: Array,
    penalty: float,
    *,
    tol: float = 1e-6,
    max_iterations: int = 5000,
    memory: float = HELD,
) -> Solution:
    """Minimise P(S) for samples held in memory.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    penalty : float
        c = lambda sqrt(p d) > 0.
    tol : float
        Relative duality gap.
    max_iterations : int
        Limit on the passes of proximal gradient; the other solvers have their own.
    memory : float
        Bytes that a solver may use beside the samples.

    Returns
    -------
    Solution
        The best found; its `relative_gap` exceeds `tol` only if every solver failed.

    Raises
    ------
    ValueError
        If the penalty is not positive, the shapes do not fit or data are not finite.
    """
    return solve_measured(Measurements(inputs, labels), penalty, tol=tol, max_iterations=max_iterations, memory=memory)


def solve_measured(
    data: Measurements | Statistics,
    penalty: float,
    *,
    tol: float = 1e-6,
    max_iterations: int = 5000,
    memory: float = HELD,
) -> Solution:
    """Minimise P(S) for samples, held or drawn in blocks, Gaussian measurements or statistics; others as in `solve`."""
    require_positive(penalty=penalty)
    if _is_zero(data, penalty):
        return _zero(data)
    solution = _best_solver(data, penalty, tol, max_iterations, memory)
    return replace(solution, unique=is_unique(data, solution.factor.shape[1], solution.adjoint, penalty))


def polished(
    data: Measurements | Statistics, penalty: float, start: Array, *, tol: float = 0.0, memory: float = HELD
) -> Solution:
    """Minimiser next to S = U U^T, to a gap of 1e-9 or `tol` where `POLISHING` passes or another solver reach it.

    Parameters
    ----------
    start : ndarray, shape (d, r)
        U. Where its residual proves the gap, it is what is returned.
    """
    if _is_zero(data, penalty):
        return _zero(data)
    return _best_solver(data, penalty, max(tol, POLISHED), POLISHING, memory, start if start.size else None)


def minimiser_rank(data: Measurements | Statistics, penalty: float, start: Array, *, memory: float = HELD) -> int:
    """Rank of the minimiser next to S = U U^T; parameters as in `polished`."""
    solution = polished(data, penalty, start, memory=memory)
    return proven_rank(data, penalty, solution.factor, solution.adjoint)


def proven_rank(data: Measurements | Statistics, penalty: float, factor: Array, adjoint: Array) -> int:
    """Rank of the minimiser, from U of a tiny gap and A*(u) of its dual point: the face of the minimum has it."""
    if _is_zero(data, penalty):
        return 0
    return int(np.count_nonzero(complementary(factor, adjoint, penalty)[0] > 0))


def bracket(
    data: Measurements, penalty: float, start: Array, *, tol: float, max_iterations: int = 500, memory: float = HELD
) -> tuple[float, float]:
    """Bounds D <= min P <= P', found from S = U U^T on.

    Parameters
    ----------
    start : ndarray, shape (d, r)
        U. The search ends once (P(S) - D)/P(S) is at most `tol`, or once P' shows that it cannot be.
    """
    primal = float(np.sum((data.labels - data.forward(start)) ** 2) + penalty * np.sum(start**2))

    def enough(objective: float, dual: float) -> bool:
        return primal - dual <= tol * primal or objective < (1 - tol) * primal

    solution = _best_solver(data, penalty, tol / 2, max_iterations, memory, start, enough)
    return solution.dual_value, solution.primal


def _is_zero(data: Measurements | Statistics, penalty: float) -> bool:
    return data.samples == 0 or 2 * top_eigenvalue(data.correlation) <= penalty


def _zero(data: Measurements | Statistics) -> Solution:
    """S = 0, with dual point 2 y: exact, and the only minimiser."""
    vector = 2 * data.labels if isinstance(data, Measurements) else None
    return Solution(
        factor=np.zeros((data.dim, 0)),
        dual=vector,
        adjoint=2 * data.correlation,
        primal=data.labels_squared,
        dual_value=data.labels_squared,
        squared=data.labels_squared,
        relative_gap=0.0,
        iterations=0,
        method="zero",
    )


def _best_solver(
    data: Measurements | Statistics,
    penalty: float,
    tol: float,
    max_iterations: int,
    memory: float,
    start: Array | None = None,
    enough: Callable[[float, float], bool] = lambda primal, dual: False,
) -> Solution:
    """Proximal gradient, left for a second-order solver where that is predicted to be cheaper.

    ``enough(P, D)`` may end it before the gap is at most `tol`.
    """
    rivals = _rivals(data, penalty, tol, memory)
    step = _pass_cost(data.samples, data.dim)
    budget = rivals[0][0] if rivals else math.inf

    def give_up(gaps: list[float], objective: float) -> bool:
        if enough(objective, objective * (1 - gaps[-1])):
            return True
        if len(gaps) <= WINDOW or len(gaps) * step < TRIAL * budget:
            return False
        rate = math.log(gaps[-1 - WINDOW] / gaps[-1]) / WINDOW
        return rate <= 0 or step * math.log(gaps[-1] / tol) / rate > budget

    solution = proximal_gradient.solve(
        data, penalty, tol=tol, max_iterations=max_iterations, start=start, give_up=give_up
    )
    for _, rival in rivals:
        if solution.relative_gap <= tol or enough(solution.primal, solution.dual_value):
            return solution
        solution = _best_of(solution, rival(solution.factor))
    if solution.relative_gap > tol and solution.iterations < max_iterations:
        start = solution.factor
        last = proximal_gradient.solve(data, penalty, tol=tol, max_iterations=max_iterations, start=start)
        solution = _best_of(solution, last)
    return solution


def _best_of(first: Solution, second: Solution) -> Solution:
    """The better certified of two, with the iterations of both."""
    best = min(second, first, key=lambda solution: solution.relative_gap)
    iterations = first.iterations + second.iterations
    return replace(best, iterations=iterations, method=f"{first.method}, {second.method}")


def _rivals(
    data: Measurements | Statistics, penalty: float, tol: float, memory: float
) -> list[tuple[float, Callable[[Array], Solution]]]:
    """Second-order solvers that fit in memory, each with its predicted operations, cheapest first."""
    if isinstance(data, Statistics):
        return []
    n, dim = data.samples, data.dim
    ratio = n / (dim * (dim + 1) / 2)
    factorisation = 0.65 * n**3
    outer = max(LEAST_ADMM_ITERATIONS, ADMM_ITERATIONS / ratio)
    step = 1.5 * _pass_cost(n, dim)

    def by_admm(start: Array, factorise: bool) -> Solution:
        return admm.solve(data, penalty, tol=tol, max_iterations=600, start=start, factorise=factorise)

    inner = CONJUGATE_STEPS * (1 + 2 * ratio) * n * (4 * dim**2 + 300 * dim)
    iterative = outer * (step + inner)
    if isinstance(data, StreamedMeasurements):
        return [(iterative, lambda start: by_admm(start, False))]
    cached = n**2 * (2 * dim + 150) + factorisation + outer * (step + 20 * n**2)
    factorise = 8 * n**2 <= memory and cached < iterative
    rivals = [(cached if factorise else iterative, lambda start: by_admm(start, factorise))]
    # its system of n equations is cheap for inputs only
    if 16 * n**2 <= memory and not isinstance(data, GaussianMeasurements):
        cost = INTERIOR_POINT_ITERATIONS * (n**2 * (4 * dim + 300) + factorisation + 5 * _dense_cost(dim))
        rivals.append((cost, lambda start: interior_point.solve(data, penalty, tol=tol, max_iterations=60)))
    return sorted(rivals, key=lambda rival: rival[0])


def _dense_cost(dim: int) -> float:
    """Operations worth one eigendecomposition (small matrices run far below peak speed)."""
    return 10.0 * dim**3 + 5000.0 * dim**2


def _pass_cost(samples: int, dim: int) -> float:
    """Operations worth one step of proximal gradient: A and A* at rank d/2, and an eigendecomposition."""
    return samples * (2.0 * dim**2 + 300.0 * dim) + _dense_cost(dim)
