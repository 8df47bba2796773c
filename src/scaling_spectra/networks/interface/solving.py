"""The convex equivalent in place of training, without torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.extras import extras
from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scaling_spectra.arrays import Array
    from scaling_spectra.records import TrainingRecord


class Solving(Protocol):
    """The convex equivalent of a network."""

    def prepare(
        self,
        draw: Callable[[], Iterable[tuple[Array, Array]]],
        teacher: Array,
        *,
        width: float,
        tol: float,
    ) -> Callable[[float], TrainingRecord]:
        """Function of lambda that returns the record of the global minimum.

        Parameters
        ----------
        draw : callable
            Yields the same blocks (inputs (k, d), labels (k,)) of the samples at every call.
        teacher : ndarray, shape (d,)
            theta*, or eigenvalues of S*: for the risk only.
        width : float
            p/d, of networks that have a width.
        tol : float
            Relative duality gap of the solution.
        """


def solving_of(network: str) -> Solving:
    """Convex equivalent of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    ModuleNotFoundError
        If a package is missing: one line with the extra that brings it.
    """
    require(network, "solving")
    with extras():
        return cast(Solving, import_module(f"scaling_spectra.networks.{network}.solving"))
