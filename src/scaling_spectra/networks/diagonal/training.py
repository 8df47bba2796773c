"""Training of the diagonal network, certified by the duality gap of the equivalent LASSO."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import numpy as np
from scipy.linalg import LinAlgError, solve_triangular
from scipy.optimize import minimize

from scaling_spectra.arrays import Array
from scaling_spectra.datasets import gathered
from scaling_spectra.finite import require_finite, require_positive
from scaling_spectra.networks.diagonal import newton
from scaling_spectra.networks.diagonal.certificate import Certificate
from scaling_spectra.networks.diagonal.module import DiagonalNetwork
from scaling_spectra.networks.diagonal.record import record
from scaling_spectra.networks.diagonal.statistics import Statistics
from scaling_spectra.records import TrainingRecord

# evaluations of L-BFGS, and its curvature pairs, before Newton steps on the same weights take over
BEFORE_NEWTON, HISTORY = 40, 20
# gap that training aims at, whatever is asked for: near n = d the risk shows a gap of 1e-5, without noise a smaller one
AIM = 1e-10
# samples per weight from which their statistics stand for them, if no column's part that is new to the columns
# before it is below this fraction of its square
ENOUGH, INDEPENDENT = 2, 1e-8


def prepare(
    draw: Callable[[], Iterable[tuple[Array, Array]]],
    teacher: Array,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> Callable[[float, np.random.Generator], TrainingRecord]:
    """Function (lambda, rng) that trains both layers on |y - f(X)|^2 + lambda (|a|^2 + |w|^2).

    Training is descent of this loss, not convex in the weights, from random small weights: L-BFGS on both
    layers by their gradient, then on the first layer w steps of Newton's method with the second layer a at
    its best for each w, every step along a direction of descent or of negative curvature and accepted only
    if the loss falls. Neither sees the equivalent LASSO. Its duality gap, at the effective weights reached,
    proves afterwards that the minimum is global.

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels) of the samples.
    teacher : ndarray, shape (d,)
        theta*, for the risk only.
    width : float
        Unused: the diagonal network has one hidden unit per input.
    tol : float
        Relative duality gap up to which a point counts as the global minimum; training aims lower.
    max_evaluations : int
        Budget of evaluations of the loss.
    init_scale : float
        Standard deviation of the initial weights, drawn from `rng`.
    """
    inputs, labels = gathered(draw())
    dim = teacher.size
    require_finite(inputs=inputs, labels=labels)
    design, target, known_gram = _reduced(inputs, labels)

    @cache
    def gram() -> Array:
        return design.T @ design if known_gram is None else known_gram

    def train(weight_decay: float, rng: np.random.Generator) -> TrainingRecord:
        require_positive(weight_decay=weight_decay)
        network = DiagonalNetwork(dim, scale=init_scale, rng=rng)
        certificate = Certificate(design, target, weight_decay)
        lbfgs_evaluations = _descend(network, design, target, weight_decay, min(BEFORE_NEWTON, max_evaluations))
        solver, evaluations = "L-BFGS", lbfgs_evaluations
        if not np.isfinite(certificate.relative_gap(network.effective_weight())):
            raise ArithmeticError("training: the loss is not a finite number")

        def done(theta: Array) -> bool:
            return certificate.relative_gap(theta) <= AIM

        if not done(network.effective_weight()) and evaluations < max_evaluations:
            objective = newton.Objective(design, target, gram(), weight_decay)
            try:
                found = newton.minimise(objective, network.w, done, max_evaluations - evaluations)
                network.a, network.w = found.second, found.first
            except LinAlgError:
                pass  # the gap tells of what L-BFGS reached
            solver, evaluations = "L-BFGS, Newton", evaluations + objective.evaluations
        theta = network.effective_weight()
        residual_gap = Certificate(design, target, weight_decay).relative_gap(theta)
        trained = record(
            theta,
            float(np.sum((target - design @ theta) ** 2)),
            labels.size,
            weight_decay,
            teacher,
            method="network",
            solver=solver,
            relative_gap=certificate.sharpen(theta, min(tol, AIM)),
            tol=tol,
            iterations=evaluations,
            rank=certificate.support(theta),
        )
        return replace(trained, lbfgs_evaluations=lbfgs_evaluations, residual_gap=residual_gap)

    return train


def loss_and_gradient(weights: Array, design: Array, labels: Array, weight_decay: float) -> tuple[float, Array]:
    """|y - A theta|^2 + lambda (|a|^2 + |w|^2), theta = a w, and its gradient at (a, w), both of shape (2 d,)."""
    a, w = np.split(weights, 2)
    residual = labels - design @ (a * w)
    correlation = design.T @ residual
    gradient = 2 * (weight_decay * weights - np.concatenate([correlation * w, correlation * a]))
    return float(residual @ residual + weight_decay * weights @ weights), gradient


def _descend(network: DiagonalNetwork, design: Array, labels: Array, weight_decay: float, budget: int) -> int:
    """Train both layers by L-BFGS; return the number of evaluations."""
    result = minimize(
        loss_and_gradient,
        np.concatenate([network.a, network.w]),
        args=(design, labels, weight_decay),
        jac=True,
        method="L-BFGS-B",
        options={"maxcor": HISTORY, "maxfun": budget, "ftol": 0.0, "gtol": 0.0},
    )
    network.a, network.w = np.split(result.x, 2)
    evaluations: int = result.nfev
    return evaluations


def _reduced(inputs: Array, labels: Array) -> tuple[Array, Array, Array | None]:
    """Equivalent least squares, A and y, with at most 2 d rows; and A^T A if that was needed.

    With A^T A = R^T R (Cholesky, or QR where that is not accurate), |y - A theta|^2 = |Q^T y - R theta|^2 + constant,
    the constant kept as one more row with nothing to fit it.
    """
    n, dim = inputs.shape
    if n < ENOUGH * dim:
        return inputs / np.sqrt(dim), labels, None
    statistics = Statistics(dim).add([(inputs, labels)])
    gram = statistics.gram
    try:
        r = np.linalg.cholesky(gram, upper=True)
        accurate = bool(np.all(np.diag(r) ** 2 > INDEPENDENT * np.diag(gram)))
    except LinAlgError:
        accurate = False
    if accurate:
        target = solve_triangular(r, statistics.correlation, trans=1)
        rest = np.sqrt(max(statistics.labels_squared - float(target @ target), 0.0))
    else:
        q, r = np.linalg.qr(inputs / np.sqrt(dim))
        target = q.T @ labels
        rest = float(np.linalg.norm(labels - q @ target))
    return np.vstack([r, np.zeros(dim)]), np.append(target, rest), gram
