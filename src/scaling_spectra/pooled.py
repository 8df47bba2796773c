"""Learned weights pooled over replicas beside the law that state evolution predicts for their teachers (Result 2)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.records import StateEvolution

# bins for each square root of the number of weights, and their most and fewest
PER_ROOT, MOST, FEWEST = 2.0, 32, 8
# points at which cumulative distributions are compared
QUANTILES = 60
# magnitude over the largest below which a weight has no sign
ROUNDING = 1e-12
# room beyond the farthest weight, which is then no edge of MOST bins or of an even number below
ROOM = 1.05


@dataclass(frozen=True)
class Pooled:
    """Numbers a replica, measured and predicted.

    Attributes
    ----------
    edges : ndarray, shape (k + 1,)
        Ends of the bins of weights that are not zero; zero is one of them.
    counts, predicted : ndarray, shape (k,)
        Mean number of weights in each bin.
    zeros : ndarray, shape (r,)
        Fraction of weights that are zero, replica by replica.
    predicted_zeros : float
    places : ndarray, shape (r, m)
        The largest weights of every replica, as many as outliers are predicted; NaN where there are fewer.
    predicted_places : ndarray, shape (m,)
    distance : float
        Largest difference of the cumulative distributions, zeros included (Kolmogorov and Smirnov's distance).
    """

    edges: Array
    counts: Array
    predicted: Array
    zeros: Array
    predicted_zeros: float
    places: Array
    predicted_places: Array
    distance: float


def pool(network: str, teachers: list[Array], solutions: list[StateEvolution], weights: list[Array]) -> Pooled:
    """Pool the learned weights of replicas.

    Parameters
    ----------
    network : str
    teachers : list of ndarray, shape (d,)
        Teacher of every replica.
    solutions : list of StateEvolution
        State evolution of every teacher.
    weights : list of ndarray
        Learned weights of every replica that are not zero.
    """
    learned = learned_of(network)
    dim, replicas = teachers[0].size, len(teachers)
    # replicas may share a teacher
    same = {(t.tobytes(), s.delta, s.threshold): (t, s) for t, s in zip(teachers, solutions, strict=True)}
    shares = Counter((t.tobytes(), s.delta, s.threshold) for t, s in zip(teachers, solutions, strict=True))

    def mean(function: Callable[..., Array | float], *arguments: Array) -> Array:
        """Average over replicas of what is predicted for one teacher."""
        values = np.array([function(*same[law], *arguments) for law in shares])
        average: Array = np.average(values, axis=0, weights=list(shares.values()))
        return average

    predicted_places = mean(learned.conditional_outlier_places)
    places = np.full((replicas, predicted_places.size), np.nan)
    for row, found in zip(places, weights, strict=True):
        largest = np.sort(found)[::-1][: row.size]
        row[: largest.size] = largest
    pooled = _without_rounding(np.concatenate(weights))
    reach = max((learned.conditional_profile(*law)[0].max(initial=0) for law in same.values()), default=0)
    edges = _edges(pooled, max(predicted_places.max(initial=0), reach), min(teacher.min() for teacher in teachers) < 0)
    zeros = np.array([1 - found.size / dim for found in weights])
    predicted_zeros = float(mean(learned.conditional_zero_mass))
    ends = _ends(pooled, 1e3 * np.sqrt(dim))
    below = np.cumsum(mean(learned.expected_counts, ends))[:-1] / dim
    measured = np.searchsorted(np.sort(pooled), ends[1:-1], side="right") / dim / replicas
    left = np.searchsorted(np.sort(pooled), ends[1:-1], side="left") / dim / replicas
    step = predicted_zeros - zeros.mean()
    # on both sides of each point: zeros are a step, wherever rounding puts the points next to it
    sides = ((measured, ends[1:-1] >= 0), (left, ends[1:-1] > 0))
    distance = float(max(np.max(np.abs(below - seen + side * step)) for seen, side in sides))
    return Pooled(
        edges,
        np.histogram(pooled, edges)[0] / replicas,
        mean(learned.expected_counts, edges),
        zeros,
        predicted_zeros,
        places,
        predicted_places,
        distance,
    )


def _edges(pooled: Array, reach: float, signed: bool) -> Array:
    """Bins of equal width; of weights of both signs, which have heavy tails, of equal width in arsinh."""
    top = ROOM * max(np.abs(pooled).max(initial=0), reach) or 1.0
    count = 2 * int(np.clip(PER_ROOT * np.sqrt(pooled.size), FEWEST, MOST) / 2)
    if not signed:
        return np.linspace(0, top, count + 1)
    middle = np.median(np.abs(pooled)) if pooled.size else top
    steps = np.arcsinh(top / middle) * np.linspace(-1, 1, count + 1)
    edges: Array = middle * np.sinh(steps)
    return edges


def _ends(pooled: Array, reach: float) -> Array:
    """Points at which the cumulative distributions are compared, between two where nothing is left."""
    # weights themselves: what is interpolated may lie on either side of one
    places = np.arange(QUANTILES) * (pooled.size - 1) // (QUANTILES - 1)
    values = np.sort(pooled)[places] if pooled.size > QUANTILES else pooled
    return np.unique(np.concatenate([[-reach, 0.0, reach], values]))


def _without_rounding(values: Array) -> Array:
    """Values, of which those that rounding cannot tell from zero are zero."""
    return np.where(np.abs(values) > ROUNDING * np.abs(values).max(initial=0.0), values, 0.0)
