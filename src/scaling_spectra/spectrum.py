"""Spectra of the teacher: the scales s_1 >= s_2 >= ... >= 0 of its weights.

The quadratic teacher has eigenvalues s_i, the diagonal teacher draws theta*_i ~ N(0, s_i^2).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Finite spectrum, each distinct value with its multiplicity.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Scales s_i >= 0, non-increasing.
    weights : ndarray, shape (m,)
        Multiplicities; they sum to the dimension and need not be integers (merged tails).
    """

    values: Array
    weights: Array
    # of a scale
    LEAST: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        values, weights = self.values, self.weights
        if values.ndim != 1 or values.shape != weights.shape or values.size == 0:
            raise ValueError("spectrum: values and weights must be two non-empty vectors of one length")
        if not (np.isfinite(values).all() and (values >= self.LEAST).all() and (np.diff(values) <= 0).all()):
            sign = "non-negative and " if self.LEAST == 0 else ""
            raise ValueError(f"spectrum: values must be finite, {sign}non-increasing")
        if not (np.isfinite(weights).all() and (weights > 0).all()):
            raise ValueError("spectrum: weights must be finite and positive")

    @property
    def dim(self) -> float:
        """Dimension d, the number of scales counted with multiplicity."""
        return float(self.weights.sum())

    @cached_property
    def fractions(self) -> Array:
        """Multiplicities divided by the dimension, shape (m,)."""
        total: float = self.weights.sum()
        return self.weights / total

    @cached_property
    def collision(self) -> float:
        """Probability that two scales drawn at random are equal: 1/d if all are distinct."""
        return float(np.sum(distinct(self).fractions ** 2))

    def resolved(self, point: complex) -> "Spectrum":
        """Spectrum that represents 1/(point - s) to rounding: itself, unless bins of values are merged."""
        return self

    def mean(self, function_values: Array) -> Array:
        """Average over the d scales of a function given on the distinct values (last axis)."""
        return function_values @ self.fractions


@dataclass(frozen=True, eq=False)
class SignedSpectrum(Spectrum):
    """Eigenvalues of a symmetric matrix: values of either sign."""

    LEAST = -np.inf


def from_values(values: ArrayLike) -> Spectrum:
    """Spectrum of the given scales, one entry per dimension, in any order."""
    ordered = np.sort(np.asarray(values, dtype=float).ravel())[::-1].copy()
    return Spectrum(ordered, np.ones_like(ordered))


def power_law(dim: int, gamma: float) -> Spectrum:
    """Scales s_i = sqrt(d) i^(-gamma), i = 1..d, gamma > 1/2, without merging.

    Raises
    ------
    ValueError
        If ``dim < 1`` or ``gamma <= 1/2`` (the teacher's norm would grow with d).
    """
    check_power_law(dim, gamma)
    return from_values(np.sqrt(dim) * np.arange(1, dim + 1, dtype=float) ** -gamma)


def normalised(spectrum: Spectrum) -> Spectrum:
    """The same spectrum in units in which its squares have the mean 1."""
    return Spectrum(spectrum.values / np.sqrt(spectrum.mean(spectrum.values**2)), spectrum.weights)


def check_power_law(dim: float, gamma: float) -> None:
    """Raise ValueError unless ``dim`` is a positive integer and ``gamma > 1/2``."""
    if not (dim >= 1 and dim == int(dim)):
        raise ValueError(f"dim: {dim} is not a positive integer")
    if not gamma > 0.5:
        raise ValueError(f"gamma: {gamma} is not larger than 1/2")


def distinct(spectrum: Spectrum) -> Spectrum:
    """The same spectrum with equal values joined."""
    first = np.flatnonzero(np.diff(spectrum.values, prepend=np.inf))
    kind = SignedSpectrum if spectrum.values[-1] < 0 else Spectrum
    return kind(spectrum.values[first], np.add.reduceat(spectrum.weights, first))
