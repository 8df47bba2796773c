"""What double precision attains in solving equations for the logarithms of delta^2 (or delta) and b."""

import numpy as np

from scaling_spectra.arrays import Array

# rounding of the logarithms of two unknowns, which reach 60, and of what is evaluated at them
ROUNDING = 2e-14


def attainable(jacobian: Array) -> Array:
    """Residual of each equation, shape (k,), that rounding of the unknowns leaves.

    Parameters
    ----------
    jacobian : ndarray, shape (k, k)
        Derivatives of the residuals by the unknowns.
    """
    rounding: Array = ROUNDING * (1 + np.abs(jacobian).sum(axis=1))
    return rounding


def accuracy(jacobian: Array, residuals: Array, slopes: Array) -> float:
    """Largest error, relative, of the unknowns and of a quantity that depends on them.

    Parameters
    ----------
    jacobian : ndarray, shape (k, k)
    residuals : ndarray, shape (k,)
        At the solution.
    slopes : ndarray, shape (k,)
        Derivatives of the quantity's logarithm by the unknowns.

    Returns
    -------
    float
        Residuals and rounding carried through the inverse of the Jacobian; infinite if it is singular.
    """
    try:
        inverse = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        return np.inf
    errors = np.abs(residuals) + attainable(jacobian)
    found = np.concatenate([np.abs(inverse) @ errors, [np.abs(slopes @ inverse) @ errors]])
    return float(found.max()) if np.isfinite(found).all() else np.inf
