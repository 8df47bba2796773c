"""Integrals of the soft threshold over the largest eigenvalues alone, a fraction p/d of them.

Let t_p cut the mass p/d off mu = law(s) boxplus semicircle(t), and tau = max(b, t_p). Of

    J = int_tau (x - b)^2 dmu,   M1 = int_tau (x - b) dmu,   D = int_tau (x - b) H dmu

only the lower limit differs from the half line above b. The eigenvalues move with the velocity H as t grows, and
mu H with the current mu H^2 - (pi^2/3) mu^3, so that at a fixed fraction

    dM1/dt = N,   dJ/dt = 2 D,   dD/dt = E - (pi^2/3)(tau - b) mu(tau)^3,

N = int_tau H dmu and E = int_tau (H^2 - (pi^2/3) mu^2) dmu.
"""

from dataclasses import replace

import numpy as np

from scaling_spectra.free_probability.half_line import HalfLine, integrate, mass_above
from scaling_spectra.free_probability.subordination import RESOLUTIONS, boundary_height, cauchy, real_moments, resolve
from scaling_spectra.free_probability.support import edge_between, widest
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import TIE

# steps of the search for the quantile, each of which at least halves its bracket from time to time
STEPS = 200
NEWTON_STEPS = 8
# error of the mass, relative, that is its rounding
PRECISION = 1e-14
# a gap's point stays this far from the value below, relative to the gap
NARROW = 1e-3


def top_part(
    spectrum: Spectrum,
    variance: float,
    threshold: float,
    fraction: float,
    *,
    guess: complex | None = None,
    tol: float = 1e-13,
) -> HalfLine:
    """Integrals over the part of mu above `threshold`, but over its largest eigenvalues only.

    Parameters
    ----------
    spectrum : Spectrum
    variance : float
        t = delta^2 > 0.
    threshold : float
        b, any real number.
    fraction : float
        p/d > 0: at most so much mass counts.
    guess : complex, optional
        Subordination point of max(b, t_p) at parameters nearby; only the time depends on it.
    tol : float
        Relative error of the quadrature.

    Returns
    -------
    HalfLine
        `point` belongs to max(b, t_p), `mass` is at most `fraction`, and `cubic` is dD/dt at a fixed fraction.
        The derivatives in b and t stated there hold.
    """
    t, b = variance, threshold
    sharp, point = resolve(spectrum, t, b, guess)
    if mass_above(sharp, point) <= fraction * (1 + PRECISION):
        return integrate(sharp, t, b, point, tol)
    sharp, point = quantile(spectrum, t, fraction, guess=guess)
    cut = place(sharp, t, point)
    return above_cut(sharp, t, b, fraction, cut, point, tol)


def above_cut(
    spectrum: Spectrum, variance: float, threshold: float, fraction: float, cut: float, point: complex, tol: float
) -> HalfLine:
    """`top_part` where t_p = `cut` with the subordination point `point`, of a spectrum with bins opened around it."""
    t = variance
    half = integrate(spectrum, t, cut, point, tol)
    rest, density = cut - threshold, point.imag / (np.pi * t)
    return replace(
        half,
        mass=fraction,
        first=half.first + rest * fraction,
        second=half.second + 2 * rest * half.first + rest**2 * fraction,
        divergence=half.divergence + rest * half.hilbert,
        cubic=half.cubic - np.pi**2 / 3 * rest * density**3,
        distance=half.distance - rest * ((cut + threshold) * fraction - 4 * t * half.hilbert),
    )


def quantile(
    spectrum: Spectrum, variance: float, fraction: float, *, guess: complex | None = None
) -> tuple[Spectrum, complex]:
    """Subordination point of a t_p that cuts off the mass `fraction` < 1, and the spectrum with bins opened around it.

    In a gap of the support every point cuts off the same: one near its lower edge is taken.
    """
    for _ in range(RESOLUTIONS):
        point = _quantile(spectrum, variance, fraction, guess)
        sharper = spectrum.resolved(point)
        if sharper is spectrum:
            return spectrum, point
        spectrum, guess = sharper, point
    raise ArithmeticError(f"quantile: merged bins are not resolved at fraction = {fraction:g}, variance = {variance:g}")


def place(spectrum: Spectrum, variance: float, point: complex) -> float:
    """The real number x = w + t G(w) of a subordination point w."""
    return float(point.real + variance * cauchy(spectrum.resolved(point), point)[0].real)


def _quantile(spectrum: Spectrum, variance: float, fraction: float, guess: complex | None) -> complex:
    above = np.cumsum(spectrum.fractions)
    last = int(np.searchsorted(above, fraction * (1 - TIE)))
    if last + 1 < above.size and abs(above[last] - fraction) <= TIE * fraction:
        gap = _gap(spectrum, variance, last)
        if gap is not None:
            return gap
    # the mass falls with u
    reach = np.sqrt(variance)
    low, high = spectrum.values[-1] - reach, spectrum.values[0] + reach
    u = float(spectrum.values[min(last, above.size - 1)] if guess is None else np.clip(guess.real, low, high))
    found = None if guess is None else _newton(spectrum, variance, fraction, guess)
    for _ in range(STEPS):
        if found is not None:
            return found
        point = complex(u, boundary_height(spectrum, variance, np.array([u]))[0])
        excess = mass_above(spectrum, point) - fraction
        low, high = (u, high) if excess > 0 else (low, u)
        if abs(excess) <= PRECISION * fraction or high - low <= PRECISION * (abs(low) + abs(high)):
            break
        found = _newton(spectrum, variance, fraction, point)
        u = (low + high) / 2
    return point


def _newton(spectrum: Spectrum, variance: float, fraction: float, guess: complex) -> complex | None:
    """Newton's method for Im z = 0 and the mass (1/pi) Im Phi, dPhi = G dz; None unless it ends inside the support.

    Phi = mean log(w - s) + t G^2/2. There is one such point: Im z = 0 off the real axis is the boundary curve, along
    which the mass falls.
    """
    t, w = variance, guess
    for _ in range(NEWTON_STEPS):
        if not (w.imag > 0 and np.isfinite(w)):
            return None
        difference = w - spectrum.values
        g, slope = cauchy(spectrum, w)
        short = np.pi * fraction - (spectrum.fractions @ np.angle(difference) + t * g.real * g.imag)
        off = -(w + t * g).imag
        # dz has the imaginary part `off`, and the imaginary part of G dz is what is short
        dz = complex((short - off * g.real) / g.imag, off)
        derivative = 1 + t * slope
        if derivative == 0:
            return None
        step = dz / derivative
        if abs(short) <= 10 * PRECISION * fraction and abs(step) <= TIE * abs(w.imag):
            return w
        w += step
    return None


def _gap(spectrum: Spectrum, variance: float, last: int) -> complex | None:
    """A point of the gap below the value of index `last`, unless noise fills it."""
    below, above = spectrum.values[last + 1], spectrum.values[last]
    reach = np.sqrt(variance * spectrum.fractions[[last + 1, last]])
    low, high = below + reach[:1], above - reach[1:]
    if not low < high:
        return None
    third = real_moments(spectrum, np.concatenate([low, high]), 3)
    if not third[0] > 0 > third[1]:
        return None
    inside = widest(spectrum, low, high)
    if not variance * real_moments(spectrum, inside, 2)[0] < 1:
        return None
    edge = float(edge_between(spectrum, variance, low, inside)[0])
    # near the lower edge, where little of t_p cancels
    return complex(min(inside[0], below + max(2 * (edge - below), NARROW * (above - below))), 0.0)
