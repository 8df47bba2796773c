"""Result 2 for the diagonal network: the law of the learned weights eta(theta* + delta z; b)."""

import numpy as np
from scipy.special import ndtr

from scaling_spectra.arrays import Array, Indices
from scaling_spectra.networks.diagonal.limits import bulk_edge
from scaling_spectra.networks.diagonal.moments import conditional_moments, moments
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum

# a curve of the density: its ends, in standard deviations of the largest weight and as a fraction of that
HIGHEST, LOWEST, POINTS = 3.0, 1e-5, 200


def zero_mass(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Fraction of weights that are exactly zero, averaged over theta*_i ~ N(0, s_i^2)."""
    return float(moments(spectrum, solution.delta, solution.threshold).inactive / spectrum.dim)


def conditional_zero_mass(teacher: Array, solution: StateEvolution) -> float:
    """Fraction of weights that are exactly zero, for a given teacher of shape (d,)."""
    return float(conditional_moments(teacher, solution.delta, solution.threshold).inactive / teacher.size)


def density(spectrum: Spectrum, solution: StateEvolution, grid: Array) -> Array:
    """Density of the weights that are not zero, averaged over theta*_i ~ N(0, s_i^2).

    It integrates to 1 - `zero_mass` over both signs.

    Parameters
    ----------
    grid : ndarray, shape (k,)
        Weights theta != 0 of either sign.
    """
    spread = np.hypot(spectrum.values, solution.delta)
    unthresholded = np.abs(grid)[:, None] + solution.threshold
    return _normal_density(unthresholded / spread) @ (spectrum.fractions / spread)


def expected_counts(teacher: Array, solution: StateEvolution, edges: Array) -> Array:
    """Expected numbers of weights that are not zero in bins of ends `edges`, for a given teacher of shape (d,)."""
    shifted = edges + np.sign(edges) * solution.threshold
    # a bin that ends at zero ends at the threshold
    upper = np.where(edges[1:] == 0, -solution.threshold, shifted[1:])
    lower = np.where(edges[:-1] == 0, solution.threshold, shifted[:-1])
    high, low = (ndtr((ends[:, None] - teacher) / solution.delta).sum(1) for ends in (upper, lower))
    cut = ndtr((np.array([[-1.0], [1.0]]) * solution.threshold - teacher) / solution.delta).sum(1)
    counts: Array = high - low - np.where((edges[:-1] < 0) & (edges[1:] > 0), cut[1] - cut[0], 0.0)
    return counts


def bulk(spectrum: Spectrum, solution: StateEvolution) -> Array:
    """Interval of magnitudes x > 0 of noise that passes the threshold, shape (1, 2), or none, shape (0, 2).

    It ends at the largest of d noises, delta sqrt(2 log d) - b, and needs two features or more below that noise.
    """
    noise = solution.delta * bulk_edge(spectrum.dim)
    hidden = spectrum.weights[spectrum.values <= noise].sum()
    if noise <= solution.threshold or hidden < 1.5:
        return np.empty((0, 2))
    return np.array([[0.0, noise - solution.threshold]])


def noise_edge(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Upper end of the `bulk`."""
    return float(bulk(spectrum, solution)[:, 1].max(initial=0.0))


def clusters(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Indices]:
    """None: weights of equal features are as far apart as others, shapes (0, 2) and (0,)."""
    return np.empty((0, 2)), np.empty(0, int)


def edge_width(solution: StateEvolution, dim: float) -> float:
    """Fluctuation of the largest of d noises, delta/sqrt(2 log d) (Gumbel)."""
    return solution.delta / bulk_edge(dim)


def outlier_places(spectrum: Spectrum, solution: StateEvolution) -> Array:
    """Typical magnitudes s - b > 0 of the learned features that stand above the noise, largest first."""
    above = spectrum.values > max(solution.delta * bulk_edge(spectrum.dim), solution.threshold)
    return spectrum.values[above] - solution.threshold


def conditional_outlier_places(teacher: Array, solution: StateEvolution) -> Array:
    """None: every teacher has its own, so that they are no places of the pooled law, shape (0,)."""
    return np.empty(0)


def conditional_profile(teacher: Array, solution: StateEvolution) -> tuple[Array, Array]:
    """None: every teacher has its own, see `conditional_outlier_places`."""
    return np.empty(0), np.empty(0)


def profile(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Array]:
    """Magnitudes x > 0 and the density of magnitudes there, noise and features alike."""
    top = max(HIGHEST * np.hypot(spectrum.values[0], solution.delta) - solution.threshold, 0.0)
    grid = top * np.geomspace(LOWEST, 1.0, POINTS)
    return (grid, 2 * density(spectrum, solution, grid)) if top > 0 else (grid[:0], grid[:0])


def _normal_density(x: Array) -> Array:
    density: Array = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density
