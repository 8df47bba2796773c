"""Certified solution of P(S) = |y - A(S)|^2 + c Tr S over S >= 0.

The dual is D(u) = u.y - |u|^2/4 subject to M(u) = c I - A*(u) >= 0, and for any S, with r = y - A(S),

    P(S) - D(u) = |r - u/2|^2 + Tr[S M(u)],

which is how gaps are computed here: both terms are non-negative and nothing cancels.
"""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic.measurements import Evaluation


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Primal and dual point with their gap.

    Attributes
    ----------
    factor : ndarray, shape (d, r)
        U of S = U U^T.
    dual : ndarray, shape (n,), or None
        Dual feasible u; None if only sufficient statistics of the samples are known.
    adjoint : ndarray, shape (d, d)
        A*(u).
    primal, dual_value : float
        P(S) and D(u).
    squared : float
        |y - A(S)|^2.
    relative_gap : float
        (P - D)/P >= 0; 0 if P = 0.
    iterations : int
    method : str
        Solvers used, in their order.
    unique : bool
        False if the minimiser is recognised as not unique.
    """

    factor: Array
    dual: Array | None
    adjoint: Array
    primal: float
    dual_value: float
    squared: float
    relative_gap: float
    iterations: int
    method: str
    unique: bool = True


@dataclass(frozen=True)
class DualPoint:
    """Multiple of a dual vector that is feasible and best, and the gap it certifies.

    Attributes
    ----------
    scale : float
        t >= 0: the dual point is t u.
    gap : float
        P(S) - D(t u) >= 0.
    """

    scale: float
    gap: float


def residual_dual(evaluation: Evaluation, factor: Array, penalty: float, top: float | None = None) -> DualPoint:
    """Best feasible multiple of u = 2 r, from the residual at S = U U^T alone; `top` is the largest of A*(u)."""
    overlap = inner(factor, evaluation.adjoint)
    squared = evaluation.squared
    top = 2 * top_eigenvalue(evaluation.adjoint) if top is None else top
    scale = _best_scale(squared + overlap, squared, top, penalty)
    gap = (1 - scale) ** 2 * squared + penalty * np.sum(factor**2) - 2 * scale * overlap
    return DualPoint(scale, max(float(gap), 0.0))


def vector_dual(
    labels: Array,
    residual: Array,
    factor: Array,
    penalty: float,
    vector: Array,
    adjoint: Array,
) -> DualPoint:
    """Best feasible multiple of any u, shape (n,), given A*(u), for the residual r at S = U U^T."""
    scale = _best_scale(float(labels @ vector) / 2, float(vector @ vector) / 4, top_eigenvalue(adjoint), penalty)
    distance = residual - scale * vector / 2
    gap = distance @ distance + penalty * np.sum(factor**2) - scale * inner(factor, adjoint)
    return DualPoint(scale, max(float(gap), 0.0))


def inner(factor: Array, matrix: Array) -> float:
    """Tr[U U^T Q]."""
    return float(np.sum(factor * (matrix @ factor)))


def top_eigenvalue(matrix: Array) -> float:
    """Largest eigenvalue of a symmetric matrix."""
    return float(np.linalg.eigvalsh(matrix)[-1])


def positive_factor(matrix: Array) -> Array:
    """U of the positive part U U^T of a symmetric matrix."""
    values, vectors = np.linalg.eigh(matrix)
    first = np.searchsorted(values, 0.0, side="right")
    factor: Array = vectors[:, first:] * np.sqrt(values[first:])
    return factor


def _best_scale(overlap: float, squared: float, top: float, penalty: float) -> float:
    """t >= 0 maximising D(t u) = 2 t overlap - t^2 squared under t top <= c; overlap = u.y/2, squared = |u|^2/4."""
    if squared == 0:
        return 0.0
    scale = overlap / squared
    if top > 0:
        scale = min(scale, penalty / top)
    return max(scale, 0.0)
