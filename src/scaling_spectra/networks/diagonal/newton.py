"""Newton's method on the first layer of the diagonal network, its second layer at its best for that first layer.

Given w, the loss |y - A theta|^2 + lambda (|a|^2 + |w|^2), theta = a w, is ridge regression in a (variable
projection, Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973). With the residual r at its solution, the pull
q = A^T r / lambda of the residual on each input, M = W A^T A W + lambda, W = diag(w) and Q = diag(q):

    a = q w,    gradient 2 lambda (1 - q^2) w,    Hessian 8 lambda Q (1 - lambda / M) Q + 2 lambda (1 - Q^2).

The first part of the Hessian is positive, the second is not where |q| > 1. A step takes |1 - q^2| there, so that it
leaves saddles instead of being drawn to them (Dauphin et al., NeurIPS 2014), and solves by one Cholesky factor.
A weight at zero feels no gradient: where |q| > 1 it moves along its own axis, where the curvature is negative.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from scaling_spectra.arrays import Array, Indices

Inverse = Callable[[Array], Array]

# fraction of the largest weight below which a weight that its gradient drives to zero goes there
SETTLED = 1e-3
# fraction of the largest weight below which a weight may be stuck near zero, and slack of |q| <= 1
WEAK, MARGIN = 0.03, 1e-11
# share of the way to its own best value that such a weight goes: others go at the same time
REVIVED = 0.1
# share of the predicted decrease that is asked for; smallest share of a step; accuracy of the loss
DECREASE, SHORTEST, ROUNDING = 1e-4, 1e-4, 1e-13
# predicted relative decrease from which a step may be the last one; steps in a row without progress that end the rest
LAST, PATIENCE = 1e-4, 5
# columns per row up to which normal equations take less than the products of rows
NORMAL = 1.5


@dataclass(frozen=True)
class Point:
    """First layer w with the second layer a that is best for it.

    Attributes
    ----------
    first, second : ndarray, shape (d,)
        w and a.
    pull : ndarray, shape (d,)
        q = A^T r / lambda.
    loss : float
    inverse : callable
        b -> M^(-1) b for rows b of the weights that are not zero.
    """

    first: Array
    second: Array
    pull: Array
    loss: float
    inverse: Inverse = field(repr=False)


class Objective:
    """min over a of |y - A (a w)|^2 + lambda (|a|^2 + |w|^2), as a function of w.

    Parameters
    ----------
    design : ndarray, shape (n, d)
        A.
    labels : ndarray, shape (n,)
    gram : ndarray, shape (d, d)
        A^T A.
    weight_decay : float
        lambda > 0.

    Attributes
    ----------
    evaluations : int
        Second layers solved so far.
    """

    def __init__(self, design: Array, labels: Array, gram: Array, weight_decay: float) -> None:
        self._design, self._labels, self._gram, self._weight_decay = design, labels, gram, weight_decay
        self._correlation, self._squares = design.T @ labels, np.diag(gram)
        self.evaluations = 0

    def at(self, first: Array) -> Point:
        """Solve the second layer for w, shape (d,)."""
        self.evaluations += 1
        decay, active = self._weight_decay, np.flatnonzero(first)
        weights, second = first[active], np.zeros(first.size)
        inverse = self._inverse(active, weights, np.full(active.size, decay))
        second[active] = inverse(weights * self._correlation[active])
        residual = self._labels - self._design @ (second * first)
        loss = float(residual @ residual + decay * (second @ second + first @ first))
        return Point(first, second, self._design.T @ residual / decay, loss, inverse)

    def step(self, point: Point) -> tuple[Array, float]:
        """Change of w, shape (d,), and the change of the loss that its gradient predicts.

        With c = 1 - q^2 and e = |c| + 4 q^2 the equations H p = -g, H with |c| in place of c, are the same as
        (W A^T A W + lambda |c| / e) v = -q c w / e and p = (4 lambda q v - c w) / e.
        """
        first, pull, decay = point.first, point.pull, self._weight_decay
        slack = 1 - pull**2
        step = -first
        moving = np.flatnonzero((slack < 0) & (first != 0) | (np.abs(first) >= SETTLED * np.abs(first).max()))
        w, q, c = first[moving], pull[moving], slack[moving]
        e = np.abs(c) + 4 * q**2
        v = self._inverse(moving, w, decay * np.abs(c) / e)(-q * c * w / e)
        step[moving] = (4 * decay * q * v - c * w) / e
        return step, float(2 * decay * (slack * first) @ step)

    def revival(self, point: Point) -> Array:
        """Change of w, shape (d,), that takes weights stuck near zero away from it.

        Along w_i alone the loss is least where (1 + b_i (w_i^2 - its present value))^2 = q_i^2, with
        b = diag A^T (A W^2 A^T + lambda)^(-1) A. Both senses go down equally: zero moves to positive values.
        """
        first, pull = point.first, np.abs(point.pull)
        weak = np.flatnonzero((pull > 1 + MARGIN) & (np.abs(first) <= WEAK * np.abs(first).max()))
        change = np.zeros(first.size)
        if weak.size:
            active = np.flatnonzero(first)
            coupling = first[active, None] * self._gram[np.ix_(active, weak)]
            explained = np.einsum("ij,ij->j", coupling, point.inverse(coupling))
            left = np.maximum(self._squares[weak] - explained, np.finfo(float).eps * self._squares[weak])
            size = np.sqrt(REVIVED * (pull[weak] - 1) * self._weight_decay / left)
            present = first[weak]
            change[weak] = np.where(np.abs(present) < size, np.copysign(size, present) - present, 0.0)
        return change

    def _inverse(self, active: Indices, weights: Array, shift: Array) -> Inverse:
        """Solver of (W A^T A W + shift) x = b, restricted to the inputs `active`."""
        rows = len(self._design)
        # so much more than rounding keeps a singular matrix definite
        rounding = 4 * (rows + active.size) * np.finfo(float).eps
        shift = np.maximum(shift, rounding * np.max(weights**2 * self._squares[active], initial=0.0))
        if active.size <= NORMAL * rows:
            matrix = self._gram[np.ix_(active, active)]
            matrix *= weights
            matrix *= weights[:, None]
            matrix[np.diag_indices(active.size)] += shift
            factor = cho_factor(matrix.T, overwrite_a=True, check_finite=False)
            return lambda b: cho_solve(factor, b, check_finite=False)
        columns = self._design[:, active] * weights
        products = (columns / shift) @ columns.T
        products[np.diag_indices(rows)] += 1
        factor = cho_factor(products.T, overwrite_a=True, check_finite=False)

        def woodbury(b: Array) -> Array:
            scaled = (b.T / shift).T
            seen: Array = columns.T @ cho_solve(factor, columns @ scaled, check_finite=False)
            return scaled - (seen.T / shift).T

        return woodbury


def minimise(objective: Objective, start: Array, done: Callable[[Array], bool], max_evaluations: int) -> Point:
    """Minimum that steps from w = `start`, shape (d,), reach.

    Parameters
    ----------
    done : callable
        Whether theta, shape (d,), is good enough; asked once steps have become small.
    max_evaluations : int
        Budget of second layers solved; a line search that has begun ends.
    """
    point, least, idle = objective.at(start), np.inf, 0
    while objective.evaluations < max_evaluations and idle < PATIENCE:
        loss, change = point.loss, objective.revival(point)
        if change.any():
            point = _search(objective, point, change, 0.0) or point
        change, slope = objective.step(point)
        found = _search(objective, point, change, slope)
        if found is None:
            break
        point, predicted = found, -slope / found.loss if found.loss > 0 else 0.0
        if predicted <= LAST and done(point.first * point.second):
            break
        # close to the minimum the loss no longer shows that steps become smaller
        idle = 0 if point.loss < loss * (1 - ROUNDING) or predicted < least / 2 else idle + 1
        least = min(least, predicted)
    return point


def _search(objective: Objective, point: Point, change: Array, slope: float) -> Point | None:
    """First of ever smaller shares of a change of w that lowers the loss as the slope asks for."""
    share = 1.0
    while share > SHORTEST:
        trial = objective.at(point.first + share * change)
        if trial.loss <= point.loss * (1 + ROUNDING) + DECREASE * share * slope:
            return trial
        share /= 2
    return None
