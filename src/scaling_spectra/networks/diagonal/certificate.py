"""Duality gap of the LASSO P(theta) = |y - A theta|^2 / 2 + lambda |theta|_1, A = X/sqrt(d)."""

import numpy as np


def relative_gap(
    labels: np.ndarray, residual: np.ndarray, correlation: np.ndarray, l1_norm: float, weight_decay: float
) -> float:
    """Relative gap (P - D)/P with the residual, scaled, as dual point.

    Parameters
    ----------
    labels, residual : ndarray, shape (n,)
        y and r = y - A theta.
    correlation : ndarray, shape (d,)
        A^T r.
    l1_norm : float
        |theta|_1.
    weight_decay : float
        lambda > 0.
    """
    squared = float(residual @ residual)
    primal = 0.5 * squared + weight_decay * l1_norm
    if primal == 0:
        return 0.0
    bound = weight_decay / max(np.abs(correlation).max(initial=0.0), 1e-300)
    scale = np.clip(labels @ residual / max(squared, 1e-300), -bound, bound)
    # |y|^2/2 - |y - t r|^2/2, expanded: no cancellation of |y|^2
    dual = scale * (labels @ residual) - 0.5 * scale**2 * squared
    return float((primal - dual) / primal)
