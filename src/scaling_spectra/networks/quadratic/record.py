"""Record of a trained quadratic network, or of the solution that realises one."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic import problem
from scaling_spectra.records import TrainingRecord


def record(
    factor: Array,
    squared: float,
    samples: int,
    penalty: float,
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
    """Observables of S = U U^T.

    Parameters
    ----------
    factor : ndarray, shape (d, r)
        U.
    squared : float
        |y - A(S)|^2.
    penalty : float
        c.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s).
    rank : int
        Rank of the minimiser.
    deviations : ndarray, shape (d,) or (d, d)
        sigma_i of inputs that are correlated, or the matrix that takes U to whitened inputs and to the eigenbasis of
        the teacher there: eigenvalues, overlaps and risk are those of whitened inputs.
    """
    whitened = deviations @ factor if np.ndim(deviations) == 2 else np.reshape(deviations, (-1, 1)) * factor
    effective = whitened @ whitened.T
    eigenvalues, directions = (part[..., ::-1] for part in np.linalg.eigh(effective))
    return TrainingRecord(
        method=method,
        solver=solver,
        risk=problem.risk(effective, teacher),
        train_loss=squared / samples,
        objective=squared + penalty * float(np.sum(factor**2)),
        relative_gap=relative_gap,
        iterations=iterations,
        rank=rank,
        converged=relative_gap <= tol,
        unique=unique,
        spectrum=eigenvalues,
        overlap=teacher @ directions**2,
    )
