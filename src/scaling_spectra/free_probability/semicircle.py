"""Partial moments of the semicircle law on [-2, 2]."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import roots_jacobi

# Gauss-Jacobi nodes on [0, 1] for the weight sqrt(1 - s): the square root of the edge is exact
_NODES, _WEIGHTS = roots_jacobi(40, 0.5, 0.0)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2**1.5


def tail_moment(x: ArrayLike, order: int) -> np.ndarray:
    """int_x^2 (u - x)^order mu_sc(du), mu_sc = sqrt(4 - u^2)/(2 pi) on [-2, 2].

    A sum of positive terms, so that moments close to the edge keep their digits.

    Parameters
    ----------
    x : array_like
        0 <= x; zero is returned beyond the edge x = 2.
    order : int
        0, 1, 2, ...
    """
    gap = np.maximum(2.0 - np.asarray(x, dtype=float), 0.0)
    # u = x + gap s, 2 - u = gap (1 - s)
    smooth = np.sqrt(4 - gap[..., None] * (1 - _NODES))
    return gap ** (order + 1.5) * (smooth @ (_WEIGHTS * _NODES**order)) / (2 * np.pi)
