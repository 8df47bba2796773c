"""Training of p < d hidden units: what can be shown of where it ends.

P(U) = |y - A(U U^T)|^2 + c |U|_F^2 over U of shape (d, p) is not convex in S = U U^T of rank p, and no duality gap
certifies a minimum. What is known of a U: its gradient, its least curvature, and how far P is above the minimum over
all S >= 0 (the convex relaxation), which no width goes below. A minimum to second order of rank less than p is one of
all S >= 0 (Journee, Bach, Absil & Sepulchre, *Low-rank optimization on the cone of positive semidefinite matrices*).
"""

from collections.abc import Callable

import numpy as np
import torch
from scipy.linalg import eigh_tridiagonal

from scaling_spectra import lbfgs
from scaling_spectra.arrays import Array
from scaling_spectra.datasets import gathered
from scaling_spectra.finite import relative, require_positive
from scaling_spectra.narrow import NarrowRecord
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.measurements import Blocks, Measurements
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.networks.quadratic.problem import risk

# curvature, in units of the penalty's 2 c, below which a direction leads down
FLAT = 1e-4
# times that training goes on along such a direction, and the first step on it, relative to the largest weights that pay
ESCAPES, NUDGE = 3, 1e-2
# Lanczos steps towards the least curvature, and the remainder at which they span all there is
LANCZOS, SPANNED = 80, 1e-12


def prepare(
    draw: Callable[[], Blocks], teacher: Array, *, hidden: int, tol: float, max_evaluations: int, init_scale: float
) -> Callable[[float, np.random.Generator], NarrowRecord]:
    """Function (lambda, rng) that trains p hidden units from random weights on |y - f(X)|^2 + lambda |W|_F^2.

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels) of the samples.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    hidden : int
        p.
    tol : float
        `NarrowRecord.gradient` at which training stops.
    max_evaluations : int
        Budget of evaluations of loss and gradient.
    init_scale : float
        Standard deviation of the initial weights, drawn from `rng`.
    """
    inputs, labels = gathered(draw())
    data = Measurements(inputs, labels)
    bounds: dict[float, float] = {}

    def train(weight_decay: float, rng: np.random.Generator) -> NarrowRecord:
        require_positive(weight_decay=weight_decay)
        network = QuadraticNetwork(teacher.size, hidden, scale=init_scale, rng=rng)
        objective = Objective(network, data, weight_decay)
        if objective.penalty not in bounds:
            bounds[objective.penalty] = convex.solve(inputs, labels, objective.penalty).dual_value
        evaluations, escapes = 0, 0
        while True:
            result = lbfgs.minimise(
                network.parameters(),
                objective.loss_and_gradient,
                lambda: _gradient(data, objective.penalty, objective.factor),
                lambda: _gradient(data, objective.penalty, objective.factor),
                tol=tol,
                max_evaluations=max_evaluations - evaluations,
            )
            evaluations += result.evaluations
            curvature, direction = least_curvature(data, objective.penalty, objective.factor)
            if curvature >= -FLAT or escapes == ESCAPES or evaluations >= max_evaluations:
                break
            escapes += 1
            # P exceeds c |U|^2: no weights are larger than that
            step = NUDGE * (objective.loss_and_gradient() / objective.penalty) ** 0.5 / objective.scale
            with torch.no_grad():
                network.weight.add_(step * torch.from_numpy(np.ascontiguousarray(direction.T)))
        factor = objective.factor
        evaluation = data.evaluate(factor)
        value = evaluation.squared + objective.penalty * float(np.sum(factor**2))
        bound = bounds[objective.penalty]
        learned = np.linalg.eigvalsh(factor.T @ factor)[::-1].astype(np.float64)
        return NarrowRecord(
            risk=risk(factor @ factor.T, teacher),
            train_loss=evaluation.squared / data.samples,
            objective=value,
            gradient=result.relative_gap,
            curvature=curvature,
            bound=bound,
            relaxation_gap=relative(value - bound, value),
            stationary=result.relative_gap <= tol and curvature >= -FLAT,
            evaluations=evaluations,
            escapes=escapes,
            spectrum=learned,
        )

    return train


class Objective:
    """|y - f(X)|^2 + lambda |W|_F^2 = |y - A(S)|^2 + c Tr S at the network's current weights."""

    def __init__(self, network: QuadraticNetwork, data: Measurements, weight_decay: float) -> None:
        self.weight, self.data = network.weight, data
        width, dim = self.weight.shape
        self.scale = (width * dim) ** -0.25
        self.penalty = weight_decay * (width * dim) ** 0.5

    @property
    def factor(self) -> Array:
        """U of S = U U^T, shape (d, p)."""
        factor: Array = self.scale * self.weight.detach().numpy().T
        return factor

    def loss_and_gradient(self) -> float:
        """Closed form, without an autograd graph over n x p: the gradient in U is 2 (c I - 2 A*(r)) U."""
        factor = self.factor
        evaluation = self.data.evaluate(factor)
        gradient = 2 * (self.penalty * factor - 2 * evaluation.adjoint @ factor)
        self.weight.grad = torch.from_numpy(np.ascontiguousarray(self.scale * gradient.T))
        return float(evaluation.squared + self.penalty * np.sum(factor**2))


def _gradient(data: Measurements, penalty: float, factor: Array) -> float:
    """|dP/dU|_F |U|_F / P at S = U U^T: of order one for weights at random, zero where P is stationary."""
    evaluation = data.evaluate(factor)
    gradient = 2 * (penalty * factor - 2 * evaluation.adjoint @ factor)
    value = evaluation.squared + penalty * np.sum(factor**2)
    return float(np.linalg.norm(gradient) * np.linalg.norm(factor) / value)


def least_curvature(data: Measurements, penalty: float, factor: Array) -> tuple[float, Array]:
    """Least eigenvalue of the Hessian of P over 2 c that LANCZOS steps find, and its direction, shape (d, p).

    The Hessian maps V to 2 (c - 2 A*(r)) V + 4 A*(A(U V^T + V U^T)) U. What is found is not below the least.
    """
    slack = penalty * np.eye(data.dim) - 2 * data.evaluate(factor).adjoint
    inputs, root = data.inputs, np.sqrt(data.dim)
    hidden = inputs @ factor

    def product(direction: Array) -> Array:
        turned = 2 * (np.einsum("ij,ij->i", hidden, inputs @ direction) - np.sum(factor * direction)) / root
        back = (inputs.T @ (turned[:, None] * hidden) - turned.sum() * factor) / root
        image: Array = (slack @ direction + 2 * back) / penalty
        return image

    # directions that a symmetric start would miss
    vector = np.random.default_rng(0).standard_normal(factor.shape)
    vector /= np.linalg.norm(vector)
    steps = min(LANCZOS, factor.size)
    basis = np.zeros((steps, factor.size))
    diagonal, beside = np.zeros(steps), np.zeros(steps)
    for step in range(steps):
        basis[step] = vector.ravel()
        image = product(vector).ravel()
        diagonal[step] = image @ basis[step]
        for _ in range(2):
            image -= basis[: step + 1].T @ (basis[: step + 1] @ image)
        beside[step] = np.linalg.norm(image)
        if beside[step] <= SPANNED * np.abs(diagonal).max():
            steps = step + 1
            break
        vector = (image / beside[step]).reshape(factor.shape)
    values, vectors = eigh_tridiagonal(diagonal[:steps], beside[: steps - 1], select="i", select_range=(0, 0))
    return float(values[0]), (vectors[:, 0] @ basis[:steps]).reshape(factor.shape)
