"""Support of mu = law(s) boxplus semicircle(variance t) and its outliers.

The support is the image under x = u + t G(u) of the real u with t mean 1/(u - s_i)^2 > 1; the mean is
convex between two neighbouring atoms, so a gap between them holds none or two edges (Biane 1997).
"""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array, Indices
from scaling_spectra.free_probability.subordination import blocks, real_moments
from scaling_spectra.spectrum import Spectrum, distinct

# Newton only halves the distance to an edge that is about to meet another
STEPS = 100
PRECISION = 4e-16
# relative step to the middle of a gap: what depends on the place is at its extremum there
SETTLED = 1e-8


@dataclass(frozen=True)
class Support:
    """Connected components of the support, in increasing order.

    Attributes
    ----------
    edges : ndarray, shape (k, 2)
        Lower and upper edge of each interval.
    points : ndarray, shape (k, 2)
        Their subordination points u (real): Re w runs over [u_low, u_high] in the interval.
    masses : ndarray, shape (k,)
        Mass of each interval: the total fraction of the atoms in [u_low, u_high].
    """

    edges: Array
    points: Array
    masses: Array


def support(spectrum: Spectrum, variance: float, *, least: float = 0.0) -> Support:
    """Intervals of the support of mass `least` or more; merged bins count as the values that stand for them."""
    spectrum = distinct(spectrum)
    values, fractions = spectrum.values[::-1], spectrum.fractions[::-1]
    reach = np.sqrt(variance * fractions)

    def excess(u: Array) -> Array:
        return np.log(variance * real_moments(spectrum, u, 2))

    # an atom alone keeps u within sqrt(t p) of it inside the support; two neighbours alone may fill the gap
    gap, share = np.diff(values), np.cbrt(fractions)
    places = np.flatnonzero(gap**2 > (reach[:-1] ** (2 / 3) + reach[1:] ** (2 / 3)) ** 3)
    low, high = values[places] + reach[places], values[places + 1] - reach[places + 1]
    # the point where the two neighbours alone leave most room is outside the support of most open gaps
    inside = values[places] + gap[places] * share[places] / (share[places] + share[places + 1])
    # else d/du mean 1/(u - s)^2 = -2 mean 1/(u - s)^3, which changes sign once in the gap, finds the lowest point
    unsure = np.flatnonzero(excess(inside) >= 0)
    inner = (real_moments(spectrum, low[unsure], 3) > 0) & (real_moments(spectrum, high[unsure], 3) < 0)
    tried = unsure[inner]
    inside[tried] = widest(spectrum, low[tried], high[tried])
    is_open = np.ones(places.size, bool)
    is_open[unsure] = False
    is_open[tried] = excess(inside[tried]) < 0
    places, low, inside, high = places[is_open], low[is_open], inside[is_open], high[is_open]

    cumulative = np.concatenate([[0.0], np.cumsum(fractions)])
    masses = np.diff(cumulative[np.concatenate([[0], places + 1, [values.size]])])
    kept = masses >= least
    delta = np.sqrt(variance)
    before = np.append(values[0] - reach[0], high)[kept], np.append(values[0] - delta, inside)[kept]
    after = np.append(low, values[-1] + reach[-1])[kept], np.append(inside, values[-1] + delta)[kept]
    points = np.stack([edge_between(spectrum, variance, *ends) for ends in (before, after)], axis=1)
    with np.errstate(divide="ignore"):
        shifts = variance * real_moments(spectrum, points.ravel(), 1).reshape(points.shape)
    edges = points + np.where(np.isfinite(shifts), shifts, 0.0)
    return Support(edges, points, masses[kept])


def edge_between(spectrum: Spectrum, variance: float, near: Array, far: Array) -> Array:
    """Edges between points inside the support and outside, which may be an edge themselves.

    (mean 1/(u - s)^2)^(-1/2), which passes sqrt(t) there, is concave between two atoms, as a power mean of
    distances: Newton from inside the support climbs without overshooting.
    """
    points = near.copy()
    for _ in range(STEPS):
        # an atom whose part of the support is narrower than rounding stands for it
        with np.errstate(divide="ignore", invalid="ignore"):
            second, third = real_moments(spectrum, points, 2), real_moments(spectrum, points, 3)
            step = np.nan_to_num((np.sqrt(variance * second) - 1) * second / third, nan=0.0)
        moved = np.clip(points + step, np.minimum(near, far), np.maximum(near, far))
        # a step back is rounding
        settled = (np.abs(moved - points) <= PRECISION * np.abs(points)) | (step * (far - near) < 0)
        points = moved
        if settled.all():
            break
    return points


def widest(spectrum: Spectrum, low: Array, high: Array) -> Array:
    """Where mean 1/(u - s)^2 is least in each gap: mean 1/(u - s)^3 falls through zero, by Newton in its bracket."""
    points, near = (low + high) / 2, SETTLED * (high - low)
    for _ in range(STEPS):
        third = real_moments(spectrum, points, 3)
        low, high = np.where(third > 0, points, low), np.where(third > 0, high, points)
        moved = points + third / (3 * real_moments(spectrum, points, 4))
        moved = np.where((low < moved) & (moved < high), moved, (low + high) / 2)
        settled = np.abs(moved - points) <= near
        points = moved
        if settled.all():
            break
    return points


@dataclass(frozen=True)
class Outliers:
    """Atoms that stand out of the support of all the others.

    Attributes
    ----------
    scales, positions, overlaps : ndarray, shape (k,)
        The atom s, its position s + t G(s) in mu and the squared overlap 1 + t G'(s) of its eigenvector
        with the teacher's, G without the atom itself. Baik, Ben Arous & Peche's s + t/s and 1 - t/s^2
        if all others vanish.
    """

    scales: Array
    positions: Array
    overlaps: Array


def alone(spectrum: Spectrum, variance: float, largest: float) -> Indices:
    """Indices of the values from which noise turns less than `largest` of an eigenvector's square."""
    candidates = np.flatnonzero(variance * _pull(spectrum) < largest)
    return candidates[variance * _without_self(spectrum, candidates)[1] < largest]


def _pull(spectrum: Spectrum) -> Array:
    """The two neighbours' part of mean_{j != i} 1/(s_i - s_j)^2."""
    gap = -np.diff(spectrum.values, prepend=np.inf, append=-np.inf)
    neighbours = np.concatenate([[0.0], spectrum.fractions, [0.0]])
    with np.errstate(divide="ignore", invalid="ignore"):
        return neighbours[:-2] / gap[:-1] ** 2 + neighbours[2:] / gap[1:] ** 2


def outliers(spectrum: Spectrum, variance: float) -> Outliers:
    """Atoms of multiplicity one detached from the others, largest first; merged bins hold none."""
    # the two neighbours alone must leave the atom out
    candidates = np.flatnonzero((spectrum.weights == 1) & (variance * _pull(spectrum) < 1))
    first, second = _without_self(spectrum, candidates)
    overlaps = 1 - variance * second
    stand_out = overlaps > 0
    scales = spectrum.values[candidates]
    positions = scales + variance * first
    return Outliers(scales[stand_out], positions[stand_out], overlaps[stand_out])


def _without_self(spectrum: Spectrum, indices: Indices) -> tuple[Array, Array]:
    """mean_{j != i} 1/(s_i - s_j) and 1/(s_i - s_j)^2, shape (k,) each."""
    first, second = np.empty(indices.size), np.empty(indices.size)
    for block in blocks(indices.size, spectrum.values.size):
        difference = spectrum.values[indices[block], None] - spectrum.values
        difference[np.arange(len(difference)), indices[block]] = np.inf
        inverse = 1 / difference
        first[block] = inverse @ spectrum.fractions
        second[block] = inverse**2 @ spectrum.fractions
    return first, second
