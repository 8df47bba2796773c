"""Partial moments of the semicircle law on [-2, 2]."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import beta, hyp2f1

from scaling_spectra.arrays import Array


def edge_moment(gap: ArrayLike, order: int) -> Array:
    """int_x^2 (u - x)^order mu_sc(du) at x = 2 - gap, mu_sc = sqrt(4 - u^2)/(2 pi) on [-2, 2].

    gap^(k + 3/2) B(k + 1, 3/2) 2F1(-1/2, 3/2; k + 5/2; gap/4)/pi, Euler's integral over u = x + gap s. No
    difference is taken, so that moments close to the edge keep their digits.

    Parameters
    ----------
    gap : array_like
        From 0 to 2.
    order : int
        k = 0, 1, 2, ...
    """
    gap = np.asarray(gap, dtype=float)
    moment: Array = gap ** (order + 1.5) * beta(order + 1, 1.5) * hyp2f1(-0.5, 1.5, order + 2.5, gap / 4) / np.pi
    return moment


def tail_moment(x: ArrayLike, order: int) -> Array:
    """The same as a function of x >= 0: zero beyond the edge x = 2."""
    return edge_moment(np.maximum(2.0 - np.asarray(x, dtype=float), 0.0), order)
