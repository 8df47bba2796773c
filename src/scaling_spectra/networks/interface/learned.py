"""What is learned: the law of the weights (Result 2)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from scaling_spectra.arrays import Array, Indices
    from scaling_spectra.records import StateEvolution
    from scaling_spectra.spectrum import Spectrum


class LearnedLaw(Protocol):
    """Result 2 for a network: the law of its weights theta_i, or of the eigenvalues of its S.

    At a solution of state evolution that is the law of the teacher in noise delta, soft-thresholded at b.
    """

    def zero_mass(self, spectrum: Spectrum, solution: StateEvolution) -> float:
        """Fraction of weights that are exactly zero."""

    def conditional_zero_mass(self, teacher: Array, solution: StateEvolution) -> float:
        """The same for one teacher, shape (d,)."""

    def density(self, spectrum: Spectrum, solution: StateEvolution, grid: Array) -> Array:
        """Density at weights `grid` != 0, shape (k,); its integral is 1 - `zero_mass`."""

    def profile(self, spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Array]:
        """Magnitudes x > 0 and the density of magnitudes there, to be drawn as a curve."""

    def conditional_profile(self, teacher: Array, solution: StateEvolution) -> tuple[Array, Array]:
        """The same for one teacher, shape (d,); empty where every teacher has its own."""

    def expected_counts(self, teacher: Array, solution: StateEvolution, edges: Array) -> Array:
        """Expected numbers of weights != 0 in bins of ends `edges`, shape (k + 1,), for one teacher: shape (k,)."""

    def bulk(self, spectrum: Spectrum, solution: StateEvolution) -> Array:
        """Intervals of magnitudes x > 0 that noise fills, shape (k, 2)."""

    def noise_edge(self, spectrum: Spectrum, solution: StateEvolution) -> float:
        """Largest magnitude of the bulk but for its `clusters`; 0 if there is none."""

    def clusters(self, spectrum: Spectrum, solution: StateEvolution) -> tuple[Array, Indices]:
        """Intervals of the bulk in which noise joins features that all stand above it, (k, 2), and how many, (k,)."""

    def edge_width(self, solution: StateEvolution, dim: float) -> float:
        """Fluctuation of the bulk's upper end at finite d."""

    def outlier_places(self, spectrum: Spectrum, solution: StateEvolution) -> Array:
        """Magnitudes of the learned features that stand out of the bulk, largest first."""

    def conditional_outlier_places(self, teacher: Array, solution: StateEvolution) -> Array:
        """The same for one teacher, shape (d,); empty where every teacher has its own."""


def learned_of(network: str) -> LearnedLaw:
    """Law of a network's learned weights, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "learned")
    return cast(LearnedLaw, import_module(f"scaling_spectra.networks.{network}.learned"))
