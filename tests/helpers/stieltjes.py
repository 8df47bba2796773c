"""Stieltjes transform of mu = law(s) boxplus semicircle(variance t): by its own equation, off the real line."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.subordination import cauchy
from scaling_spectra.spectrum import Spectrum


def stieltjes(spectrum: Spectrum, variance: float, points: Array) -> Array:
    """Transform g(z) = int dmu(x)/(z - x) at points of the upper half plane, shape (k,).

    Raises
    ------
    ValueError
        If a point has Im z <= 0; the boundary values are `density`'s H - i pi rho.
    """
    if not (points.imag > 0).all():
        raise ValueError("points: all imaginary parts must be positive")
    result = np.empty(points.size, complex)
    for index, z in enumerate(points):
        result[index] = _stieltjes_at(spectrum, variance, complex(z))
    return result


def _stieltjes_at(spectrum: Spectrum, variance: float, z: complex) -> complex:
    """w -> z - t G(w) maps the half plane Im w >= Im z into itself: iterate, averaged, then Newton."""
    w = z + 1j * np.sqrt(variance)
    for _ in range(500):
        transform, slope = cauchy(spectrum, w)
        residual = w + variance * transform - z
        newton = w - residual / (1 + variance * slope)
        if abs(newton - w) <= 1e-15 * abs(w):
            break
        # inside that half plane the solution is unique
        w = newton if newton.imag >= z.imag and abs(newton - w) < 0.5 * newton.imag else w - residual / 2
    else:
        raise ArithmeticError(f"Stieltjes transform: no convergence at z = {z}")
    return cauchy(spectrum, w)[0]
