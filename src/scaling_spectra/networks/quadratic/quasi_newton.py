"""L-BFGS on the first layer of the quadratic network, preconditioned by the slack of its own residual.

At U = W^T/(p d)^(1/4), S = U U^T, with r = y - A(S) and the slack M = c I - 2 A*(r),

    loss |r|^2 + c |U|^2,    gradient 2 M U,    Hessian V -> 2 M V + 4 A*A(U V^T + V U^T) U.

The gradient goes through the hidden activations X U alone, 4 n d r operations for r hidden units. Averaged over inputs
A*A is 2 n/d on symmetric matrices: the Hessian is then 2 m_i + (8 n/d) sigma_j^2 along the eigenvectors of M and the
singular directions of U, and that, with |m_i|, is the guess that L-BFGS starts from.

Rotating hidden units among each other changes neither the network nor its loss: they are turned to the singular
directions of U. Units that the loss drives to zero are left out. Where M is negative and no unit points, the network is
at a saddle that no gradient leaves: a unit that was left out starts there, since the loss falls along it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from scaling_spectra.arrays import Array
from scaling_spectra.curvature import History
from scaling_spectra.networks.quadratic.measurements import Measurements

# rows handled at once
BLOCK_ROWS = 1024
# steps between two looks at the slack, at least and at most; between, these many times the operations of a look, or a
# predicted decrease that has fallen to this share
FEWEST, MOST, LOOKS, LEAP = 3, 10, 3, 1e-3
# share of c that is added to the diagonal guess of the Hessian
FLOOR = 0.05
# operations worth an eigendecomposition, over d^3
DENSE = 50
# a unit is left out if it decays and is this small beside the largest unit squared, or this small beside the labels; it
# decays if its best length squared would be below zero by this many times what it is
NEGLIGIBLE, NOTHING, DECAYS = 1e-3, 1e-8, 4.0
# negative slack over c that calls for a unit, at least and over the root of what is predicted
NEGATIVE, UNCERTAIN = 1e-6, 1.0
# shares of a unit's best length squared: below which there is none yet, and what it starts with; tries with a quarter
# of that, each; share of a direction's square that has to be orthogonal to all units
ABSENT, STARTED, SHORTER, FREE = 0.02, 0.25, 4, 0.25
# weights squared, or single-precision weights, taken for zero
TINY = 1e-20
# relative decrease between two looks that is none, and looks in a row without one that end the rest
STILL, PATIENCE = 1e-13, 2
# predicted relative decrease of a step up to which single precision serves
SINGLE = 1e-5
# share of the predicted decrease that is asked for; relative accuracy of the loss; tries of a line search
DECREASE, ROUNDING, TRIES = 1e-4, 1e-14, 12


@dataclass(frozen=True)
class Point:
    """Hidden units U with their loss.

    Attributes
    ----------
    factor, gradient : ndarray, shape (d, r)
        U and the gradient of the loss in it.
    residual : ndarray, shape (n,)
        y - A(U U^T).
    loss : float
    """

    factor: Array
    gradient: Array
    residual: Array
    loss: float


@dataclass(frozen=True)
class Slack:
    """M = c I - 2 A*(r) = directions diag(values) directions^T of the residual at a point.

    Attributes
    ----------
    adjoint : ndarray, shape (d, d)
        A*(r).
    values : ndarray, shape (d,)
        Eigenvalues, non-decreasing.
    directions : ndarray, shape (d, d)
        Eigenvectors as columns.
    """

    adjoint: Array
    values: Array
    directions: Array


class Objective:
    """|y - A(U U^T)|^2 + c |U|^2.

    Parameters
    ----------
    data : Measurements
    penalty : float
        c = lambda sqrt(p d) > 0.
    width : int
        p, the most units there are.

    Attributes
    ----------
    evaluations : int
        Losses with gradients so far.
    single : bool
        Whether products are taken in single precision.
    stiffness : float
        Curvature of the loss along V, from A*A alone, over sigma^2 |V|^2.
    """

    def __init__(self, data: Measurements, penalty: float, width: int) -> None:
        self._data, self.penalty, self.width = data, penalty, width
        self._inputs = {torch.float64: torch.from_numpy(data.inputs)}
        self.evaluations, self.single = 0, False
        self.stiffness = 8 * data.samples / data.dim
        self._nothing = NOTHING * data.dim**0.5 * float(np.mean(data.labels**2)) ** 0.5

    def at(self, factor: Array) -> Point:
        """Loss and gradient at U, shape (d, r)."""
        self.evaluations += 1
        root, kind = self._data.dim**0.5, torch.float32 if self.single else torch.float64
        if kind not in self._inputs:
            self._inputs[kind] = self._inputs[torch.float64].to(kind)
        inputs, weights = self._inputs[kind], torch.from_numpy(factor).to(kind)
        if self.single:
            # numbers this small slow the processor down
            weights[weights.abs() < TINY] = 0
        product = torch.zeros_like(weights)
        residual = np.empty(self._data.samples)
        trace = float(np.sum(factor**2))
        for start in range(0, self._data.samples, BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            hidden = inputs[rows] @ weights
            values = hidden.numpy()
            residual[rows] = self._data.labels[rows] - (np.einsum("ij,ij->i", values, values) - trace) / root
            values *= residual[rows, None].astype(values.dtype)
            product.addmm_(inputs[rows].T, hidden)
        image = product.numpy().astype(float) - residual.sum() * factor
        loss = float(residual @ residual + self.penalty * trace)
        return Point(factor, 2 * self.penalty * factor - (4 / root) * image, residual, loss)

    def look_due(self, factor: Array, steps: int) -> bool:
        """Whether so many steps at this rank take several times the operations of a look at the slack."""
        n, (dim, rank) = self._data.samples, factor.shape
        look = n * dim**2 + DENSE * dim**3
        return steps >= MOST or (steps >= FEWEST and steps * 4 * n * dim * rank >= LOOKS * look)

    def slack(self, point: Point) -> Slack:
        """M = c I - 2 A*(r) at U, diagonal."""
        adjoint = self._data.adjoint(point.residual)
        matrix = torch.from_numpy(self.penalty * np.eye(self._data.dim) - 2 * adjoint)
        values, directions = torch.linalg.eigh(matrix.float() if self.single else matrix)
        return Slack(adjoint, values.double().numpy(), directions.double().numpy())

    def curvature(self, factor: Array, slack: Slack) -> Array:
        """Diagonal guess of the Hessian, shape (d, r), for U with orthogonal columns."""
        squares = np.sum(factor**2, axis=0)
        guess: Array = 2 * np.abs(slack.values)[:, None] + self.stiffness * squares + FLOOR * self.penalty
        return guess

    def rotation(self, factor: Array, slack: Slack) -> Array:
        """Orthogonal columns, shape (p, r), by which U turns to singular directions, without units that decay."""
        # all decay: the least slack tells without a look at each
        if 2 * slack.values[0] / self.stiffness > (1 + DECAYS) * np.sum(factor**2):
            return np.empty((factor.shape[1], 0))
        squares, rotation = np.linalg.eigh(factor.T @ factor)
        squares, rotation = squares[::-1], rotation[:, ::-1]
        units = factor @ rotation
        pull = np.einsum("ij,ij->j", units, self.penalty * units - 2 * slack.adjoint @ units)
        # on average over inputs the loss along a unit, s^2 = |u|^2 with slack pull/s^2, is least at s^2 less this
        excess = 2 * pull / (self.stiffness * np.maximum(squares, TINY))
        decays = excess > (1 + DECAYS) * squares
        if slack.values[0] < 0:
            decays &= squares < NEGLIGIBLE * squares[:1]
        kept: Array = rotation[:, ~decays & ((squares > self._nothing) | ((pull < 0) & (squares > TINY)))]
        return kept

    def missing(self, units: Array, slack: Slack, predicted: float) -> Array:
        """Units to start, shape (d, k), k <= p, where the slack is negative and none of `units` points.

        A relative decrease e that is still to come leaves it uncertain by c times the root of e.
        """
        negative = slack.values < -self.penalty * max(NEGATIVE, UNCERTAIN * min(predicted, 1.0) ** 0.5)
        directions, values = slack.directions[:, negative][:, : self.width], slack.values[negative][: self.width]
        # along q alone the loss is least, on average over inputs, at this length squared
        best = -2 * values / self.stiffness
        absent = np.sum((units.T @ directions) ** 2, axis=0) < ABSENT * best
        if absent.any() or not values.size:
            started: Array = directions[:, absent] * np.sqrt(STARTED * best[absent])
            return started
        return self._beside(units, slack, directions)

    def _beside(self, units: Array, slack: Slack, directions: Array) -> Array:
        """Units to start within the span of `directions`, but for that of all `units`."""
        used = units / np.linalg.norm(units, axis=0)
        outside = directions - used @ (used.T @ directions)
        shares, turns = np.linalg.eigh(outside.T @ outside)
        free = shares > FREE
        basis = outside @ (turns[:, free] / np.sqrt(shares[free]))
        values, turns = np.linalg.eigh(self.penalty * np.eye(basis.shape[1]) - 2 * basis.T @ slack.adjoint @ basis)
        started: Array = basis @ (turns * np.sqrt(STARTED * np.maximum(-2 * values / self.stiffness, 0.0)))
        return started[:, values < -NEGATIVE * self.penalty]


def minimise(
    objective: Objective, start: Array, done: Callable[[Point, Slack, float], bool], max_evaluations: int
) -> Point:
    """Minimum that steps from U = `start`, shape (d, p), reach.

    Parameters
    ----------
    done : callable
        Whether the point is good enough, given its slack and the relative decrease that the last step predicted;
        asked at every look at the slack.
    max_evaluations : int
        Budget of losses with gradients; a line search that has begun ends.

    Raises
    ------
    ArithmeticError
        If the loss at the start is not a finite number.
    """
    objective.single = True
    history, point = History(), objective.at(start)
    if not np.isfinite(point.loss):
        raise ArithmeticError("training: the loss is not a finite number")
    steps, idle = MOST, 0
    predicted = least = smallest = seen = np.inf
    while objective.evaluations < max_evaluations:
        rough = objective.single and predicted <= SINGLE
        if rough or predicted < LEAP * seen or objective.look_due(point.factor, steps):
            if rough or (objective.single and idle):
                objective.single, least = False, np.inf
                point = objective.at(point.factor)
            slack, steps, seen = objective.slack(point), 0, min(predicted, 1.0)
            if not objective.single and done(point, slack, predicted):
                break
            # close to the minimum the loss no longer shows that steps become smaller
            idle = 0 if point.loss < least * (1 - STILL) or predicted < smallest / 2 else idle + 1
            least, smallest = min(least, point.loss), min(smallest, predicted)
            if idle > PATIENCE and not objective.single:
                break
            rotation = objective.rotation(point.factor, slack)
            missing = objective.missing(point.factor @ rotation, slack, predicted)
            point = _turned(objective, point, rotation, history, missing)
            curvature = objective.curvature(point.factor, slack)
        change = history.direction(point.gradient, slack.directions, curvature)
        slope = float(np.vdot(point.gradient, change))
        found = _search(objective, point, change, slope) if slope < 0 else None
        if found is not None:
            predicted = -slope / found.loss if found.loss > 0 else 0.0
            history.push(found.factor - point.factor, found.gradient - point.gradient)
            point, steps = found, steps + 1
        elif not len(history) and not objective.single:
            break
        else:
            # pairs collected at rounding level mislead the search
            history.forget()
            idle, steps = idle + 1, MOST
    return point


def _turned(objective: Objective, point: Point, rotation: Array, history: History, started: Array) -> Point:
    """The same network with its units turned, without those that decay; with those started if that lowers the loss."""
    history.turn(rotation)
    units = point.factor @ rotation
    for _ in range(SHORTER if started.size else 0):
        # the smallest make room
        room = objective.width - started.shape[1]
        trial = objective.at(np.hstack([units[:, :room], started]))
        if trial.loss < point.loss:
            history.turn(np.eye(units.shape[1], min(room, units.shape[1])), started.shape[1])
            return trial
        started = started / 2
    if units.shape == point.factor.shape:
        return Point(units, point.gradient @ rotation, point.residual, point.loss)
    return objective.at(units)


def _search(objective: Objective, point: Point, change: Array, slope: float) -> Point | None:
    """First of ever smaller shares of a change of U that lowers the loss as the slope asks for."""
    share = 1.0
    for _ in range(TRIES):
        trial = objective.at(point.factor + share * change)
        rise = trial.loss - point.loss
        if rise <= ROUNDING * point.loss + DECREASE * share * slope:
            return trial
        # least value of the parabola through what is known
        share = max(0.1 * share, min(0.5 * share, -0.5 * slope * share**2 / (rise - slope * share)))
    return None
