"""What is not a finite number: refused where it comes in, and never a certificate."""

import numpy as np

from scaling_spectra.arrays import Array


def require_finite(**arrays: Array) -> None:
    """Refuse data that hold NaN or infinity.

    Raises
    ------
    ValueError
        One line that names the array.
    """
    for name, values in arrays.items():
        wrong = np.size(values) - np.count_nonzero(np.isfinite(values))
        if wrong:
            raise ValueError(f"{name}: {wrong} of {np.size(values)} values are not finite numbers")


def require_positive(**numbers: float) -> None:
    """Refuse parameters that are not finite numbers above zero.

    Raises
    ------
    ValueError
        One line that names the parameter.
    """
    for name, value in numbers.items():
        if not 0 < value < np.inf:
            raise ValueError(f"{name}: {value} is not accepted; must be finite and greater than 0")


def relative(gap: float, primal: float) -> float:
    """Relative gap (P - D)/P >= 0 from P - D and P; 0 if P = 0, infinite if one is no finite number."""
    if not (np.isfinite(gap) and np.isfinite(primal)):
        return np.inf
    return float(max(gap, 0.0) / primal) if primal > 0 else 0.0


def lower_bound(primal: float, gap: float) -> float:
    """D = P - (P - D) where it does not cancel; far from the minimum 0, the dual value at u = 0.

    What is left of a huge P would be rounding, and could exceed the minimum.
    """
    return primal - gap if gap < primal / 2 else 0.0
