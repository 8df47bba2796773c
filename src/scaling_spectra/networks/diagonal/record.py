"""Record of a trained diagonal network, or of the solution that realises one."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal import problem
from scaling_spectra.records import TrainingRecord


def record(
    theta: Array,
    squared: float,
    samples: int,
    weight_decay: float,
    teacher: Array,
    *,
    method: str,
    solver: str,
    relative_gap: float,
    tol: float,
    iterations: int,
    rank: int,
    unique: bool = True,
    deviations: Array | float = 1.0,
) -> TrainingRecord:
    """Observables of theta, shape (d,).

    Parameters
    ----------
    theta, teacher : ndarray, shape (d,)
    squared : float
        |y - A theta|^2.
    rank : int
        Weights of the minimiser that are not zero.
    deviations : ndarray, shape (d,)
        sigma_i of inputs that are correlated: weights, overlaps and risk are those of whitened inputs, and so is the
        `teacher`.
    """
    whitened = deviations * theta
    order = np.argsort(-np.abs(whitened), kind="stable")
    return TrainingRecord(
        method=method,
        solver=solver,
        risk=problem.risk(whitened, teacher),
        train_loss=squared / samples,
        objective=0.5 * squared + weight_decay * float(np.abs(theta).sum()),
        relative_gap=relative_gap,
        iterations=iterations,
        rank=rank,
        converged=relative_gap <= tol,
        unique=unique,
        spectrum=whitened[order],
        overlap=teacher[order],
    )
