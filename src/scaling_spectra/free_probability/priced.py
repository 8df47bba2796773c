"""Moments above zero of law(a_i - b r_i) boxplus semicircle(variance t), where every feature has a price r_i.

A is the whitened teacher, R the matrix of prices and X = A + delta G - b R; training leaves the positive part X_+. With
q = int_0 x^2 dmu, D = int_0 x H dmu and c = tr[X_+ R] = int_0 x dmu_R, mu_R the law weighted by r_i,

    M = tr (X_+ - A)^2 = tr A^2 - q - 2 b c + 4 t D.

As in `half_line` the contour splits off what the values below zero do alone, so that nothing cancels: values above zero
enter through what noise and neighbours change of b_i and b_i^2.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.half_line import LEFT_MASS, HalfLine, arc, mass_above, transforms
from scaling_spectra.free_probability.subordination import RESOLUTIONS, subordinate
from scaling_spectra.spectrum import SignedSpectrum


class Features(Protocol):
    """A and R at any threshold, merged or not."""

    @property
    def dim(self) -> float:
        """d."""

    @property
    def energy(self) -> float:
        """tr A^2."""

    @property
    def highest(self) -> float:
        """At larger thresholds b the matrix A - b R has no positive eigenvalue."""

    @property
    def least_price(self) -> float:
        """Smallest eigenvalue of R."""

    def along(self, threshold: float) -> tuple[Array, Array, Array, Array, Array]:
        """Eigenvalues of A - b R, non-increasing, their multiplicities, and the diagonals of R, R^2 and A^2 there."""

    def resolved(self, threshold: float, point: complex) -> Self:
        """Features whose merged bins are sharp at a subordination point."""


@dataclass(frozen=True, eq=False)
class _Priced:
    """Eigenvalues of A - b R with the diagonals of R, R^2 and A^2 in their eigenbasis, shape (m,) each."""

    law: SignedSpectrum
    prices: Array
    prices_squared: Array
    squares: Array


def priced_line(
    features: Features, variance: float, threshold: float, *, guess: complex | None = None, tol: float = 1e-13
) -> HalfLine:
    """M (`distance`), D and the mass above zero, at variance t = delta^2 > 0 and threshold b >= 0; others are NaN.

    Parameters
    ----------
    guess : complex, optional
        Subordination point nearby.
    tol : float
        Relative error of the quadrature.

    Raises
    ------
    ArithmeticError
        If the subordination point keeps moving as merged bins open.
    """
    for _ in range(RESOLUTIONS):
        values, weights, *diagonals = features.along(threshold)
        found = _Priced(SignedSpectrum(values, weights), *diagonals)
        guess = point = subordinate(found.law, variance, 0.0, guess)
        sharper = features.resolved(threshold, point)
        if sharper is features:
            break
        features = sharper
    else:
        raise ArithmeticError(f"subordination: merged features are not resolved at variance = {variance:g}")
    mass = mass_above(found.law, point)
    if mass > LEFT_MASS:
        return _from_left(found, variance, threshold, point, mass, tol)
    return _from_right(found, variance, threshold, point, mass, tol)


def _line(point: complex, mass: float, distance: float, divergence: float) -> HalfLine:
    nothing = float("nan")
    return HalfLine(point, mass, nothing, nothing, divergence, nothing, nothing, distance)


def _from_left(found: _Priced, t: float, b: float, point: complex, mass: float, tol: float) -> HalfLine:
    """From what is cut: M = b^2 tr R^2 + t + q' + 2 b c' - 4 t D', primes for the integrals below zero."""
    values, fractions = found.law.values, found.law.fractions
    bias = b**2 * float(fractions @ found.prices_squared)
    if point.imag == 0 and point.real < values[-1]:
        return _line(point, 1.0, bias + t, 0.5)
    weights = np.stack([fractions, fractions * found.prices], axis=1)
    nodes, steps = arc(point, values[-1], values, np.pi, tol)
    transform, slope = transforms(values, weights, nodes)
    g, priced = transform.T
    z, dz = nodes + t * g, steps * (1 + t * slope[:, 0])
    second, first, divergence = ((part @ dz).imag / np.pi for part in (z**2 * g, z * priced, z * g**2 / 2))
    distance = bias + t + second + 2 * b * first - 4 * t * divergence
    return _line(point, mass, float(distance), float(0.5 - divergence))


def _from_right(found: _Priced, t: float, b: float, point: complex, mass: float, tol: float) -> HalfLine:
    """From what is kept: M = tr A^2 over what is cut + b^2 tr R^2 over what is kept - excess - 2 b priced + 4 t D."""
    values, fractions = found.law.values, found.law.fractions
    upper = int(np.searchsorted(-values, -point.real))
    # D, q less b_i^2 above zero, c less r_i b_i above zero
    parts = np.zeros(3)
    if upper < values.size and point.imag > 0:
        parts += _lower_part(found, t, point, upper, tol)
    if upper:
        parts += _upper_part(found, t, point, upper, tol)
    divergence, excess, priced = parts
    known = fractions[upper:] @ found.squares[upper:] + b**2 * (fractions[:upper] @ found.prices_squared[:upper])
    return _line(point, mass, float(known - excess - 2 * b * priced + 4 * t * divergence), float(divergence))


# prefactors of Im int z g^2, z^2 g and z g_R dz
PREFACTORS = -1 / (np.pi * np.array([2, 1, 1]))


def _lower_part(found: _Priced, t: float, point: complex, upper: int, tol: float) -> Array:
    """The integrals as if the upper values did not exist, from the same w."""
    values, fractions = found.law.values[upper:], found.law.fractions[upper:]
    w, dw = arc(point, values[0], values, 0.0, tol)
    weights = np.stack([fractions, fractions * found.prices[upper:]], axis=1)
    (g, priced), slope = (column.T for column in transforms(values, weights, w))
    z, dz = w + t * g, dw * (1 + t * slope[0])
    moments: Array = PREFACTORS * (np.array([z * g**2, z**2 * g, z * priced]) @ dz).imag
    return moments


def _upper_part(found: _Priced, t: float, point: complex, upper: int, tol: float) -> Array:
    """What the upper values add: differences of products, each factor's difference being explicit."""
    values, fractions = found.law.values, found.law.fractions
    split = np.zeros((values.size, 4))
    split[:upper, 0], split[upper:, 1] = fractions[:upper], fractions[upper:]
    split[:, 2:] = split[:, :2] * found.prices[:, None]
    w, dw = arc(point, values[0], values, 0.0, tol)
    transform, slopes = transforms(values, split, w)
    # h and e: what the upper values add to g and to z' = c; g0, z0: g and z without them
    (h, g0, upper_priced, lower_priced), e, turn = transform.T, t * slopes[:, 0], t * slopes[:, :2].sum(1)
    g, z0, c = g0 + h, w + t * g0, 1 + turn
    z = z0 + t * h
    # z z' and z^2 z' less w and w^2
    first, second = t * g * c + w * turn, t * g * (z + w) * c + w**2 * turn
    integrands = np.array(
        [
            t * h * g**2 * c + z0 * (h * (g + g0) * c + g0**2 * e),
            # z^2 g z' less what the lower values alone have, less w^2 h
            h * second + g0 * (t * h * (z + z0) * c + z0**2 * e),
            upper_priced * first + lower_priced * (t * h * c + z0 * e),
        ]
    )
    divergence, excess, priced = PREFACTORS * (integrands @ dw).imag
    # integrals of w h and w^2 h, less b_i and b_i^2: the height of w
    b, f, u = values[:upper], fractions[:upper], point.real
    ratio = point.imag / (b - u)
    bend = ratio - np.arctan(ratio)
    priced -= (f * found.prices[:upper]) @ (u * ratio - b * bend) / np.pi
    excess -= f @ (u**2 * ratio - b**2 * bend) / np.pi
    return np.array([divergence, excess, priced])
