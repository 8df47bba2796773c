"""Tail exponents of learned spectra: density ~ x^(-exponent) above a cut-off, as Martin & Mahoney fit them."""

import warnings
from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.extras import extras
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.records import StateEvolution
from scaling_spectra.ties import TIE

# fewer values above the cut-off are no tail, and as many must be left to choose it from
FEWEST = 10
# powerlaw itself goes no further than 3
RANGES = {"alpha": [1.0, np.inf]}
# ends of the bins in which a law is tabulated, and the smallest as a fraction of the largest weight
BINS, LOWEST = 160, 1e-4
# standard deviations of the noise that are kept beyond the teacher's largest weight
REACH = 6.0


@dataclass(frozen=True)
class Tail:
    """Power law fitted to the largest values.

    Attributes
    ----------
    exponent : float
        Exponent of the density; NaN if there are too few values.
    error : float
        Its standard error (exponent - 1)/sqrt(count), if the values were independent and the cut-off given.
    start : float
        Cut-off, where the fitted law is closest to the values (Clauset, Shalizi & Newman).
    count : int
        Values above it.
    """

    exponent: float
    error: float
    start: float
    count: int


NO_TAIL = Tail(np.nan, np.nan, np.nan, 0)


def fit_tail(values: Array) -> Tail:
    """Maximum-likelihood exponent of the positive values, by the package ``powerlaw``."""
    # matplotlib, which it imports, is slow
    with extras():
        import powerlaw

    values = values[values > 0]
    if np.unique(values).size < 2 * FEWEST:
        return NO_TAIL
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = closest_start(values)
        fit = powerlaw.Fit(values, xmin=start, parameter_ranges=RANGES, verbose=0)
        exponent, error = float(fit.power_law.alpha), float(fit.power_law.standard_err)
    return Tail(exponent, error, start, int(np.sum(values >= start)))


def closest_start(values: Array) -> float:
    """Cut-off above which the law with Hill's exponent has the least Kolmogorov-Smirnov distance from the values.

    What ``powerlaw.Fit(values, xmin=(lowest, highest))`` searches, which makes an object for every cut-off.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Positive; more than FEWEST of them are distinct.
    """
    starts, counts = np.unique(values, return_counts=True)
    logs, below = np.log(starts), np.append(0, np.cumsum(counts)[:-1])
    above = values.size - below
    # sum of log(value / start) over the values from each start on
    excess = np.cumsum((counts * logs)[::-1])[::-1] - above * logs
    distances = np.full(starts.size, np.inf)
    # one value, however many times, is no tail
    for index in range(int(np.sum((above > FEWEST) & (logs[-1] - logs > TIE)))):
        fitted = -np.expm1(-above[index] / excess[index] * (logs[index:] - logs[index]))
        measured = (below[index:] - below[index]) / above[index]
        distances[index] = np.abs(fitted - measured).max()
    # of equally close ones the smallest, with most values above it
    return float(starts[np.argmax(distances <= distances.min() + TIE)])


def law_sample(network: str, teachers: list[Array], solutions: list[StateEvolution]) -> Array:
    """Quantiles of the predicted law of magnitudes that are not zero, as many as there are of them in all replicas."""
    learned = learned_of(network)
    total = np.zeros(BINS)
    top = max(np.abs(t).max() + REACH * s.delta - s.threshold for t, s in zip(teachers, solutions, strict=True))
    if top <= 0:
        return np.empty(0)
    edges = top * np.geomspace(LOWEST, 1, BINS + 1)
    known: dict[tuple[bytes, float, float], Array] = {}
    for teacher, solution in zip(teachers, solutions, strict=True):
        law = (teacher.tobytes(), solution.delta, solution.threshold)
        if law not in known:
            known[law] = learned.expected_counts(teacher, solution, edges)
            if teacher.min() < 0:
                known[law] = known[law] + learned.expected_counts(teacher, solution, -edges[::-1])[::-1]
        total += known[law]
    below = np.append(0.0, np.cumsum(np.maximum(total, 0.0)))
    count = int(below[-1] + 0.5)
    # the largest end of flat stretches, so that an empty bin holds no value
    rising = np.append(True, np.diff(below) > 1e-9)
    rising[:-1] |= rising[1:]
    shares = (np.arange(count) + 0.5) / count
    quantiles: Array = np.exp(np.interp(shares * below[-1], below[rising], np.log(edges[rising])))
    return quantiles
