"""Training of the quadratic network, certified by the duality gap of the equivalent convex problem."""

import numpy as np
import torch
from scipy.linalg import eigh

from scaling_spectra import lbfgs
from scaling_spectra.networks.quadratic import problem
from scaling_spectra.networks.quadratic.certificate import relative_gap
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.records import TrainingRecord

HISTORY = 50
# eigenvalues below this fraction of sqrt(d <y^2>) are zeros that L-BFGS has not finished shrinking
RANK_CUTOFF = 1e-5


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
    """Train the first layer on |y - f(X)|^2 + lambda |W|_F^2.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    weight_decay : float
        lambda > 0.
    width : float
        p/d >= 1.
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
    p = round(width * dim)
    network = QuadraticNetwork(dim, p, scale=init_scale, rng=rng)
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
    weight = network.weight
    scale = 1 / (p**0.5 * dim)
    penalty = weight_decay * (p * dim) ** 0.5
    identity = torch.eye(dim, dtype=torch.float64)

    @torch.no_grad()
    def residual_and_adjoint() -> tuple[torch.Tensor, torch.Tensor]:
        """Residual r = y - f(X), and sum_mu r_mu (x_mu x_mu^T - I)."""
        gram = weight.T @ weight
        residual = y - scale * (((x @ gram) * x).sum(1) - gram.trace())
        return residual, (x * residual[:, None]).T @ x - residual.sum() * identity

    @torch.no_grad()
    def loss_and_gradient() -> float:
        # closed-form gradient: two products of n x d by d x d, no autograd graph over n x p
        residual, adjoint = residual_and_adjoint()
        weight.grad = 2 * weight_decay * weight - 4 * scale * (weight @ adjoint)
        return float(residual @ residual + weight_decay * (weight * weight).sum())

    def gap() -> float:
        residual, adjoint = residual_and_adjoint()
        top = eigh(adjoint.numpy() / dim**0.5, eigvals_only=True, subset_by_index=[dim - 1, dim - 1])[0]
        trace = float((weight.detach() ** 2).sum()) / (p * dim) ** 0.5
        return relative_gap(labels, residual.numpy(), float(top), trace, penalty)

    result = lbfgs.minimise(
        network.parameters(),
        loss_and_gradient,
        gap,
        tol=tol,
        max_evaluations=max_evaluations,
        history=HISTORY,
    )
    effective = network.effective_weight()
    eigenvalues = np.linalg.eigvalsh(effective)[::-1].copy()
    squared = float((residual_and_adjoint()[0] ** 2).sum())
    return TrainingRecord(
        method="network",
        risk=problem.risk(effective, teacher),
        train_loss=squared / n,
        objective=squared + penalty * float(eigenvalues.sum()),
        relative_gap=result.relative_gap,
        iterations=result.evaluations,
        rank=int((eigenvalues > RANK_CUTOFF * np.sqrt(dim * np.mean(labels**2))).sum()),
        converged=result.relative_gap <= tol,
        spectrum=eigenvalues,
    )
