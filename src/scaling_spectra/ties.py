"""What rounding must not decide: equality, and whole numbers of what was computed."""

import numpy as np

from scaling_spectra.arrays import Array

# numbers that differ by less, relatively, are equal
TIE = 1e-9
# rounding of a number, relative to it, and the most that is ever taken for rounding
ROUNDING, MOST = 1e-12, 1e-2


def rounded(value: float) -> int:
    """The nearest whole number; of two that are equally near but for rounding the larger."""
    return round(value + min(max(TIE, ROUNDING * abs(value)), MOST))


def alike(values: Array) -> Array:
    """The same positive values, those that are equal but for rounding replaced by the least of them."""
    distinct, place = np.unique(values, return_inverse=True)
    first = np.diff(distinct, prepend=-np.inf) > TIE * distinct
    joined: Array = distinct[first][np.cumsum(first) - 1][place]
    return joined
