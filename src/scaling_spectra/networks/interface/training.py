"""Training of the network itself."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.extras import extras
from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np

    from scaling_spectra.arrays import Array
    from scaling_spectra.records import TrainingRecord


class Training(Protocol):
    """Training of a network."""

    def prepare(
        self,
        draw: Callable[[], Iterable[tuple[Array, Array]]],
        teacher: Array,
        *,
        width: float,
        tol: float,
        max_evaluations: int,
        init_scale: float,
    ) -> Callable[[float, np.random.Generator], TrainingRecord]:
        """Function of (lambda, rng) that trains from random weights on |y - f(X)|^2 + lambda |weights|^2.

        Parameters
        ----------
        draw : callable
            Yields the same blocks (inputs (k, d), labels (k,)) of the samples at every call.
        teacher : ndarray, shape (d,)
            theta*, or eigenvalues of S*: for the risk only.
        width : float
            p/d, of networks that have a width.
        tol : float
            Relative duality gap to reach, at least.
        max_evaluations : int
            Budget of evaluations of loss and gradient.
        init_scale : float
            Standard deviation of the initial weights.
        """


def training_of(network: str) -> Training:
    """Training of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    ModuleNotFoundError
        If a package is missing: one line with the extra that brings it.
    """
    require(network, "training")
    with extras():
        return cast(Training, import_module(f"scaling_spectra.networks.{network}.training"))
