"""Result 2 for the signed network: eigenvalues of both signs, each side as the quadratic network has it.

nu(x) = mu(x + b) for x > 0 and mu(x - b) for x < 0, mu = law(s) boxplus semicircle(delta^2); the rest is zero.
"""

import numpy as np

from scaling_spectra.arrays import Array, Indices
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.networks.quadratic import learned as one_sided
from scaling_spectra.networks.quadratic.learned import edge_width
from scaling_spectra.networks.signed.theory import alternating, given
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import SignedSpectrum, Spectrum

__all__ = [
    "bulk",
    "clusters",
    "conditional_outlier_places",
    "conditional_profile",
    "conditional_zero_mass",
    "density",
    "edge_width",
    "expected_counts",
    "noise_edge",
    "outlier_places",
    "profile",
    "signed_outliers",
    "zero_mass",
]

Sides = tuple[SignedSpectrum, SignedSpectrum]


def zero_mass(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Fraction of eigenvalues that are exactly zero."""
    return _zero_mass(_sides(spectrum), solution)


def conditional_zero_mass(teacher: Array, solution: StateEvolution) -> float:
    """`zero_mass` of a given teacher, eigenvalues of shape (d,)."""
    return _zero_mass(_sides_of(teacher), solution)


def density(spectrum: Spectrum, solution: StateEvolution, grid: Array) -> Array:
    """Density of the eigenvalues that are not zero, at x of either sign."""
    upper, lower = _sides(spectrum)
    return one_sided.density(upper, solution, grid) + one_sided.density(lower, solution, -np.asarray(grid))


def profile(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Array]:
    """Magnitudes in the `bulk` and their density there."""
    return _profile(_sides(spectrum), solution)


def conditional_profile(teacher: Array, solution: StateEvolution) -> tuple[Array, Array]:
    """`profile` of a given teacher, eigenvalues of shape (d,)."""
    return _profile(_sides_of(teacher), solution)


def expected_counts(teacher: Array, solution: StateEvolution, edges: Array) -> Array:
    """Expected numbers of eigenvalues that are not zero in bins of ends `edges`, for a teacher of shape (d,)."""
    upper, lower = (
        np.array([teacher.size * half_line(law, solution.delta**2, end).mass for end in ends])
        for law, ends in zip(
            _sides_of(teacher),
            (np.maximum(edges, 0.0) + solution.threshold, np.maximum(-edges, 0.0) + solution.threshold),
            strict=True,
        )
    )
    counts: Array = np.diff(lower) - np.diff(upper)
    return counts


def bulk(spectrum: Spectrum, solution: StateEvolution) -> Array:
    """Intervals of magnitudes that noise fills, on either side, in increasing order."""
    found = np.concatenate([one_sided.bulk(law, solution) for law in _sides(spectrum)])
    return found[np.argsort(found[:, 0], kind="stable")]


def noise_edge(spectrum: Spectrum, solution: StateEvolution) -> float:
    """Largest magnitude of the `bulk` but for its `clusters`."""
    return max(one_sided.noise_edge(law, solution) for law in _sides(spectrum))


def clusters(spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Indices]:
    """Intervals of magnitudes that hold features above the noise only, and how many, on both sides."""
    edges, numbers = zip(*(one_sided.clusters(law, solution) for law in _sides(spectrum)), strict=True)
    return np.concatenate(edges), np.concatenate(numbers)


def outlier_places(spectrum: Spectrum, solution: StateEvolution) -> Array:
    """Magnitudes of the outliers on both sides, largest first."""
    return _places(_sides(spectrum), solution)


def conditional_outlier_places(teacher: Array, solution: StateEvolution) -> Array:
    """`outlier_places` of a given teacher, eigenvalues of shape (d,)."""
    return _places(_sides_of(teacher), solution)


def signed_outliers(teacher: Array, solution: StateEvolution) -> Array:
    """Outliers with their signs, in decreasing order, of a given teacher."""
    upper, lower = (one_sided.outlier_places(law, solution) for law in _sides_of(teacher))
    return np.concatenate([upper, -lower[::-1]])


def _sides(spectrum: Spectrum) -> Sides:
    return alternating(spectrum), alternating(spectrum, -1.0)


def _sides_of(teacher: Array) -> Sides:
    return given(teacher), given(teacher, -1.0)


def _zero_mass(sides: Sides, solution: StateEvolution) -> float:
    # both halves may hold all weights, and rounding
    return max(0.0, 1.0 - sum(half_line(law, solution.delta**2, solution.threshold).mass for law in sides))


def _profile(sides: Sides, solution: StateEvolution) -> tuple[Array, Array]:
    places = np.unique(np.concatenate([one_sided.profile(law, solution)[0] for law in sides]))
    return places, one_sided.density(sides[0], solution, places) + one_sided.density(sides[1], solution, places)


def _places(sides: Sides, solution: StateEvolution) -> Array:
    found = np.concatenate([one_sided.outlier_places(law, solution) for law in sides])
    return np.sort(found)[::-1]
