"""Exponents from simulations: slopes of log R against log n_eff, with confidence intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student_t


@dataclass(frozen=True)
class SlopeFit:
    """Slope of a weighted regression, its confidence interval, and the weights of the points."""

    slope: float
    low: float
    high: float
    weights: np.ndarray


def slope(abscissa: np.ndarray, values: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
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
    return np.log(values) @ (weights * x) / np.sum(weights * x**2)


def fit_slope(
    abscissa: np.ndarray,
    replicas: np.ndarray,
    *,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> SlopeFit:
    """Slope of the log of the replicas' mean, its interval from a bootstrap over whole replicas.

    One replica's points share their samples, so replicas are resampled as wholes. The interval is
    slope +- t * s * sqrt(r/(r-1)) with the bootstrap standard error s of r replicas and
    Student's t for r - 1 degrees of freedom: the plain percentile interval is too narrow for few
    replicas (Efron & Tibshirani, An Introduction to the Bootstrap, chapters 12-14).

    Parameters
    ----------
    abscissa : ndarray, shape (m,)
        n_eff, positive.
    replicas : ndarray, shape (r, m), r >= 2
        Positive values of each replica, e.g. excess risks.
    confidence : float
        Coverage of the interval.
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
    spread = float(np.std(slope(abscissa, replicas[drawn].mean(1), weights)))
    half = student_t.ppf(0.5 + confidence / 2, count - 1) * spread * np.sqrt(count / (count - 1))
    return SlopeFit(estimate, estimate - half, estimate + half, weights)
