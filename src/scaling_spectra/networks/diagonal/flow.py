"""Gradient flow of the population loss of the diagonal network: every coordinate by itself, in closed form."""

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.flow import logistic
from scaling_spectra.spectrum import Spectrum

# nodes of averages over theta* = s z, and the smallest and largest |z| of them
NODES, NEAREST, FARTHEST = 128, 1e-5, 8.0


def risk(spectrum: Spectrum, start: float, times: ArrayLike, threshold: float = 0.0) -> Array:
    """R at `times`, shape (k,), averaged over theta*_i ~ N(0, s_i^2), from theta_i = `start` on the teacher's side."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    low, high = np.log([NEAREST, FARTHEST])
    z = np.exp((high + low + (high - low) * nodes) / 2)
    # dz = z d log z, of both signs
    chances = (high - low) / 2 * weights * z * np.exp(-(z**2) / 2) * np.sqrt(2 / np.pi)
    found = np.zeros(np.size(times))
    for size, chance in zip(z, chances, strict=True):
        scales = size * spectrum.values
        found += chance * spectrum.mean((logistic(scales, start, times, threshold) - scales) ** 2)
    return found


def floor(spectrum: Spectrum, threshold: float = 0.0, width: float = np.inf) -> float:
    """R for t -> infinity, whatever `width` says."""
    return float(risk(spectrum, 1.0, [np.inf], threshold)[0])


def initial(dim: int, width: float, scale: float, rng: np.random.Generator) -> Array:
    """a and w, shape (2, d); there is one hidden unit per input whatever `width` says."""
    weights: Array = scale * rng.standard_normal((2, dim))
    return weights


def starts(teacher: Array, weights: Array) -> Array:
    """P/2, what grows of |theta_i|, shape (d,)."""
    squares: Array = (weights[0] + np.where(teacher < 0, -1.0, 1.0) * weights[1]) ** 2 / 4
    return squares


def learned(target: Array, weights: Array, times: ArrayLike) -> Array:
    """theta at `times`, shape (k, d), from initial a and w, without weight decay.

    With P = (a + w)^2/2 and Q = (a - w)^2/2, theta = (P - Q)/2 and PQ = kappa is conserved. So
    dP/dt = 2 theta* P - P^2 + kappa: an equation of Riccati, whose roots theta* +- omega, omega^2 = theta*^2 + kappa,
    give P in closed form. Written for |theta*|, it is a sum of positive terms.

    Parameters
    ----------
    target : ndarray, shape (d,)
        theta*.
    weights : ndarray, shape (2, d)
        a and w.
    times : array_like, shape (k,)
    """
    size, side = np.abs(target), np.where(target < 0, -1.0, 1.0)
    a, w = weights[0], side * weights[1]
    plus, minus = (a + w) ** 2 / 2, (a - w) ** 2 / 2
    kappa = plus * minus
    omega = np.hypot(size, np.sqrt(kappa))
    t = np.asarray(times, dtype=float)[:, None]
    decayed = np.exp(-2 * omega * t)
    with np.errstate(invalid="ignore", divide="ignore"):
        # (1 - e^{-2 omega t})/(2 omega), and omega - |theta*|; without cancellation, and where omega = 0
        elapsed = np.where(omega == 0, t, -np.expm1(-2 * omega * t) / (2 * omega))
        gap = np.where(omega == 0, 0.0, kappa / (omega + size))
    with np.errstate(invalid="ignore"):
        grown = (plus * (size * elapsed + (1 + decayed) / 2) + kappa * elapsed) / ((plus + gap) * elapsed + decayed)
    # weights at zero stay there
    towards = np.where(plus == 0, 0.0, grown)
    away = (minus * (gap * elapsed + decayed) + kappa * elapsed) / ((minus + omega + size) * elapsed + decayed)
    theta: Array = side * (towards - away) / 2
    return theta


def noisy(teacher: Array, delta: float, rng: np.random.Generator) -> Array:
    """theta* + delta z."""
    noisy: Array = teacher + delta * rng.standard_normal(teacher.size)
    return noisy
