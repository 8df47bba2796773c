"""Training of the diagonal network, certified by the duality gap of the equivalent LASSO."""

import numpy as np
import torch
from scipy.optimize import minimize

from scaling_spectra import lbfgs
from scaling_spectra.networks.diagonal import problem
from scaling_spectra.networks.diagonal.certificate import relative_gap
from scaling_spectra.networks.diagonal.module import DiagonalNetwork
from scaling_spectra.records import TrainingRecord

# two layers of d weights: full memory is cheap and makes L-BFGS a quasi-Newton method proper
HISTORY = 200
# evaluations of L-BFGS before Newton steps on the same weights take over
BEFORE_NEWTON = 400
# weights below this fraction of sqrt(d <y^2>) are zeros that training has not finished shrinking
SUPPORT_CUTOFF = 1e-5


def train(
    inputs: np.ndarray,
    labels: np.ndarray,
    teacher: np.ndarray,
    weight_decay: float,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
    rng: np.random.Generator,
) -> TrainingRecord:
    """Train both layers on |y - f(X)|^2 + lambda (|a|^2 + |w|^2).

    L-BFGS from random small weights; where the design is nearly singular (n close to d, small
    lambda) it crawls, and trust-region Newton steps on the same weights finish the work.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    teacher : ndarray, shape (d,)
        theta*, for the risk only.
    weight_decay : float
        lambda > 0.
    width : float
        Unused: the diagonal network has one hidden unit per input.
    tol : float
        Relative duality gap at which training stops.
    max_evaluations : int
        Budget of evaluations of loss and gradient.
    init_scale : float
        Standard deviation of the initial weights.
    rng : numpy Generator
        Source of the initial weights.
    """
    n, dim = inputs.shape
    network = DiagonalNetwork(dim, scale=init_scale, rng=rng)
    least_squares = _LeastSquares(inputs / np.sqrt(dim), labels, weight_decay)
    matrix, y = torch.from_numpy(least_squares.design), torch.from_numpy(least_squares.labels)
    a, w = network.a, network.w

    @torch.no_grad()
    def loss_and_gradient() -> float:
        residual = y - matrix @ (a * w)
        correlation = matrix.T @ residual
        a.grad = 2 * (weight_decay * a - correlation * w)
        w.grad = 2 * (weight_decay * w - correlation * a)
        return float(residual @ residual + weight_decay * (a @ a + w @ w))

    result = lbfgs.minimise(
        network.parameters(),
        loss_and_gradient,
        lambda: least_squares.relative_gap(network.effective_weight()),
        tol=tol,
        max_evaluations=min(BEFORE_NEWTON, max_evaluations),
        history=HISTORY,
    )
    theta, gap, evaluations = network.effective_weight(), result.relative_gap, result.evaluations
    if gap > tol and evaluations < max_evaluations:
        start = torch.cat([a, w]).detach().numpy()
        theta, steps = least_squares.newton(start, tol, max_evaluations - evaluations)
        gap = least_squares.relative_gap(theta)
        evaluations += steps
    residual = labels - inputs @ theta / np.sqrt(dim)
    squared = float(residual @ residual)
    magnitude = np.abs(theta)
    return TrainingRecord(
        method="network",
        risk=problem.risk(theta, teacher),
        train_loss=squared / n,
        objective=0.5 * squared + weight_decay * float(magnitude.sum()),
        relative_gap=gap,
        iterations=evaluations,
        rank=int((magnitude > SUPPORT_CUTOFF * np.sqrt(dim * np.mean(labels**2))).sum()),
        converged=gap <= tol,
        spectrum=theta[np.argsort(-magnitude, kind="stable")],
    )


class _LeastSquares:
    """|y - A theta|^2 + lambda (|a|^2 + |w|^2), theta = a * w, with the data reduced to at most d + 1 rows.

    For n > d the QR factors give |y - A theta|^2 = |Q^T y - R theta|^2 + constant, the constant
    kept as one more row with nothing to fit it.
    """

    def __init__(self, design: np.ndarray, labels: np.ndarray, weight_decay: float) -> None:
        n, dim = design.shape
        self.weight_decay = weight_decay
        self.design, self.labels = design, labels
        if n > dim + 1:
            q, r = np.linalg.qr(design)
            target = q.T @ labels
            outside = labels - q @ target
            self.design = np.vstack([r, np.zeros(dim)])
            self.labels = np.append(target, np.linalg.norm(outside))
        self.gram = self.design.T @ self.design

    def relative_gap(self, theta: np.ndarray) -> float:
        residual = self.labels - self.design @ theta
        l1_norm = float(np.abs(theta).sum())
        return relative_gap(self.labels, residual, self.design.T @ residual, l1_norm, self.weight_decay)

    def newton(self, start: np.ndarray, tol: float, max_steps: int) -> tuple[np.ndarray, int]:
        """Trust-region Newton on (a, w) until the gap is below `tol`; theta and the steps taken."""
        lam, dim = self.weight_decay, start.size // 2

        def loss_and_gradient(weights: np.ndarray) -> tuple[float, np.ndarray]:
            a, w = weights[:dim], weights[dim:]
            residual = self.labels - self.design @ (a * w)
            correlation = self.design.T @ residual
            gradient = 2 * np.concatenate([lam * a - correlation * w, lam * w - correlation * a])
            return float(residual @ residual + lam * weights @ weights), gradient

        def hessian(weights: np.ndarray) -> np.ndarray:
            a, w = weights[:dim], weights[dim:]
            cross = self.gram * np.outer(w, a)
            cross[np.diag_indices(dim)] -= self.design.T @ (self.labels - self.design @ (a * w))
            decay = lam * np.eye(dim)
            return 2 * np.block(
                [
                    [self.gram * np.outer(w, w) + decay, cross],
                    [cross.T, self.gram * np.outer(a, a) + decay],
                ]
            )

        def stop_when_certified(intermediate_result) -> None:
            weights = intermediate_result.x
            if self.relative_gap(weights[:dim] * weights[dim:]) <= tol:
                raise StopIteration

        solution = minimize(
            loss_and_gradient,
            start,
            jac=True,
            hess=hessian,
            method="trust-exact",
            callback=stop_when_certified,
            options={"gtol": 0.0, "maxiter": max_steps},
        )
        return solution.x[:dim] * solution.x[dim:], solution.nit
