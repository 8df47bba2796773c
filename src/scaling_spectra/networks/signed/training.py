"""Training of the signed network, certified by the duality gap of the equivalent convex problem."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from scaling_spectra import lbfgs
from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_positive
from scaling_spectra.networks.quadratic.certificate import Certificate
from scaling_spectra.networks.quadratic.measurements import Blocks
from scaling_spectra.networks.signed.solving import SignedMeasurements, is_unique, measured, minimise, record
from scaling_spectra.records import TrainingRecord


def prepare(
    draw: Callable[[], Blocks],
    teacher: Array,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> Callable[[float, np.random.Generator], TrainingRecord]:
    """Function (lambda, rng) that trains the first layer on |y - f(X)|^2 + lambda (|W_+|_F^2 + |W_-|_F^2).

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels) of the samples.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    width : float
        p/d >= 1, p units of either sign.
    tol : float
        Relative duality gap at which training stops.
    max_evaluations : int
        Budget of evaluations of loss and gradient.
    init_scale : float
        Standard deviation of the initial weights, drawn from `rng`.
    """
    dim = teacher.size
    data, units = measured(draw(), dim), round(width * dim)

    def train(weight_decay: float, rng: np.random.Generator) -> TrainingRecord:
        require_positive(weight_decay=weight_decay)
        objective = _Objective(data, init_scale * rng.standard_normal((2, units, dim)), weight_decay)
        certificate = Certificate(data, objective.penalty)
        result = lbfgs.minimise(
            [objective.weights],
            objective.loss_and_gradient,
            lambda: certificate.relative_gap(objective.factor),
            lambda: certificate.sharpen(objective.factor, tol),
            tol=tol,
            max_evaluations=max_evaluations,
        )
        found = record(
            data,
            objective.factor,
            objective.penalty,
            teacher,
            method="network",
            solver="L-BFGS",
            relative_gap=result.relative_gap,
            tol=tol,
            iterations=result.evaluations,
            unique=is_unique(data, minimise(data, objective.penalty, tol=1e-6), objective.penalty),
        )
        residual_gap = Certificate(data, objective.penalty).relative_gap(objective.factor)
        return replace(found, lbfgs_evaluations=result.evaluations, residual_gap=residual_gap)

    return train


class _Objective:
    """|y - f(X)|^2 + lambda |W|_F^2 = |y - A(S)|^2 + c (Tr S_+ + Tr S_-) at the network's current weights.

    Parameters
    ----------
    initial : ndarray, shape (2, p, d)
        W_+ and W_-.
    """

    def __init__(self, data: SignedMeasurements, initial: Array, weight_decay: float) -> None:
        self.data, self.weights = data, torch.nn.Parameter(torch.from_numpy(initial))
        _, units, dim = initial.shape
        self.scale = (units * dim) ** -0.25
        self.penalty = weight_decay * (units * dim) ** 0.5

    @property
    def factor(self) -> Array:
        """U of diag(S_+, S_-) = U U^T, shape (2 d, p), but for blocks off the diagonal that nothing measures."""
        weights = self.weights.detach().numpy()
        factor: Array = self.scale * np.concatenate([weights[0].T, weights[1].T])
        return factor

    def loss_and_gradient(self) -> float:
        """Closed form, as for the quadratic network: the gradient in U is 2 (c I - 2 A*(r)) U."""
        factor = self.factor
        evaluation = self.data.evaluate(factor)
        upper, lower = np.split(2 * (self.penalty * factor - 2 * evaluation.adjoint @ factor), 2)
        self.weights.grad = torch.from_numpy(np.ascontiguousarray(self.scale * np.stack([upper.T, lower.T])))
        return float(evaluation.squared + self.penalty * np.sum(factor**2))
