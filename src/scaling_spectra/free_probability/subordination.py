"""Subordination point w(x) of a real x: x = w + t G(w), Im w >= 0 (Biane 1997)."""

from typing import cast

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import Spectrum

NEWTON_STEPS = 12
BISECTIONS = 200
HEIGHT_STEPS = 100
RESOLUTIONS = 20
# point x atom products evaluated at once
BLOCK = 1 << 15
# Im w, in units of an isolated atom's, below which it may be rounding of a real w
FLAT = 1e-7
# rounding of x = w + t G(w), relative to |x| + |w|
PRECISION = 4e-16


def blocks(points: int, atoms: int) -> list[slice]:
    """Slices of `points` rows that keep a matrix of rows x atoms in the cache."""
    rows = max(1, BLOCK // atoms)
    return [slice(first, first + rows) for first in range(0, points, rows)]


def cauchy(spectrum: Spectrum, point: complex) -> tuple[complex, complex]:
    """Transform G(w) = mean 1/(w - s_i) at one point, and its derivative -mean 1/(w - s_i)^2."""
    # infinite, and refused by the callers, at an atom
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1.0 / (point - spectrum.values)
        # numpy types a scalar product as an array
        transform, slope = spectrum.fractions @ inverse, -(spectrum.fractions @ inverse**2)
        return cast(complex, transform), cast(complex, slope)


def real_moments(spectrum: Spectrum, points: Array, power: int) -> Array:
    """mean (u - s_i)^-power for real u, shape (k,)."""
    moments = np.empty(points.size)
    for block in blocks(points.size, spectrum.values.size):
        inverse = 1.0 / (points[block, None] - spectrum.values)
        # products: numpy's power above two is twenty times slower
        powers = inverse if power == 1 else inverse * inverse
        for _ in range(power - 2):
            powers *= inverse
        moments[block] = powers @ spectrum.fractions
    return moments


def boundary_height(spectrum: Spectrum, variance: float, points: Array) -> Array:
    """Height v(u) >= 0 of Biane's boundary curve above real u, shape (k,).

    mean 1/((u - s_i)^2 + v^2) = 1/t, or v = 0 where the mean at v = 0 is smaller. The reciprocal of
    the mean is increasing and concave in v^2, so Newton from below climbs without overshooting.
    """
    height = np.empty(points.size)
    for block in blocks(points.size, spectrum.values.size):
        squares = (points[block, None] - spectrum.values) ** 2
        # an atom of fraction p alone asks for v^2 = t p - (u - s)^2, a lower bound of the solution
        y = np.maximum(np.max(variance * spectrum.fractions - squares, axis=1), 0.0)
        for _ in range(HEIGHT_STEPS):
            with np.errstate(divide="ignore"):
                inverse = 1.0 / (squares + y[:, None])
            mean = inverse @ spectrum.fractions
            short = variance - 1.0 / mean
            if np.all(short <= 1e-15 * variance):
                break
            y += np.maximum(short, 0.0) * mean**2 / (inverse**2 @ spectrum.fractions)
        height[block] = np.sqrt(y)
    return height


def subordinate(spectrum: Spectrum, variance: float, x: float, guess: complex | None = None) -> complex:
    """Subordination point of a real x.

    Parameters
    ----------
    spectrum : Spectrum
    variance : float
        t = delta^2 > 0.
    x : float
        Any real number.
    guess : complex, optional
        A point nearby, for instance the solution at a close x; only the time depends on it.

    Returns
    -------
    complex
        w with w + t G(w) = x. Im w > 0 inside the support of mu, where the density is Im w / (pi t);
        Im w = 0 outside.
    """
    if guess is not None:
        found = _newton(spectrum, variance, x, guess)
        if found is not None:
            return found
    # |g| <= 1/sqrt(t) brackets Re w; Re w -> x is increasing along the boundary curve
    low, high = x - np.sqrt(variance), x + np.sqrt(variance)
    u = x if guess is None else min(max(guess.real, low), high)
    for _ in range(BISECTIONS):
        point = complex(u, boundary_height(spectrum, variance, np.array([u]))[0])
        transform, slope = cauchy(spectrum, point)
        excess = x - (point + variance * transform).real
        if not excess:
            break
        low, high = (u, high) if excess > 0 else (low, u)
        found = _newton(spectrum, variance, x, point)
        if found is not None:
            return found
        # the slope vanishes at an edge of the support
        with np.errstate(divide="ignore", invalid="ignore"):
            step = excess / (1 + variance * slope)
        u += step.real
        if not low < u < high:
            u = (low + high) / 2
        if high - low <= PRECISION * (abs(low) + abs(high)):
            break
    return point


def resolve(spectrum: Spectrum, variance: float, x: float, guess: complex | None = None) -> tuple[Spectrum, complex]:
    """Subordination point of x, and the spectrum with the merged bins around it opened.

    Raises
    ------
    ArithmeticError
        If the point keeps moving as bins open.
    """
    point = subordinate(spectrum, variance, x, guess)
    for _ in range(RESOLUTIONS):
        sharper = spectrum.resolved(point)
        if sharper is spectrum:
            return spectrum, point
        spectrum, point = sharper, subordinate(sharper, variance, x, point)
    raise ArithmeticError(f"subordination: merged bins are not resolved at x = {x:g}, variance = {variance:g}")


def _newton(spectrum: Spectrum, variance: float, x: float, guess: complex) -> complex | None:
    """Newton from `guess`; None unless it ends on the boundary curve."""
    point = complex(guess.real, max(guess.imag, 0.0))
    for _ in range(NEWTON_STEPS):
        transform, slope = cauchy(spectrum, point)
        if not (np.isfinite(slope) and slope != -1 / variance):
            return None
        residual, derivative = point + variance * transform - x, 1 + variance * slope
        step = residual / derivative
        rounding = PRECISION * (abs(x) + abs(point))
        # next to an atom steps are small without being near a solution
        if abs(residual) <= rounding or (abs(step) <= rounding and abs(residual) <= 1e3 * rounding):
            break
        point -= step
    else:
        return None
    if point.imag < 0:
        return None
    # a height this small is rounding, unless w(x) is at an edge, where the derivative vanishes
    flat = point.imag < FLAT * np.sqrt(variance * spectrum.fractions[0])
    if flat and abs(derivative) > FLAT:
        # of the real solutions, w(x) is the one where x increases
        return complex(point.real, 0.0) if derivative.real > 0 else None
    return point
