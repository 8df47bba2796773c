"""Moments of mu = law(s) boxplus semicircle(variance t) above a threshold b, by contour integrals.

    int_b f(x) dmu(x) = -(1/pi) Im int f(z) g(z) dz,   int_b f H dmu = -(1/2 pi) Im int f(z) g(z)^2 dz

along any path from b through the upper half plane to the real axis right of the support, H being
the Hilbert transform of mu. In the subordination variable, z = w + t G(w) and g = G(w) are explicit,
the path starts at w(b), and the only singularities are the atoms s_i. Half-circles that end beyond
the last atom, with nodes crowding towards w(b), converge geometrically.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scaling_spectra.free_probability.subordination import blocks, resolve
from scaling_spectra.spectrum import Spectrum

# mass above b from which the integrals left of b lose no digits to 1 - (...)
LEFT_MASS = 0.02


@dataclass(frozen=True)
class HalfLine:
    """Integrals of mu over (b, infinity), and their derivatives in b and in t = delta^2.

    Attributes
    ----------
    point : complex
        Subordination point of b.
    mass : float
        F = int_b dmu;  dF/db = -rho(b).
    first : float
        M1 = int_b (x - b) dmu;  dM1/db = -F, dM1/dt = N.
    second : float
        J = int_b (x - b)^2 dmu;  dJ/db = -2 M1, dJ/dt = 2 D.
    divergence : float
        D = int_b (x - b) H dmu;  dD/db = -N, dD/dt = E.
    hilbert : float
        N = int_b H dmu.
    cubic : float
        E = -(1/3 pi) Im int g^3 dz.
    distance : float
        M = mean(s^2) - J - 2 b M1 + 4 t D, the mean squared distance between (S + delta G - b)_+ and S,
        computed without the cancellation;  dM/db = 2 b F - 4 t N, dM/dt = 2 D - 2 b N + 4 t E.
    """

    point: complex
    mass: float
    first: float
    second: float
    divergence: float
    hilbert: float
    cubic: float
    distance: float


def half_line(
    spectrum: Spectrum, variance: float, threshold: float, *, guess: complex | None = None, tol: float = 1e-13
) -> HalfLine:
    """Half-line integrals of the free convolution above `threshold`.

    Parameters
    ----------
    spectrum : Spectrum
    variance : float
        t = delta^2 > 0.
    threshold : float
        b, any real number.
    guess : complex, optional
        Subordination point nearby.
    tol : float
        Relative error of the quadrature.
    """
    spectrum, point = resolve(spectrum, variance, threshold, guess)
    mass = _mass_above(spectrum, point)
    if mass > LEFT_MASS:
        return _from_left(spectrum, variance, threshold, point, mass, tol)
    return _from_right(spectrum, variance, threshold, point, mass, tol)


def _mass_above(spectrum: Spectrum, point: complex) -> float:
    """Mass above b: int G dz = mean log(w - s) + t G^2 / 2, a sum of non-negative terms at w(b)."""
    if point.imag == 0:
        return float(spectrum.fractions[spectrum.values > point.real].sum())
    offset = point.real - spectrum.values
    angle = np.arctan2(point.imag, offset)
    return float(spectrum.fractions @ (angle - np.sin(angle) * np.cos(angle))) / np.pi


def _from_left(
    spectrum: Spectrum, variance: float, threshold: float, point: complex, mass: float, tol: float
) -> HalfLine:
    t, b = variance, threshold
    first = spectrum.mean(spectrum.values) - b
    second = spectrum.mean((spectrum.values - b) ** 2) + t
    if point.imag == 0 and point.real < spectrum.values[-1]:
        return HalfLine(point, 1.0, float(first), float(second), 0.5, 0.0, 0.0, b**2 + t)
    nodes, steps = _arc(point, spectrum.values[-1], spectrum.values, np.pi, tol)
    g, slope = _transforms(spectrum.values, spectrum.fractions[:, None], nodes)
    z, g = nodes + t * g[:, 0], g[:, 0]
    dz = steps * (1 + t * slope[:, 0])
    first_below = (((z - b) * g) @ dz).imag / np.pi
    second_below = (((z - b) ** 2 * g) @ dz).imag / np.pi
    divergence_below = (((z - b) * g**2) @ dz).imag / (2 * np.pi)
    return HalfLine(
        point,
        mass,
        float(first - first_below),
        float(second - second_below),
        float(0.5 - divergence_below),
        float(-(g**2 @ dz).imag / (2 * np.pi)),
        float(-(g**3 @ dz).imag / (3 * np.pi)),
        float(b**2 + t * (1 - 4 * divergence_below) + second_below + 2 * b * first_below),
    )


def _from_right(
    spectrum: Spectrum, variance: float, threshold: float, point: complex, mass: float, tol: float
) -> HalfLine:
    """Integrals right of b, as the part of the atoms below Re w(b) plus what the atoms above add.

    The former needs a short arc only; in the latter every term carries the small weight of the
    upper atoms. Neither loses digits, however small the mass above b or the noise of the bulk.
    """
    t, b = variance, threshold
    upper = int(np.searchsorted(-spectrum.values, -point.real))
    values, fractions = spectrum.values, spectrum.fractions
    total = np.zeros(6)
    distance = fractions[upper:] @ values[upper:] ** 2
    if upper < values.size and point.imag > 0:
        w, dw = _arc(point, values[upper], values[upper:], 0.0, tol)
        g, slope = _transforms(values[upper:], fractions[upper:, None], w)
        g, z = g[:, 0], w + t * g[:, 0]
        c = 1 + t * slope[:, 0]
        a = z - b
        total += _imaginary([g**2 * c, g**3 * c, a * g**2 * c, a * g * c, a**2 * g * c, (z**2 - b**2) * g * c], dw)
    if upper:
        split = np.zeros((values.size, 2))
        split[:upper, 0], split[upper:, 1] = fractions[:upper], fractions[upper:]
        w, dw = _arc(point, values[0], values, 0.0, tol)
        transforms, slopes = _transforms(values, split, w)
        h, low = transforms.T
        # subscript-free names: all atoms; low_*: without the upper ones; the differences are explicit
        g, z_low = low + h, w + t * low
        z, c_low, e = z_low + t * h, 1 + t * slopes[:, 1], t * slopes[:, 0]
        c = c_low + e
        a, a_low = z - b, z_low - b
        d1 = h * c + low * e
        d2 = h * (g + low) * c + low**2 * e
        d3 = h * (g**2 + g * low + low**2) * c + low**3 * e
        # (z^2 - b^2) g z' minus the same without the upper atoms, minus w^2 h ...
        remainder = (
            t * h * (z + z_low) * g * c
            + h * (t * low * (z_low + w) * c + w**2 * (c - 1) - b**2 * c)
            + (z_low**2 - b**2) * low * e
        )
        total += _imaginary(
            [
                d2,
                d3,
                t * h * g**2 * c + a_low * d2,
                t * h * g * c + a_low * d1,
                t * h * (a + a_low) * g * c + a_low**2 * d1,
                remainder,
            ],
            dw,
        )
        # ... whose integral is the upper atoms' share of mean(s^2), but for the height of w(b)
        ratio = point.imag / (values[:upper] - point.real)
        share = point.real**2 * ratio - values[:upper] ** 2 * (ratio - np.arctan(ratio))
        distance += fractions[:upper] @ share / np.pi
    hilbert, cubic, divergence = -total[:3] / (np.array([2, 3, 2]) * np.pi)
    first, second, shift = -total[3:] / np.pi
    distance += 4 * t * divergence - shift
    return HalfLine(
        point, mass, float(first), float(second), float(divergence), float(hilbert), float(cubic), float(distance)
    )


def _imaginary(integrands: list[np.ndarray], steps: np.ndarray) -> np.ndarray:
    return (np.array(integrands) @ steps).imag


def _arc(
    start: complex, centre: float, values: np.ndarray, end_angle: float, tol: float
) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights along the circle about `centre` from `start` to the real axis at `end_angle` (0 or pi).

    The angle is sigma sinh(tau) from the start, sigma the distance of the nearest atom: all atoms
    then lie at distance pi/2 or more from the segment [0, T] in tau, whatever their spacing.
    """
    offset = start - centre
    radius, angle = abs(offset), np.angle(offset)
    span = end_angle - angle
    if span == 0:
        return np.empty(0, complex), np.empty(0, complex)
    sigma = np.min(np.abs(start - values)) / radius
    length = np.arcsinh(abs(span) / sigma)
    ellipse = np.pi / length + np.hypot(1, np.pi / length)
    count = int(np.ceil(-np.log(tol) / (2 * np.log(ellipse)))) + 4
    tau, weight = _gauss_legendre(count)
    tau = length * (tau + 1) / 2
    turn = np.exp(1j * (angle + np.sign(span) * sigma * np.sinh(tau)))
    speed = np.sign(span) * sigma * np.cosh(tau) * length / 2
    return centre + radius * turn, 1j * radius * turn * speed * weight


@lru_cache(maxsize=512)
def _gauss_legendre(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(count)


def _transforms(values: np.ndarray, fractions: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """sum_i f_i/(w - s_i) and its derivative, shapes (points, columns of `fractions`)."""
    transform = np.empty((points.size, fractions.shape[1]), complex)
    slope = np.empty_like(transform)
    for block in blocks(points.size, values.size):
        x, y = points.real[block, None] - values, points.imag[block, None]
        # real arithmetic: 1/(x + iy) = (x - iy) q,  its square = (x^2 - y^2 - 2ixy) q^2,  x^2 q = 1 - y^2 q
        q = 1 / (x**2 + y**2)
        q_squared = q**2
        transform[block] = (x * q) @ fractions - 1j * y * (q @ fractions)
        slope[block] = 2j * y * ((x * q_squared) @ fractions) - q @ fractions + 2 * y**2 * (q_squared @ fractions)
    return transform, slope
