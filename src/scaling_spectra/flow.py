"""Gradient flow of the population loss from small weights: which feature is learned when, and what it costs.

Time is that of dW/dt = W (S* - b - S), S = W^T W. An eigenvalue of S along a direction of the teacher grows by itself,

    d sigma/dt = 2 sigma (s - b - sigma),

and so does |theta_i| of the diagonal network, with s = |theta*_i|, if both its layers start alike. A step of gradient
descent can take a time of about 1/s_1, and not more.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import TIE

# widths tried for a budget of compute: each is larger than the one before by this factor
FINER = 1.05


def logistic(scales: ArrayLike, start: ArrayLike, times: ArrayLike, threshold: float = 0.0) -> Array:
    """sigma(t), shape (k, m): from sigma(0) = `start` towards (s - b)_+.

    Parameters
    ----------
    scales : array_like, shape (m,)
        s >= 0.
    start : array_like, shape (m,) or scalar
        sigma(0) >= 0; what starts at zero stays there.
    times : array_like, shape (k,)
        t >= 0.
    threshold : float
        b >= 0.
    """
    rates = np.asarray(scales, dtype=float) - threshold
    initial, t = np.asarray(start, dtype=float), np.asarray(times, dtype=float)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(rates == 0, 0.0, 2 * rates * t)
        # |exp(2At) - 1|/|A|, over the larger of exp(2At) and one; 2t where A = 0
        saturation = np.where(rates == 0, 2 * t, -np.expm1(-np.abs(exponent)) / np.abs(rates))
    grown: Array = initial * np.exp(np.minimum(exponent, 0)) / (np.exp(-np.maximum(exponent, 0)) + initial * saturation)
    return grown


def appearance_times(scales: ArrayLike, start: ArrayLike, threshold: float = 0.0) -> Array:
    """Times at which features have grown to half of what they become, shape (m,); infinite for those that never appear.

    t_i = log((s_i - b)/start - 1)/(2 (s_i - b)), about log(s_i/start)/(2 (s_i - b)); zero where they start higher.
    """
    rates = np.asarray(scales, dtype=float) - threshold
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.where(rates > 0, np.log(np.maximum(rates / np.asarray(start) - 1, 1)) / (2 * rates), np.inf)
    return found


def width_floor(spectrum: Spectrum, width: float = np.inf, threshold: float = 0.0) -> float:
    """|S - S*|_F^2/d of p = `width` hidden units for t -> infinity: s_i^2 beyond rank p, and shrinkage."""
    kept = _kept(spectrum, np.array([width]))
    shrunk = np.minimum(spectrum.values, threshold) ** 2
    return float(spectrum.mean(kept * shrunk + (1 - kept) * spectrum.values**2)[0])


def mean_squared_error(
    spectrum: Spectrum, start: float, times: ArrayLike, threshold: float = 0.0, width: ArrayLike = np.inf
) -> Array:
    """|S - S*|_F^2/d at `times`, shape (k,), from `start` in the p = `width` strongest directions.

    `width` is a number, or one for each time.
    """
    t = np.asarray(times, dtype=float)
    kept = _kept(spectrum, np.broadcast_to(np.asarray(width, dtype=float), t.shape))
    missed = spectrum.values**2
    learned = (logistic(spectrum.values, start, t, threshold) - spectrum.values) ** 2
    # what has no hidden unit stays at zero
    return spectrum.mean(kept * learned + (1 - kept) * missed)


def best_width(spectrum: Spectrum, start: float, compute: float) -> tuple[int, float]:
    """Number of hidden units p of smallest error at p t = `compute`, and that error; of equally good ones the least.

    Parameters
    ----------
    spectrum : Spectrum
    start : float
        sigma(0) of p directions.
    compute : float
        p t: a step of gradient descent takes work proportional to p.
    """
    widths = np.array(list(_widths(spectrum.dim)))
    errors = mean_squared_error(spectrum, start, compute / widths, width=widths)
    best = int(np.flatnonzero(errors <= errors.min() * (1 + TIE))[0])
    return int(widths[best]), float(errors[best])


def _widths(dim: float) -> Iterator[int]:
    """Whole numbers up to d, each the next one or larger by FINER."""
    width = 1
    while width <= dim:
        yield width
        width = max(width + 1, int(width * FINER))


def _kept(spectrum: Spectrum, widths: Array) -> Array:
    """Share of each entry of the spectrum among its `widths` largest scales, shape (k, m)."""
    before = np.cumsum(spectrum.weights) - spectrum.weights
    kept: Array = np.clip((widths[:, None] - before) / spectrum.weights, 0, 1)
    return kept
