"""Subordination point w(x) of a real x: x = w + t G(w), Im w >= 0 (Biane 1997)."""

import numpy as np

from scaling_spectra.spectrum import Spectrum

NEWTON_STEPS = 12
BISECTIONS = 200
# rounding of x = w + t G(w), relative to |x| + |w|
PRECISION = 4e-16


def cauchy(spectrum: Spectrum, point: complex) -> tuple[complex, complex]:
    """Transform G(w) = mean 1/(w - s_i) at one point, and its derivative -mean 1/(w - s_i)^2."""
    inverse = 1.0 / (point - spectrum.values)
    return spectrum.fractions @ inverse, -(spectrum.fractions @ inverse**2)


def boundary_height(spectrum: Spectrum, variance: float, u: float) -> float:
    """Height v >= 0 of Biane's boundary curve: mean 1/((u - s_i)^2 + v^2) = 1/t, or 0 if the mean stays below.

    The reciprocal of the mean is increasing and concave in v^2, so Newton from v = 0 climbs to the
    solution without overshooting.
    """
    squares = (u - spectrum.values) ** 2
    # an atom of fraction p alone asks for v^2 = t p - (u - s)^2, a lower bound of the solution
    height = max(float(np.max(variance * spectrum.fractions - squares)), 0.0)
    for _ in range(100):
        with np.errstate(divide="ignore"):
            inverse = 1.0 / (squares + height)
        mean = spectrum.fractions @ inverse
        excess = 1.0 / mean - variance
        if excess >= -1e-15 * variance:
            break
        height -= excess * mean**2 / (spectrum.fractions @ inverse**2)
    return float(np.sqrt(height))


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
        point = complex(u, boundary_height(spectrum, variance, u))
        transform, slope = cauchy(spectrum, point)
        excess = x - (point + variance * transform).real
        if not excess:
            break
        low, high = (u, high) if excess > 0 else (low, u)
        found = _newton(spectrum, variance, x, point)
        if found is not None:
            return found
        step = excess / (1 + variance * slope)
        u += step.real
        if not low < u < high:
            u = (low + high) / 2
        if high - low <= PRECISION * (abs(low) + abs(high)):
            break
    return point


def _newton(spectrum: Spectrum, variance: float, x: float, guess: complex) -> complex | None:
    """Newton from `guess`; None unless it ends on the boundary curve."""
    point = guess if guess.imag > 0 else complex(guess.real, 0.0)
    rounding = PRECISION * (abs(x) + abs(point))
    for _ in range(NEWTON_STEPS):
        transform, slope = cauchy(spectrum, point)
        residual = point + variance * transform - x
        derivative = 1 + variance * slope
        if not (np.isfinite(residual) and derivative):
            return None
        step = residual / derivative
        if abs(step) <= 1e-14 * min(abs(point.imag) or np.inf, abs(x) + abs(point)) or abs(residual) <= rounding:
            break
        point -= step
    else:
        return None
    if point.imag > 0:
        return point
    # a real solution is the subordination point where x increases with w
    return point if point.imag == 0 and derivative.real >= 0 else None
