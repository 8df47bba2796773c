"""Newton's method on the weights of the diagonal network."""

from collections.abc import Callable

import numpy as np

from scaling_spectra import trust_region

# fraction of the largest weight below which a weight that its gradient drives to zero is set to zero
SETTLED = 1e-4
# shares of the predicted decrease that shrink the radius, accept the step, and let the radius grow
POOR, ACCEPTED, GOOD = 0.25, 0.15, 0.75
# the loss is known to this relative accuracy
ROUNDING = 1e-13
# predicted relative decrease below which a step may be the last one, and at which nothing is left to gain
LAST, NOTHING = 1e-5, 1e-16


class Objective:
    """|y - A theta|^2 + lambda |x|^2 in weights x = (a + w, a - w)/sqrt(2): theta is half a difference of squares.

    In these weights the Hessian at a minimum has no entries between the halves: one of the two is zero
    for each input, and only the others need be moved together.

    Parameters
    ----------
    design : ndarray, shape (n, d)
        A.
    labels : ndarray, shape (n,)
    weight_decay : float
        lambda > 0.
    """

    def __init__(self, design: np.ndarray, labels: np.ndarray, weight_decay: float) -> None:
        self._design, self._labels, self._weight_decay = design, labels, weight_decay
        self._gram = design.T @ design
        dim = design.shape[1]
        self._signs, self._inputs = np.repeat([1.0, -1.0], dim), np.tile(np.arange(dim), 2)

    def loss_and_slack(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Loss, and lambda -+ A^T r for both halves: the gradient is twice slack times weight."""
        residual = self._labels - self._design @ effective_weight(weights)
        slack = self._weight_decay - self._signs * (self._design.T @ residual)[self._inputs]
        return float(residual @ residual + self._weight_decay * weights @ weights), slack

    def hessian(self, weights: np.ndarray, slack: np.ndarray, moving: np.ndarray) -> np.ndarray:
        """Second derivatives by the weights with indices `moving`, shape (k,)."""
        signed, inputs = (self._signs * weights)[moving], self._inputs[moving]
        matrix = 2 * self._gram[np.ix_(inputs, inputs)] * np.outer(signed, signed)
        matrix[np.diag_indices(len(moving))] += 2 * slack[moving]
        return matrix


def effective_weight(weights: np.ndarray) -> np.ndarray:
    """theta = a w, shape (d,), from x, shape (2 d,)."""
    first, second = np.split(weights, 2)
    return 0.5 * (first**2 - second**2)


def minimise(
    objective: Objective, start: np.ndarray, done: Callable[[np.ndarray, int], bool], max_steps: int
) -> tuple[np.ndarray, int]:
    """Weights x, shape (2 d,), that trust-region Newton steps reach from `start`, and the number of steps.

    Parameters
    ----------
    done : callable
        (theta, steps) -> whether theta is good enough; asked once steps have become small.
    max_steps : int
    """
    weights, radius, steps = start.copy(), 1.0, 0
    loss, slack = objective.loss_and_slack(weights)
    while steps < max_steps:
        settled = (np.abs(weights) < SETTLED * np.abs(weights).max()) & (slack > 0)
        if weights[settled].any():
            weights[settled] = 0.0
            loss, slack = objective.loss_and_slack(weights)
        moving = np.flatnonzero(~settled)
        gradient, hessian = 2 * (slack * weights)[moving], objective.hessian(weights, slack, moving)
        step = trust_region.step(gradient, hessian, radius)
        predicted = -float(gradient @ step + 0.5 * step @ hessian @ step)
        trial = weights.copy()
        trial[moving] += step
        trial_loss, trial_slack = objective.loss_and_slack(trial)
        steps += 1
        ratio, length = (loss - trial_loss + ROUNDING * loss) / (predicted + ROUNDING * loss), np.linalg.norm(step)
        if ratio < POOR:
            radius = 0.25 * length
        elif ratio > GOOD and length > 0.99 * radius:
            radius *= 2
        if ratio > ACCEPTED:
            weights, loss, slack = trial, trial_loss, trial_slack
        if predicted <= LAST * loss and done(effective_weight(weights), steps):
            break
        if predicted <= NOTHING * loss:
            break
    return weights, steps
