"""What the risk is made of (Result 3)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from scaling_spectra.decomposition import Decomposition
    from scaling_spectra.records import StateEvolution
    from scaling_spectra.spectrum import Spectrum


class RiskParts(Protocol):
    """Result 3 for a network."""

    def decompose(self, spectrum: Spectrum, solution: StateEvolution, *, gamma: float | None = None) -> Decomposition:
        """Parts of R at a solution of state evolution; gamma is the exponent if the spectrum is a power law."""


def decomposition_of(network: str) -> RiskParts:
    """Result 3 of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "decomposition")
    return cast(RiskParts, import_module(f"scaling_spectra.networks.{network}.decomposition"))
