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
) -> TrainingRecord:
    """Observables of theta, shape (d,).

    Parameters
    ----------
    theta, teacher : ndarray, shape (d,)
    squared : float
        |y - A theta|^2.
    rank : int
        Weights of the minimiser that are not zero.
    """
    magnitude = np.abs(theta)
    order = np.argsort(-magnitude, kind="stable")
    return TrainingRecord(
        method=method,
        solver=solver,
        risk=problem.risk(theta, teacher),
        train_loss=squared / samples,
        objective=0.5 * squared + weight_decay * float(magnitude.sum()),
        relative_gap=relative_gap,
        iterations=iterations,
        rank=rank,
        converged=relative_gap <= tol,
        unique=unique,
        spectrum=theta[order],
        overlap=teacher[order],
    )
