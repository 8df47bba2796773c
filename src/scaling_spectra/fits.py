"""Exponents from simulations: slopes of log R against log n_eff, with confidence intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from scaling_spectra.arrays import Array


@dataclass(frozen=True)
class SlopeFit:
    """Slope of a weighted regression beside a reference's over the same points.

    Attributes
    ----------
    slope, low, high : float
        Slope of the log of the replicas' mean, and its confidence interval.
    reference : float
        Slope of the log of the reference's mean.
    weights : ndarray, shape (m,)
        Those of the regression.
    difference_half_width : float
        Half the width of the confidence interval of slope - reference; narrower than that of the
        slope, because replica and reference share their teacher.
    """

    slope: float
    low: float
    high: float
    reference: float
    weights: Array
    difference_half_width: float


def slope(abscissa: Array, values: Array, weights: Array | None = None) -> Array:
    """Slope of the weighted least-squares line through (log abscissa, log values).

    Parameters
    ----------
    abscissa : ndarray, shape (m,)
        Positive.
    values : ndarray, shape (..., m)
        Positive.
    weights : ndarray, shape (m,), optional
        Inverse variances of log values; equal if omitted.
    """
    weights = np.ones_like(abscissa) if weights is None else weights
    x = np.log(abscissa) - np.average(np.log(abscissa), weights=weights)
    slopes: Array = np.log(values) @ (weights * x) / np.sum(weights * x**2)
    return slopes


def fit_slope(
    abscissa: Array,
    replicas: Array,
    reference: Array,
    *,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> SlopeFit:
    """Slope of the log of the replicas' mean, with intervals from a bootstrap over whole replicas.

    One replica's points share their samples, so replicas are resampled as wholes, each with its
    reference. Intervals are estimate +- t * s * sqrt(r/(r-1)) with the bootstrap standard error s of
    r replicas and Student's t for r - 1 degrees of freedom: the plain percentile interval is too
    narrow for few replicas (Efron & Tibshirani, An Introduction to the Bootstrap, chapters 12-14).

    Parameters
    ----------
    abscissa : ndarray, shape (m,)
        n_eff, positive.
    replicas : ndarray, shape (r, m), r >= 2
        Positive values of each replica, e.g. excess risks.
    reference : ndarray, shape (r, m)
        Values predicted for each replica's teacher.
    confidence : float
        Coverage of the intervals.
    resamples : int
        Bootstrap samples.
    rng : numpy Generator
        Source of the resampling.
    """
    count = len(replicas)
    if count < 2:
        raise ValueError(f"replicas: {count} is not enough for an interval, at least 2 are needed")
    mean = replicas.mean(0)
    variance_of_log = replicas.var(0, ddof=1) / count / mean**2
    # a floor keeps a point that happens to vary little from taking all the weight
    weights = 1 / (variance_of_log + np.median(variance_of_log) + 1e-12)
    estimate = float(slope(abscissa, mean, weights))
    drawn = rng.integers(count, size=(resamples, count))
    slopes = slope(abscissa, replicas[drawn].mean(1), weights)
    references = slope(abscissa, reference[drawn].mean(1), weights)
    factor = stdtrit(count - 1, 0.5 + confidence / 2) * np.sqrt(count / (count - 1))
    half, difference_half = (float(factor * np.std(values)) for values in (slopes, slopes - references))
    return SlopeFit(
        estimate,
        estimate - half,
        estimate + half,
        float(slope(abscissa, reference.mean(0), weights)),
        weights,
        difference_half,
    )
