"""Training of the quadratic network, certified by the duality gap of the equivalent convex problem."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.datasets import gathered
from scaling_spectra.finite import require_positive
from scaling_spectra.networks.quadratic import convex, quasi_newton
from scaling_spectra.networks.quadratic.certificate import Certificate
from scaling_spectra.networks.quadratic.measurements import Blocks, Evaluation, Measurements
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.networks.quadratic.record import record
from scaling_spectra.networks.quadratic.solvers.solution import top_eigenvalue
from scaling_spectra.networks.quadratic.uniqueness import is_unique
from scaling_spectra.records import TrainingRecord

# relative gap that ends training, whatever is asked for: at 1e-5 the risk would show it; with the bound of a solver,
# which is known to 1e-9
AIM, CLOSE = 1e-9, 1e-8
# relative decreases predicted by a step from which on the minimum is near, and reached; gap near it that completing the
# residual does not close
NEAR, REACHED, SLOW = 5e-9, 1e-12, 3e-5


class Judge:
    """What says when training of one point ends, and what is recorded of it.

    Parameters
    ----------
    data : Measurements
    penalty : float
        c = lambda sqrt(p d) > 0.
    tol : float
        Relative duality gap up to which a point counts as the global minimum.
    own : bool
        Whether residuals and slacks that `done` is shown were computed here. What another device computed says when to
        end, and proves nothing: the certificate is then made anew, from the weights alone.
    """

    def __init__(self, data: Measurements, penalty: float, tol: float, *, own: bool = True) -> None:
        self._data, self._penalty, self._tol = data, penalty, tol
        self._proof = Certificate(data, penalty)
        self._guide = self._proof if own else Certificate(data, penalty)
        # predicted decrease at which the residual is completed next, and gap that ends training
        self._due, self._goal, self._polished = NEAR, min(tol, AIM), False
        # residual and the largest eigenvalue of 2 A*(r) at the last look
        self._seen: tuple[Evaluation, float] | None = None

    def done(self, point: quasi_newton.Point, slack: quasi_newton.Slack, predicted: float) -> bool:
        """Whether the point is good enough; parameters as in `quasi_newton.minimise`."""
        evaluation = Evaluation(point.residual, float(point.residual @ point.residual), slack.adjoint)
        self._seen = evaluation, self._penalty - float(slack.values[0])
        gap = self._guide.visit(*self._seen, point.factor)
        if predicted <= self._due and gap > self._goal and not self._polished:
            completed = self._guide.complete(evaluation, point.factor, self._goal)
            if completed is None or completed > (SLOW if predicted > REACHED else self._goal):
                self._polished = True
                gap = self._proof.polish(point.factor, self._tol / 10 if completed is None else 0.0)
                self._guide.adopt(self._proof)
                # without a unique minimiser the minimum is all that is asked for
                self._goal = self._tol if completed is None else min(self._tol, CLOSE)
            else:
                # it falls as the loss does
                gap, self._due = completed, predicted * min(0.5, 0.7 * self._goal / completed) if completed else 0.0
        return gap <= self._goal

    def record(self, point: quasi_newton.Point, teacher: Array, evaluations: int, solver: str) -> TrainingRecord:
        """The point where training ended, with its certificate."""
        data, penalty, factor = self._data, self._penalty, point.factor
        own = self._guide is self._proof
        if not own or self._seen is None or self._seen[0].residual is not point.residual:
            evaluation = data.evaluate(factor)
            self._seen = evaluation, 2 * top_eigenvalue(evaluation.adjoint)
        gap = self._proof.visit(*self._seen, factor)
        if not own and gap > self._goal and not self._polished:
            completed = self._proof.complete(self._seen[0], factor, self._goal)
            gap = gap if completed is None else completed
        if not self._polished and (gap > AIM or self._proof.adjoint is None):
            gap = self._proof.polish(factor)
        adjoint = self._proof.adjoint
        assert adjoint is not None
        rank = convex.proven_rank(data, penalty, factor, adjoint)
        found = record(
            factor,
            self._seen[0].squared,
            data.samples,
            penalty,
            teacher,
            method="network",
            solver=solver,
            relative_gap=gap,
            tol=self._tol,
            iterations=evaluations,
            rank=rank,
            # whether the minimiser is unique belongs to the problem, not to what found it
            unique=rank == 0 or is_unique(data, rank, adjoint, penalty),
        )
        residual_gap = Certificate(data, penalty).visit(*self._seen, factor)
        return replace(found, lbfgs_evaluations=evaluations, residual_gap=residual_gap)


def prepare(
    draw: Callable[[], Blocks],
    teacher: Array,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> Callable[[float, np.random.Generator], TrainingRecord]:
    """Function (lambda, rng) that trains the first layer on |y - f(X)|^2 + lambda |W|_F^2.

    Training is descent of this loss, not convex in the weights, from random small weights: L-BFGS on all weights by
    their gradient, preconditioned by the slack of the network's own residual, every step accepted only if the loss
    falls (`quasi_newton`). Hidden units are rotated among each other, which does not change the network; those that
    decay are left out, and left-out units start again along directions of negative curvature. The first steps are
    taken in single precision, all others in double. No step sees the equivalent convex problem; its duality gap says
    when to end, and proves that the minimum is global. The dual point is the residual, scaled or, near the minimum,
    completed on the face of the network's own units (`solvers.face`), and training goes on until it proves a gap of
    1e-9. Where it cannot, as where the minimiser is not unique, a convex solver that starts at the weights found so far
    bounds the minimum, once, and training goes on until its own loss is close to the bound.

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels) of the samples.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    width : float
        p/d >= 1.
    tol : float
        Relative duality gap up to which a point counts as the global minimum; training aims lower.
    max_evaluations : int
        Budget of evaluations of loss and gradient.
    init_scale : float
        Standard deviation of the initial weights, drawn from `rng`.
    """
    data = Measurements(*gathered(draw()))
    train = partial(
        trained, data, teacher, width=width, tol=tol, max_evaluations=max_evaluations, init_scale=init_scale
    )
    return lambda weight_decay, rng: train(weight_decay, rng)[0]


def trained(
    data: Measurements,
    teacher: Array,
    weight_decay: float,
    rng: np.random.Generator,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> tuple[TrainingRecord, Array]:
    """Record of one network, and its weights U, S = U U^T, shape (d, r); the arguments are those of `prepare`."""
    require_positive(weight_decay=weight_decay)
    dim = teacher.size
    network = QuadraticNetwork(dim, round(width * dim), scale=init_scale, rng=rng)
    penalty = weight_decay * (network.weight.shape[0] * dim) ** 0.5
    objective = quasi_newton.Objective(data, penalty, network.weight.shape[0])
    judge = Judge(data, penalty, tol)
    point = quasi_newton.minimise(objective, network.factor, judge.done, max_evaluations)
    network.factor = point.factor
    return judge.record(point, teacher, objective.evaluations, "L-BFGS"), point.factor
