"""Free convolution of equally spaced atoms with a semicircle: what merging such atoms changes locally."""

from functools import lru_cache

import numpy as np
from scipy.interpolate import CubicSpline

from scaling_spectra.arrays import Array

NODES = 40
# arguments of the table; c is 1 to rounding below, (4 pi^2/3) tau above
LOWEST, HIGHEST, TABLE = 1e-6, 3.0, 150


def excess_cube(tau: Array) -> Array:
    """Cubed density of atoms of mass q at spacing a, beyond that of a continuum of the same density.

    With tau = t q/a^2, one atom's share of the integral of the cubed density is
    int mu^3 = 3 q^2 c(tau)/(4 pi^2 t): c = 1 if the atoms are isolated, (4 pi^2/3) tau if they blur.

    Returns
    -------
    ndarray
        c(tau) - (4 pi^2/3) tau, from 1 at tau = 0 to 0 for tau > 1, of the shape of `tau`.
    """
    inside = _table()(np.log(np.clip(tau, LOWEST, HIGHEST)))
    return np.where(tau < LOWEST, 1.0, np.where(tau > HIGHEST, 0.0, inside))


@lru_cache(maxsize=1)
def _table() -> CubicSpline:
    tau = np.geomspace(LOWEST, HIGHEST, TABLE)
    return CubicSpline(np.log(tau), [_cube(x) - 4 * np.pi**2 / 3 * x for x in tau])


def _cube(tau: float) -> float:
    """c(tau) from atoms of mass 1 at the integers and variance tau, G(w) = pi cot(pi w)."""
    node, weight = np.polynomial.legendre.leggauss(NODES)
    theta = np.pi * (node + 1) / 4
    # half a cell of the boundary curve tau sum_n 1/|w - n|^2 = 1; the cells touch at tau = 1/pi^2
    end = 0.5 if tau >= np.pi**-2 else np.arcsin(np.pi * np.sqrt(tau)) / np.pi
    u, du = end * np.sin(theta), end * np.cos(theta) * weight * np.pi / 4
    low, high = np.full(NODES, 1e-12), np.full(NODES, np.pi * tau + np.sqrt(tau) + 1)
    for _ in range(50):
        v = (low + high) / 2
        filling = tau * np.pi / v * np.sinh(2 * np.pi * v) / (np.cosh(2 * np.pi * v) - np.cos(2 * np.pi * u))
        low, high = np.where(filling > 1, v, low), np.where(filling > 1, high, v)
    slope = 1 - tau * (np.pi / np.sin(np.pi * (u + 1j * v))) ** 2
    cubed: float = 2 * np.sum((v / (np.pi * tau)) ** 3 * np.abs(slope) ** 2 / slope.real * du)
    return 4 * np.pi**2 / 3 * tau * cubed
