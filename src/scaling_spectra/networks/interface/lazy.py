"""Lazy learning: ridge regression with the features that the network has before training."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scaling_spectra.arrays import Array
    from scaling_spectra.ridge import RidgePath


class Lazy(Protocol):
    """Ridge regression |y - Z theta|^2 + rho |theta|^2 with a network's fixed features Z."""

    def prepare(self, draw: Callable[[], Iterable[tuple[Array, Array]]], teacher: Array) -> RidgePath:
        """Risk along the ridge rho, on samples that `draw` yields in blocks; `teacher` as in `Solving.prepare`."""

    def best_ridge(self, teacher: Array, noise_var: float) -> float:
        """rho of smallest risk in theory, whatever n."""

    def risk(self, teacher: Array, samples: float, ridge: float, noise_var: float) -> float:
        """Risk R in theory at rho = `ridge` >= 0, as d -> oo."""

    def finite_size_risk(self, teacher: Array, samples: float, ridge: float, noise_var: float) -> float:
        """The same with what is known at finite d."""


def lazy_of(network: str) -> Lazy:
    """Lazy baseline of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "lazy")
    return cast(Lazy, import_module(f"scaling_spectra.networks.{network}.lazy"))
