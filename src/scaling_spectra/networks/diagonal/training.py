"""Training of the diagonal network, certified by the duality gap of the equivalent LASSO."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import torch

from scaling_spectra import lbfgs
from scaling_spectra.networks.diagonal import newton
from scaling_spectra.networks.diagonal.certificate import Certificate
from scaling_spectra.networks.diagonal.module import DiagonalNetwork
from scaling_spectra.networks.diagonal.record import record
from scaling_spectra.records import TrainingRecord

# evaluations of L-BFGS before Newton steps on the same weights take over
BEFORE_NEWTON = 400
# gap that Newton's method aims at, for so many steps, whatever is asked for: without noise the risk is far
# below the objective
NEWTON_TOLERANCE, NEWTON_STEPS = 1e-10, 100
# weights below this fraction of sqrt(d <y^2>) are zeros that training has not finished shrinking
SUPPORT_CUTOFF = 1e-5


def prepare(
    draw: Callable[[], Iterable[tuple[np.ndarray, np.ndarray]]],
    teacher: np.ndarray,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> Callable[[float, np.random.Generator], TrainingRecord]:
    """Function (lambda, rng) that trains both layers on |y - f(X)|^2 + lambda (|a|^2 + |w|^2).

    L-BFGS from random small weights, then trust-region Newton steps on the same weights: where the
    design is nearly singular (n close to d, small lambda) L-BFGS crawls, and without noise the risk
    asks for more digits than the objective shows.

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels) of the samples.
    teacher : ndarray, shape (d,)
        theta*, for the risk only.
    width : float
        Unused: the diagonal network has one hidden unit per input.
    tol : float
        Relative duality gap at which training stops.
    max_evaluations : int
        Budget of evaluations of loss and gradient.
    init_scale : float
        Standard deviation of the initial weights, drawn from `rng`.
    """
    inputs, labels = (np.concatenate(parts) for parts in zip(*draw(), strict=True))
    dim = teacher.size
    design, target = _reduced(inputs / np.sqrt(dim), labels)

    def train(weight_decay: float, rng: np.random.Generator) -> TrainingRecord:
        network = DiagonalNetwork(dim, scale=init_scale, rng=rng)
        objective = _Objective(network, design, target, weight_decay)
        certificate = Certificate(design, target, weight_decay)
        result = lbfgs.minimise(
            network.parameters(),
            objective.loss_and_gradient,
            lambda: certificate.relative_gap(network.effective_weight()),
            lambda: certificate.sharpen(network.effective_weight(), tol),
            tol=tol,
            max_evaluations=min(BEFORE_NEWTON, max_evaluations),
        )
        evaluations, solver = result.evaluations, "L-BFGS"
        residual_gap = Certificate(design, target, weight_decay).relative_gap(network.effective_weight())
        aim = min(tol, NEWTON_TOLERANCE)
        if result.relative_gap > aim and evaluations < max_evaluations:

            def done(theta: np.ndarray, steps: int) -> bool:
                gap = certificate.sharpen(theta, aim)
                return gap <= aim or (gap <= tol and steps >= NEWTON_STEPS)

            evaluations += objective.newton(done, max_evaluations - evaluations)
            solver = "L-BFGS, Newton"
        theta = network.effective_weight()
        found = record(
            theta,
            float(np.sum((target - design @ theta) ** 2)),
            labels.size,
            weight_decay,
            teacher,
            method="network",
            solver=solver,
            relative_gap=certificate.sharpen(theta, aim),
            tol=tol,
            iterations=evaluations,
            cutoff=SUPPORT_CUTOFF * np.sqrt(dim * np.mean(labels**2)),
        )
        return replace(found, lbfgs_evaluations=result.evaluations, residual_gap=residual_gap)

    return train


def _reduced(design: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Equivalent least squares with at most d + 1 rows.

    For more, the QR factors give |y - A theta|^2 = |Q^T y - R theta|^2 + constant, the constant kept
    as one more row with nothing to fit it.
    """
    n, dim = design.shape
    if n <= dim + 1:
        return design, labels
    q, r = np.linalg.qr(design)
    target = q.T @ labels
    return np.vstack([r, np.zeros(dim)]), np.append(target, np.linalg.norm(labels - q @ target))


class _Objective:
    """|y - A theta|^2 + lambda (|a|^2 + |w|^2), theta = a * w, at the network's current weights."""

    def __init__(self, network: DiagonalNetwork, design: np.ndarray, labels: np.ndarray, weight_decay: float) -> None:
        self.network, self.weight_decay = network, weight_decay
        self.design, self.labels = design, labels
        self._design, self._labels = torch.from_numpy(self.design), torch.from_numpy(self.labels)

    @torch.no_grad()
    def loss_and_gradient(self) -> float:
        a, w, lam = self.network.a, self.network.w, self.weight_decay
        residual = self._labels - self._design @ (a * w)
        correlation = self._design.T @ residual
        a.grad = 2 * (lam * a - correlation * w)
        w.grad = 2 * (lam * w - correlation * a)
        return float(residual @ residual + lam * (a @ a + w @ w))

    def newton(self, done: Callable[[np.ndarray, int], bool], max_steps: int) -> int:
        """Move (a, w) by trust-region Newton steps until theta is good enough; return their number."""
        a, w = self.network.a.detach().numpy(), self.network.w.detach().numpy()
        objective = newton.Objective(self.design, self.labels, self.weight_decay)
        weights, steps = newton.minimise(objective, np.concatenate([a + w, a - w]) / np.sqrt(2), done, max_steps)
        first, second = np.split(weights, 2)
        self._set((first + second) / np.sqrt(2), (first - second) / np.sqrt(2))
        return steps

    @torch.no_grad()
    def _set(self, a: np.ndarray, w: np.ndarray) -> None:
        self.network.a.copy_(torch.from_numpy(a))
        self.network.w.copy_(torch.from_numpy(w))
