"""Training of the quadratic network, certified by the duality gap of the equivalent convex problem."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from scaling_spectra import lbfgs
from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_positive
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.certificate import Certificate
from scaling_spectra.networks.quadratic.measurements import Blocks, Measurements
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.networks.quadratic.record import record
from scaling_spectra.records import TrainingRecord

# n/d up to which the minimiser may not be unique
SCARCE = 5
# bytes that a solver may use beside the samples
MEMORY = 2e9


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

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels) of the samples.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    width : float
        p/d >= 1.
    tol : float
        Relative duality gap at which training stops.
    max_evaluations : int
        Budget of evaluations of loss and gradient.
    init_scale : float
        Standard deviation of the initial weights, drawn from `rng`.
    """
    data = Measurements(*(np.concatenate(parts) for parts in zip(*draw(), strict=True)))
    return on(data, teacher, width=width, tol=tol, max_evaluations=max_evaluations, init_scale=init_scale)


def on(
    data: Measurements,
    teacher: Array,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
    deviations: Array | float = 1.0,
) -> Callable[[float, np.random.Generator], TrainingRecord]:
    """`prepare` for measurements at hand; `deviations` as in `record`."""
    dim = teacher.size

    def train(weight_decay: float, rng: np.random.Generator) -> TrainingRecord:
        require_positive(weight_decay=weight_decay)
        network = QuadraticNetwork(dim, round(width * dim), scale=init_scale, rng=rng)
        objective = Objective(network, data, weight_decay)
        certificate = Certificate(data, objective.penalty)
        result = lbfgs.minimise(
            network.parameters(),
            objective.loss_and_gradient,
            lambda: certificate.relative_gap(objective.factor),
            lambda: certificate.sharpen(objective.factor, tol),
            tol=tol,
            max_evaluations=max_evaluations,
        )
        # whether the minimiser is unique belongs to the problem, not to what found it
        scarce = data.samples <= SCARCE * dim
        unique = not scarce or convex.solve_measured(data, objective.penalty, memory=MEMORY).unique
        found = record(
            objective.factor,
            data.evaluate(objective.factor).squared,
            data.samples,
            objective.penalty,
            teacher,
            method="network",
            solver="L-BFGS",
            relative_gap=result.relative_gap,
            tol=tol,
            iterations=result.evaluations,
            rank=convex.minimiser_rank(data, objective.penalty, objective.factor),
            unique=unique,
            deviations=deviations,
        )
        residual_gap = Certificate(data, objective.penalty).relative_gap(objective.factor)
        return replace(found, lbfgs_evaluations=result.evaluations, residual_gap=residual_gap)

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
