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

from scaling_spectra.arrays import Array
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
        M = mean(s_+^2) - J - 2 b M1 + 4 t D, computed without the cancellation: of scales s >= 0 the mean squared
        distance between (S + delta G - b)_+ and S;  dM/db = 2 b F - 4 t N, dM/dt = 2 D - 2 b N + 4 t E.
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
    return integrate(spectrum, variance, threshold, point, tol)


def integrate(spectrum: Spectrum, variance: float, threshold: float, point: complex, tol: float) -> HalfLine:
    """`half_line`, for the subordination point of the threshold and a spectrum whose bins around it are opened."""
    mass = mass_above(spectrum, point)
    # on the left there must be nothing large
    if mass > LEFT_MASS and spectrum.values[-1] >= 0:
        return _from_left(spectrum, variance, threshold, point, mass, tol)
    return _from_right(spectrum, variance, threshold, point, mass, tol)


def mass_above(spectrum: Spectrum, point: complex) -> float:
    """Mass above the real number of subordination point w.

    int G dz = mean log(w - s) + t G^2 / 2, a sum of non-negative terms there.
    """
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
    nodes, steps = arc(point, spectrum.values[-1], spectrum.values, np.pi, tol)
    g, slope = transforms(spectrum.values, spectrum.fractions[:, None], nodes)
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
    """Integrals right of b, as those of the atoms below Re w(b) plus what the atoms above add.

    The former need a short arc only; in the latter every term carries the small weight of the
    upper atoms. Neither loses digits, however small the mass above b or the noise of the bulk.
    """
    upper = int(np.searchsorted(-spectrum.values, -point.real))
    # int H, E, D, M1, J and int (x^2 - b^2) - mean of s^2 over the upper atoms
    parts = np.zeros(6)
    if upper < spectrum.values.size and point.imag > 0:
        parts += _lower_part(spectrum, variance, threshold, point, upper, tol)
    if upper:
        parts += _upper_part(spectrum, variance, threshold, point, upper, tol)
    hilbert, cubic, divergence, first, second, excess = (float(part) for part in parts)
    squares, negative = spectrum.values**2, spectrum.values < 0
    below = float(spectrum.fractions[upper:] @ np.where(negative, 0.0, squares)[upper:])
    below -= float(spectrum.fractions[:upper] @ np.where(negative, squares, 0.0)[:upper])
    return HalfLine(point, mass, first, second, divergence, hilbert, cubic, below - excess + 4 * variance * divergence)


# prefactors of Im int g^2, g^3, (z - b) g^2, (z - b) g, ... dz
PREFACTORS = -1 / (np.pi * np.array([2, 3, 2, 1, 1, 1]))


def _lower_part(spectrum: Spectrum, variance: float, threshold: float, point: complex, upper: int, tol: float) -> Array:
    """The integrals as if the upper atoms did not exist, from the same w(b)."""
    t, b = variance, threshold
    values, fractions = spectrum.values[upper:], spectrum.fractions[upper:]
    w, dw = arc(point, values[0], values, 0.0, tol)
    g, slope = (column[:, 0] for column in transforms(values, fractions[:, None], w))
    z, dz = w + t * g, dw * (1 + t * slope)
    a = z - b
    integrands = np.array([g**2, g**3, a * g**2, a * g, a**2 * g, (z**2 - b**2) * g])
    return PREFACTORS * (integrands @ dz).imag


def _upper_part(spectrum: Spectrum, variance: float, threshold: float, point: complex, upper: int, tol: float) -> Array:
    """What the upper atoms add: differences of products, each factor's difference being explicit."""
    t, b = variance, threshold
    values, fractions = spectrum.values, spectrum.fractions
    split = np.zeros((values.size, 2))
    split[:upper, 0], split[upper:, 1] = fractions[:upper], fractions[upper:]
    w, dw = arc(point, values[0], values, 0.0, tol)
    transform, slopes = transforms(values, split, w)
    # h and e: what the upper atoms add to g and to z' = c; g0, z0, a0: g, z and z - b without them
    (h, g0), e, turn = transform.T, t * slopes[:, 0], t * slopes.sum(1)
    g, z0, c = g0 + h, w + t * g0, 1 + turn
    z = z0 + t * h
    a0 = z0 - b
    dg2 = h * (g + g0) * c + g0**2 * e
    integrands = np.array(
        [
            dg2,
            h * (g**2 + g * g0 + g0**2) * c + g0**3 * e,
            t * h * g**2 * c + a0 * dg2,
            # (z - b) g z' and (z^2 - b^2) g z' minus w h and w^2 h ...
            t * h * g * c + h * (t * g0 * c + w * turn - b * c) + a0 * g0 * e,
            t * h * (z + z0) * g * c + h * (t * g0 * (z0 + w) * c + w**2 * turn - b**2 * c) + (z0**2 - b**2) * g0 * e,
        ]
    )
    hilbert, cubic, divergence, first, excess = PREFACTORS[:5] * (integrands @ dw).imag
    # ... whose integrals are the upper atoms' mean of s and s^2, but for the height of w(b)
    s, f, u = values[:upper], fractions[:upper], point.real
    ratio = point.imag / (s - u)
    bend = ratio - np.arctan(ratio)
    first += f @ s - f @ (u * ratio - s * bend) / np.pi
    excess -= f @ (u**2 * ratio - s**2 * bend) / np.pi
    return np.array([hilbert, cubic, divergence, first, f @ s**2 + excess - 2 * b * first, excess])


def arc(start: complex, centre: float, values: Array, end_angle: float, tol: float) -> tuple[Array, Array]:
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
    turned = np.sign(span) * sigma * np.sinh(tau)
    speed = np.sign(span) * sigma * np.cosh(tau) * length / 2
    # from the start, not from the centre: close to it only the difference is small
    nodes = start + offset * 2j * np.sin(turned / 2) * np.exp(0.5j * turned)
    return nodes, 1j * offset * np.exp(1j * turned) * speed * weight


@lru_cache(maxsize=512)
def _gauss_legendre(count: int) -> tuple[Array, Array]:
    return np.polynomial.legendre.leggauss(count)


def transforms(values: Array, fractions: Array, points: Array) -> tuple[Array, Array]:
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
