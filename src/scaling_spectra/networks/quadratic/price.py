"""The price of a feature: what it adds to the risk, to first order in 1/d.

While features are few, each moves the eigenvalues of the noise alone, and M is a sum over features,

    M = delta^2 int_beta^2 (x - beta)^2 mu_sc(dx) + (1/d) sum_i m(s_i),        beta = b/delta,

the noise bulk and a price m(s) each. With r = s/delta, f(x) = (x - beta)_+, k(x) = int (f(x) - f(y))/(x - y) mu_sc(dy),

    m(s)/delta^2 = r^2 - int [(x^2 - beta^2)_+ - 4 k(x)] nu_r(dx).

nu_r is what the feature does to the semicircle, a law of mass zero with the Cauchy transform d/dz log(1 - r g(z)):
at x = 2 cos t the density Re[r e^{it}/(1 - r e^{it})]/pi in t, and an atom at r + 1/r if r > 1. Since g times this
transform is d/dz [g + log(1 - r g)/r], int k dnu_r = -int_beta^oo psi(x) dx with pi psi = -Im[g + log(1 - r g)/r] just
above the real line. All of it is elementary; derived here.
"""

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array

# the closed form cancels for small and for large r; series in r and 1/r take over, to 2^-60
SERIES_FROM = 2.0
TERMS = np.arange(1.0, 61.0)
# of the integrals over the semicircle
NODES = 4000


def price(scale: ArrayLike, threshold: float) -> Array:
    """m(s)/delta^2 at r = s/delta and beta = b/delta.

    r^2 for a feature that is lost; from detection at r = 1 on it tends to beta^2 + 2 if no bulk survives, and to less
    if one does, since the feature takes its place.

    Parameters
    ----------
    scale : array_like
        r >= 0.
    threshold : float
        beta > 0.
    """
    r = np.atleast_1d(np.asarray(scale, dtype=float))
    found = np.zeros(r.shape, bool)
    found[r > 1] = r[r > 1] + 1 / r[r > 1] > threshold
    result: Array = r**2
    # r^2 - (r + 1/r)^2 + beta^2, and 4 k at the atom
    result[found] = threshold**2 - 2 - r[found] ** -2
    if threshold >= 2:
        result[found] += 4 * (1 + (1 / r[found] - threshold) / r[found])
    else:
        end = np.arccos(threshold / 2)
        faint, strong = r < 1 / SERIES_FROM, r > SERIES_FROM
        middle = ~(faint | strong)
        result[faint] += _faint(r[faint], end)
        result[strong] += _strong(1 / r[strong], end)
        result[middle] += _closed(r[middle], end)
    return result.reshape(np.shape(scale))


def own_entries(scale: ArrayLike, threshold: float) -> Array:
    """What the row and the column of a feature hold of d |S - S*|^2/delta^2; of a direction without one at r = 0.

    With mu_r the law of the eigenvalues as the feature's direction sees them, of Cauchy transform g/(1 - r g), and
    q_k = int (x - beta)_+^k dmu_r: 2 (q_2 - 2 r q_1 + r^2) - (q_1 - r)^2. The price is what this has beyond r = 0,
    and what the feature takes out of all other entries.

    Parameters
    ----------
    scale, threshold : array_like, float
        r and beta, as of `price`.
    """
    r = np.atleast_1d(np.asarray(scale, dtype=float))
    angles = (np.arange(NODES) + 0.5) * np.pi / NODES
    excess = np.maximum(2 * np.cos(angles) - threshold, 0.0)
    density = 2 / NODES * np.sin(angles) ** 2 / (1 - 2 * r[:, None] * np.cos(angles) + r[:, None] ** 2)
    first, second = density @ excess, density @ excess**2
    above = r > 1
    weight, place = 1 - r[above] ** -2, np.maximum(r[above] + 1 / r[above] - threshold, 0.0)
    first[above] += weight * place
    second[above] += weight * place**2
    held: Array = 2 * (second - 2 * r * first + r**2) - (first - r) ** 2
    return held.reshape(np.shape(scale))


def _cosines(n: Array, end: float) -> Array:
    """int_0^end cos(n t) dt."""
    return end * np.sinc(n * end / np.pi)


def _energies(n: Array, end: float) -> Array:
    """int_0^end (4 cos^2 t - beta^2) cos(n t) dt, beta = 2 cos(end)."""
    beyond = _cosines(n + 2, end) + _cosines(np.abs(n - 2), end)
    found: Array = (2 - 4 * np.cos(end) ** 2) * _cosines(n, end) + beyond
    return found


def _faint(r: Array, end: float) -> Array:
    """Sums of r^n, n >= 2: that of r vanishes."""
    n = TERMS[1:]
    pull = 4 / (n + 1) * (_cosines(n, end) - _cosines(n + 2, end))
    found: Array = r[:, None] ** n @ (pull - _energies(n, end)) / np.pi
    return found


def _strong(inverse: Array, end: float) -> Array:
    """Sums of r^-n, with the step of psi between the edge and the atom."""
    cos, sin = np.cos(end), np.sin(end)
    powers = inverse[:, None] ** TERMS
    bulk = _energies(np.zeros(1), end)[0] + powers @ _energies(TERMS, end)
    ripples = powers @ ((_cosines(TERMS - 1, end) - _cosines(TERMS + 1, end)) / TERMS)
    turn = 2 * np.pi - 2 * cos * (np.pi - end) - 2 * sin
    psi = end - sin * cos - inverse * (turn - ripples)
    # r + 1/r - 2 = (1 - 1/r)^2 r
    found: Array = 4 * (1 - inverse) ** 2 + (bulk - 4 * psi) / np.pi
    return found


def _closed(r: Array, end: float) -> Array:
    """Closed form, with P = (1 - r^2) int_0^end dt/(1 - 2 r cos t + r^2)."""
    cos, sin = np.cos(end), np.sin(end)
    above = r > 1
    one, square = 1 - r**2, 1 + r**2
    poisson = 2 * np.arctan2((1 + r) * np.sin(end / 2), (1 - r) * np.cos(end / 2)) - 2 * np.pi * above
    fourfold = (square**2 * poisson - one * (square * end + 2 * r * sin)) / r**2
    bulk = (fourfold - 4 * cos**2 * (poisson - end) - 2 * (end + sin * cos)) / 2
    angle = np.arctan2(r * sin, 1 - r * cos)
    swept = 2 * np.pi * above - 2 * cos * angle + (square * poisson - one * end) / (2 * r) - sin
    pull = np.where(above, (1 - 1 / r) ** 2, 0.0) + (swept / r - (end - sin * cos)) / np.pi
    found: Array = 4 * pull - bulk / np.pi
    return found
