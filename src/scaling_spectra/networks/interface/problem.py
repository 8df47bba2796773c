"""What is learned, from what, and how far off it is: numpy alone."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    import numpy as np

    from scaling_spectra.arrays import Array
    from scaling_spectra.spectrum import Spectrum


class Problem(Protocol):
    """A network's teacher, measurements and risk (theory: section "Setting").

    Attributes
    ----------
    N_EFF : str
        Effective samples n_eff as a function of n and d, in TeX.
    KNOWN_DEVIATION : tuple of float
        Coefficients c, e of the relative deviation c n_eff^(-1/2) + e/d of simulated risks from state evolution.
    MATRIX : bool
        Whether the weights are a matrix S, made of p hidden units, rather than a vector theta.
    RANDOM_TEACHER : bool
        Whether teachers of one spectrum differ.
    """

    N_EFF: str
    KNOWN_DEVIATION: tuple[float, float]
    MATRIX: bool
    RANDOM_TEACHER: bool

    def samples(self, n_eff: float, dim: int) -> int:
        """Number of samples n that are `n_eff` effective ones, rounded."""

    def effective_samples(self, n: float, dim: float) -> float:
        """Effective samples n_eff: n, or n/d where a sample says as much as d numbers."""

    def draw_teacher(self, spectrum: Spectrum, rng: np.random.Generator) -> Array:
        """Teacher of shape (d,): weights theta*_i, or eigenvalues s_i of S*; the spectrum must not be merged."""

    def outputs(self, teacher: Array, inputs: Array) -> Array:
        """Labels without noise, shape (n,), for inputs of shape (n, d)."""

    def risk(self, weights: Array, teacher: Array) -> float:
        """Excess risk R of effective weights: theta of shape (d,), or S of shape (d, d)."""


def problem_of(network: str) -> Problem:
    """Problem of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "problem")
    return cast(Problem, import_module(f"scaling_spectra.networks.{network}.problem"))
