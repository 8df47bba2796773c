"""Training of the quadratic network on correlated inputs, certified by the gap of the equivalent convex problem."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from scaling_spectra import lbfgs
from scaling_spectra.arrays import Array
from scaling_spectra.finite import require_positive
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.certificate import Certificate
from scaling_spectra.networks.quadratic.correlated import measurements
from scaling_spectra.networks.quadratic.measurements import Blocks
from scaling_spectra.networks.quadratic.record import record
from scaling_spectra.records import TrainingRecord


def prepare(
    draw: Callable[[], Blocks],
    teacher: Array,
    variances: Array,
    *,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> Callable[[float, np.random.Generator], TrainingRecord]:
    """Function (lambda, rng) that trains W of f(x) = (|W x|^2 - Tr W Sigma W^T)/(sqrt(p) d) by L-BFGS.

    Parameters as of `correlated.prepare` and of `training.prepare`.
    """
    dim = teacher.size
    data, units = measurements(draw(), variances), round(width * dim)

    def train(weight_decay: float, rng: np.random.Generator) -> TrainingRecord:
        require_positive(weight_decay=weight_decay)
        scale, penalty = (units * dim) ** -0.25, weight_decay * (units * dim) ** 0.5
        weights = torch.nn.Parameter(torch.from_numpy(init_scale * rng.standard_normal((units, dim))))
        certificate = Certificate(data, penalty)

        def factor() -> Array:
            scaled: Array = scale * weights.detach().numpy().T
            return scaled

        def loss_and_gradient() -> float:
            """|y - A(S)|^2 + c Tr S, whose gradient in U is 2 (c I - 2 A*(r)) U."""
            here = factor()
            evaluation = data.evaluate(here)
            gradient = 2 * (penalty * here - 2 * evaluation.adjoint @ here)
            weights.grad = torch.from_numpy(np.ascontiguousarray(scale * gradient.T))
            return float(evaluation.squared + penalty * np.sum(here**2))

        result = lbfgs.minimise(
            [weights],
            loss_and_gradient,
            lambda: certificate.relative_gap(factor()),
            lambda: certificate.sharpen(factor(), tol),
            tol=tol,
            max_evaluations=max_evaluations,
        )
        found = record(
            factor(),
            data.evaluate(factor()).squared,
            data.represented,
            penalty,
            teacher,
            method="network",
            solver="L-BFGS",
            relative_gap=result.relative_gap,
            tol=tol,
            iterations=result.evaluations,
            rank=convex.minimiser_rank(data, penalty, factor()),
            unique=convex.solve_measured(data, penalty).unique,
            deviations=np.sqrt(variances),
        )
        return replace(found, lbfgs_evaluations=result.evaluations)

    return train
