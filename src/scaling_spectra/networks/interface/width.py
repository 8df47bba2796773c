"""State evolution of fewer hidden units than dimensions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from scaling_spectra.arrays import Array, Indices
    from scaling_spectra.narrow import BestWidth
    from scaling_spectra.records import StateEvolution
    from scaling_spectra.spectrum import Spectrum


class Width(Protocol):
    """What p < d hidden units learn; `Theory.state_evolution` takes width = p/d as well."""

    def solutions(
        self, spectrum: Spectrum, samples: float, weight_decay: float, noise_var: float, *, width: float
    ) -> list[StateEvolution]:
        """Every solution that is reached, by the name of its branch; `Theory.state_evolution` returns the first."""

    def width_curve(
        self, spectrum: Spectrum, samples: float, weight_decay: float | Array, noise_var: float, hidden: Indices
    ) -> list[StateEvolution]:
        """State evolution at numbers p of hidden units, shape (k,), for one lambda or one for each."""

    def best_width_law(
        self, spectrum: Spectrum, samples: float, weight_decay: Callable[[int], float], noise_var: float
    ) -> BestWidth:
        """Number of hidden units up to which each one pays, for lambda as a function of p."""

    def best_width(
        self, spectrum: Spectrum, samples: float, weight_decay: Callable[[int], float], noise_var: float
    ) -> BestWidth:
        """Number of hidden units of the least risk."""


def width_of(network: str) -> Width:
    """Theory of few hidden units of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "width")
    return cast(Width, import_module(f"scaling_spectra.networks.{network}.width"))
