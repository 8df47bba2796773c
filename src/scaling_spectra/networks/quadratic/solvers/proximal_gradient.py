"""Proximal gradient with Anderson acceleration (Mai and Johansson, ICML 2020).

The fixed point is that of w <- S - (grad f(S))/L with S = w_+ (negative eigenvalues removed),
f(S) = |y - A(S)|^2 + c Tr S. Extrapolation costs nothing beside a pass over the samples, and once the
rank has settled it converges like conjugate gradients; a step that does not lower the objective
enough is replaced by a plain one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.finite import relative
from scaling_spectra.networks.quadratic.measurements import Evaluation
from scaling_spectra.networks.quadratic.solvers.anderson import Anderson
from scaling_spectra.networks.quadratic.solvers.solution import Solution, positive_factor, residual_dual

MEMORY = 15
# first guess of the Lipschitz constant L of the gradient, over its mean value 4 n/d: at most this, and at
# most the Marchenko-Pastur edge (1 + sqrt(d(d + 1)/2n))^2, which is near 1 for many samples
FIRST_LIPSCHITZ = 1.5
# the gap costs an eigendecomposition: beyond this multiple of the tolerance it is computed every third step
NEAR = 30.0
# an accelerated step must lower the objective by this fraction of L |g(w) - w|^2
SUFFICIENT_DECREASE = 1e-4


class Samples(Protocol):
    """What the solver needs to know of the samples."""

    samples: int
    dim: int

    def evaluate(self, factor: Array) -> Evaluation:
        """Residual at S = U U^T and its adjoint."""


def solve(
    data: Samples,
    penalty: float,
    *,
    tol: float,
    max_iterations: int,
    start: Array | None = None,
    give_up: Callable[[list[float], float], bool] = lambda gaps, objective: False,
) -> Solution:
    """Minimise P(S) until the relative gap is at most `tol`.

    Parameters
    ----------
    data : Samples
        Measurements, or their sufficient statistics.
    penalty : float
        c > 0.
    tol : float
        Relative duality gap.
    max_iterations : int
        Limit on the passes over the samples.
    start : ndarray, shape (d, r), optional
        Factor of the first S; zero if not given.
    give_up : callable
        Asked after each step with all relative gaps so far and P; True ends the iteration.
    """
    descent = _Descent(data, penalty)
    memory = Anderson(MEMORY)
    origin = np.zeros((data.dim, data.dim)) if start is None else start @ start.T
    point = descent.evaluate(origin)
    gaps: list[float] = []
    while True:
        if len(gaps) % 3 == 0 or gaps[-1] <= NEAR * tol:
            gaps.append(relative(residual_dual(point.evaluation, point.factor, penalty).gap, point.objective))
        else:  # the objective has fallen, so the last gap still holds
            gaps.append(gaps[-1])
        if gaps[-1] <= tol or descent.passes > max_iterations or give_up(gaps, point.objective):
            break
        image = descent.image(point)
        residual = image - point.origin
        memory.push(residual, image)
        if len(memory) > 1:
            (extrapolated,) = memory.extrapolate()
            trial = descent.evaluate(extrapolated)
            decrease = SUFFICIENT_DECREASE * descent.lipschitz * np.sum(residual**2)
            if trial.objective <= point.objective - decrease:
                point = trial
                continue
            memory.reset()
        lipschitz = descent.lipschitz
        point = descent.plain_step(point)
        if descent.lipschitz > lipschitz:  # g depends on L
            memory.reset()
    evaluation = point.evaluation
    dual = residual_dual(evaluation, point.factor, penalty)
    return Solution(
        factor=point.factor,
        dual=None if evaluation.residual is None else 2 * dual.scale * evaluation.residual,
        adjoint=2 * dual.scale * evaluation.adjoint,
        primal=point.objective,
        dual_value=point.objective - dual.gap,
        squared=evaluation.squared,
        relative_gap=relative(dual.gap, point.objective),
        iterations=descent.passes,
        method="proximal gradient",
    )


@dataclass(frozen=True)
class _Point:
    """w, and S = w_+ = U U^T with its residual and objective."""

    origin: Array
    factor: Array
    matrix: Array
    evaluation: Evaluation
    objective: float


class _Descent:
    """The map w -> g(w) with its step length 1/L, and the number of passes over the samples."""

    def __init__(self, data: Samples, penalty: float) -> None:
        self.data, self.penalty = data, penalty
        edge = (1 + np.sqrt(data.dim * (data.dim + 1) / 2 / data.samples)) ** 2
        self.lipschitz = min(FIRST_LIPSCHITZ, edge) * 4 * data.samples / data.dim
        self.passes = 0

    def evaluate(self, origin: Array) -> _Point:
        factor = positive_factor(origin)
        evaluation = self.data.evaluate(factor)
        self.passes += 1
        objective = evaluation.squared + self.penalty * float(np.sum(factor**2))
        return _Point(origin, factor, factor @ factor.T, evaluation, objective)

    def image(self, point: _Point) -> Array:
        """g(w) = S - (grad f(S))/L."""
        gradient = -2 * point.evaluation.adjoint
        gradient[np.diag_indices(self.data.dim)] += self.penalty
        stepped: Array = point.matrix - gradient / self.lipschitz
        return stepped

    def plain_step(self, point: _Point) -> _Point:
        """Step to g(w), after raising L until the objective falls or its quadratic bound holds."""
        while True:
            trial = self.evaluate(self.image(point))
            change = trial.matrix - point.matrix
            length = float(np.sum(change**2))
            # 2 |A(dS)|^2 from the adjoints: rounding matters only where the objective has stopped falling
            curvature = 2 * float(np.sum(change * (point.evaluation.adjoint - trial.evaluation.adjoint)))
            if trial.objective < point.objective or curvature <= self.lipschitz * length:
                return trial
            self.lipschitz = max(1.5 * self.lipschitz, curvature / length)
