"""Duality gap of P(S) = |y - A(S)|^2 + c Tr S over S >= 0, A(S)_mu = Tr[S Z_mu]."""

import numpy as np


def relative_gap(labels: np.ndarray, residual: np.ndarray, adjoint_top: float, trace: float, penalty: float) -> float:
    """Relative gap (P - D)/P with the residual, scaled, as dual point.

    Parameters
    ----------
    labels, residual : ndarray, shape (n,)
        y and r = y - A(S).
    adjoint_top : float
        Largest eigenvalue of A*(r) = sum_mu r_mu Z_mu.
    trace : float
        Tr S.
    penalty : float
        c = lambda sqrt(p d) > 0.
    """
    squared = float(residual @ residual)
    primal = squared + penalty * trace
    if primal == 0:
        return 0.0
    overlap = float(labels @ residual)
    scale = overlap / max(squared, 1e-300)
    if adjoint_top > 0:
        scale = min(scale, penalty / (2 * adjoint_top))
    scale = max(scale, 0.0)
    # u = 2 t r:  D = u.y - |u|^2/4
    dual = 2 * scale * overlap - scale**2 * squared
    return float((primal - dual) / primal)
