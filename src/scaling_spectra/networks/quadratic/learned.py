"""Result 2 for the quadratic network: the spectrum of the learned S = (S* + delta G - b)_+.

nu(x) = F_mu(b) delta_0 + mu(x + b) for x > 0, mu = law(s) boxplus semicircle(delta^2). A network of few hidden units
loses the part of mu below `cut`: max(b, cut) stands for b but for the shift, and zero is all the rest.
"""

from dataclasses import replace

import numpy as np

from scaling_spectra.arrays import Array, Indices, Mask
from scaling_spectra.free_probability import density as convolution
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.free_probability.support import Outliers, support
from scaling_spectra.free_probability.support import outliers as detached
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum, from_values

# a curve of the density: points of an interval, and the first as a fraction of its width
POINTS, LOWEST = 100, 1e-4


def zero_mass(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Fraction F_mu(b) of eigenvalues that are exactly zero."""
    return 1.0 - half_line(spectrum, solution.delta**2, max(solution.threshold, solution.cut)).mass


def density(spectrum: Spectrum, solution: StateEvolution, grid: Array) -> Array:
    """Density of the eigenvalues that are not zero; it integrates to 1 - `zero_mass` over x > 0.

    Every outlier appears as a narrow semicircle of mass 1/d about its place.

    Parameters
    ----------
    grid : ndarray, shape (k,)
        Eigenvalues x; the density vanishes for x <= 0, and below the least that few hidden units learn.
    """
    grid = np.asarray(grid, dtype=float)
    result = np.zeros(grid.size)
    positive = grid > _least(solution)
    result[positive] = convolution.density(spectrum, solution.delta**2, grid[positive] + solution.threshold)[0]
    return result


def _least(solution: StateEvolution) -> float:
    """What every learned eigenvalue exceeds."""
    return max(0.0, solution.cut - solution.threshold)


def conditional_zero_mass(teacher: Array, solution: StateEvolution) -> float:
    """`zero_mass` of a given teacher, eigenvalues of shape (d,)."""
    return zero_mass(from_values(teacher), solution)


def expected_counts(teacher: Array, solution: StateEvolution, edges: Array) -> Array:
    """Expected numbers of eigenvalues that are not zero in bins of ends `edges`, for a teacher of shape (d,).

    Every outlier counts as a narrow semicircle about its place.
    """
    spectrum = from_values(teacher)
    ends = np.maximum(edges, _least(solution)) + solution.threshold
    return -np.diff([teacher.size * half_line(spectrum, solution.delta**2, end).mass for end in ends])


def bulk(spectrum: Spectrum, solution: StateEvolution) -> Array:
    """Intervals of x > 0 that hold more than one eigenvalue, in increasing order, shape (k, 2)."""
    return _crowds(spectrum, solution)[0]


def noise_edge(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Upper end of the `bulk` but for its `clusters`."""
    edges, _, above = _crowds(spectrum, solution)
    return float(edges[~above, 1].max(initial=0.0))


def clusters(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Indices]:
    """Intervals of the `bulk` that hold features s > delta only, shape (k, 2), and how many: equal ones, say."""
    edges, numbers, above = _crowds(spectrum, solution)
    return edges[above], numbers[above]


def _crowds(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Indices, Mask]:
    """Intervals of the `bulk`, how many eigenvalues each holds, and whether all are of features above the noise."""
    crowded = support(spectrum, solution.delta**2, least=1.5 / spectrum.dim)
    least = _least(solution)
    edges = np.maximum(crowded.edges - solution.threshold, least)
    kept = edges[:, 1] > least
    numbers = np.rint(crowded.masses * spectrum.dim).astype(int)
    # no feature s <= delta between the lower end and delta
    reach = np.minimum(crowded.points, solution.delta)
    ends = np.searchsorted(-spectrum.values, -reach, side="right")
    return edges[kept], numbers[kept], (ends[:, 0] == ends[:, 1])[kept]


def outliers(spectrum: Spectrum, solution: StateEvolution) -> Outliers:
    """Outliers of S: eigenvalues x > 0 outside its bulk, largest first.

    Their places are s + delta^2/s - b and their squared overlaps with the teacher's eigenvectors
    1 - delta^2/s^2 (Baik, Ben Arous & Peche), corrected for all the other eigenvalues of the teacher.
    """
    found = detached(spectrum, solution.delta**2)
    places = found.positions - solution.threshold
    intervals = bulk(spectrum, solution)
    inside = ((places[:, None] >= intervals[:, 0]) & (places[:, None] <= intervals[:, 1])).any(1)
    kept = (places > _least(solution)) & ~inside
    return replace(found, scales=found.scales[kept], positions=places[kept], overlaps=found.overlaps[kept])


def edge_width(solution: StateEvolution, dim: float) -> float:
    """Fluctuation of the largest eigenvalue of the noise, delta d^(-2/3) (Tracy & Widom)."""
    width: float = solution.delta * dim ** (-2 / 3)
    return width


def outlier_places(spectrum: Spectrum, solution: StateEvolution) -> Array:
    """Places of the `outliers`, largest first."""
    return outliers(spectrum, solution).positions


def conditional_outlier_places(teacher: Array, solution: StateEvolution) -> Array:
    """`outlier_places` of a given teacher, eigenvalues of shape (d,)."""
    return outlier_places(from_values(teacher), solution)


def conditional_profile(teacher: Array, solution: StateEvolution) -> tuple[Array, Array]:
    """`profile` of a given teacher, eigenvalues of shape (d,)."""
    return profile(from_values(teacher), solution)


def profile(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Array]:
    """Eigenvalues x > 0 in the `bulk` and their density there; points crowd at both ends of an interval."""
    steps = np.geomspace(LOWEST, 0.5, POINTS // 2)
    steps = np.concatenate([steps, 1 - steps[-2::-1]])
    grid = np.concatenate([low + (high - low) * steps for low, high in bulk(spectrum, solution)] or [np.empty(0)])
    return grid, density(spectrum, solution, grid)
