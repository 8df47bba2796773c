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
# rows handled at once: with the buffer they fit a core's cache
BLOCK_ROWS = 1024
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
    network = QuadraticNetwork(dim, round(width * dim), scale=init_scale, rng=rng)
    objective = _Objective(network, inputs, labels, weight_decay)
    result = lbfgs.minimise(
        network.parameters(),
        objective.loss_and_gradient,
        objective.relative_gap,
        tol=tol,
        max_evaluations=max_evaluations,
        history=HISTORY,
    )
    effective = network.effective_weight()
    eigenvalues, directions = (part[..., ::-1] for part in np.linalg.eigh(effective))
    squared = objective.squared_residual()
    return TrainingRecord(
        method="network",
        risk=problem.risk(effective, teacher),
        train_loss=squared / n,
        objective=squared + objective.penalty * float(eigenvalues.sum()),
        relative_gap=result.relative_gap,
        iterations=result.evaluations,
        rank=int((eigenvalues > RANK_CUTOFF * np.sqrt(dim * np.mean(labels**2))).sum()),
        converged=result.relative_gap <= tol,
        spectrum=eigenvalues,
        overlap=teacher @ directions**2,
    )


class _Objective:
    """|y - f(X)|^2 + lambda |W|_F^2 at the network's current weights."""

    def __init__(self, network: QuadraticNetwork, inputs: np.ndarray, labels: np.ndarray, weight_decay: float) -> None:
        self.weight, self.weight_decay = network.weight, weight_decay
        self.inputs, self.labels = torch.from_numpy(inputs), torch.from_numpy(labels)
        width, dim = self.weight.shape
        self.scale = 1 / (width**0.5 * dim)
        self.penalty = weight_decay * (width * dim) ** 0.5
        self.buffer = torch.empty(BLOCK_ROWS, dim, dtype=torch.float64)

    @torch.no_grad()
    def _residual_and_adjoint(self) -> tuple[torch.Tensor, torch.Tensor]:
        """r = y - f(X) and sum_mu r_mu (x_mu x_mu^T - I), in one pass over the samples.

        |W x|^2 = x^T (W^T W) x, so the cost does not depend on the width; blocks stay in cache.
        """
        gram = self.weight.T @ self.weight
        residual = self.labels + self.scale * gram.trace()
        adjoint = torch.zeros_like(gram)
        for start in range(0, len(self.inputs), len(self.buffer)):
            x, r = self.inputs[start : start + len(self.buffer)], residual[start : start + len(self.buffer)]
            work = self.buffer[: len(x)]
            torch.mm(x, gram, out=work).mul_(x)
            r -= self.scale * work.sum(1)
            torch.mul(x, r[:, None], out=work)
            adjoint.addmm_(work.T, x)
        adjoint.diagonal().sub_(residual.sum())
        return residual, adjoint

    @torch.no_grad()
    def loss_and_gradient(self) -> float:
        """Closed form: two products of n x d by d x d, and no autograd graph over n x p."""
        residual, adjoint = self._residual_and_adjoint()
        self.weight.grad = 2 * self.weight_decay * self.weight - 4 * self.scale * (self.weight @ adjoint)
        return float(residual @ residual + self.weight_decay * (self.weight * self.weight).sum())

    def relative_gap(self) -> float:
        residual, adjoint = self._residual_and_adjoint()
        dim = self.weight.shape[1]
        top = eigh(adjoint.numpy() / dim**0.5, eigvals_only=True, subset_by_index=[dim - 1, dim - 1])[0]
        trace = self.scale * dim**0.5 * float((self.weight.detach() ** 2).sum())
        return relative_gap(self.labels.numpy(), residual.numpy(), float(top), trace, self.penalty)

    def squared_residual(self) -> float:
        residual, _ = self._residual_and_adjoint()
        return float(residual @ residual)
