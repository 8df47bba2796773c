"""Density and Hilbert transform of mu = law(s) boxplus semicircle(variance t)."""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.subordination import cauchy, resolve
from scaling_spectra.spectrum import Spectrum


def density(spectrum: Spectrum, variance: float, grid: Array) -> tuple[Array, Array]:
    """Density rho(x) and Hilbert transform p.v. int dmu(y)/(x - y) on a real grid.

    Parameters
    ----------
    grid : ndarray, shape (k,)
        Real points; sorted ones are faster, since each starts from the one before.

    Returns
    -------
    density, hilbert : ndarray, shape (k,)
        Im w/(pi t) and Re G(w) at the subordination point w of x.
    """
    rho, hilbert = np.empty(grid.size), np.empty(grid.size)
    point = None
    for index, x in enumerate(grid):
        sharp, point = resolve(spectrum, variance, float(x), point)
        rho[index] = point.imag / (np.pi * variance)
        hilbert[index] = cauchy(sharp, point)[0].real
    return rho, hilbert
