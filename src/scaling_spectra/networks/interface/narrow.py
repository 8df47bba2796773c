"""Training of fewer hidden units than dimensions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.extras import extras
from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np

    from scaling_spectra.arrays import Array
    from scaling_spectra.narrow import NarrowRecord


class Narrow(Protocol):
    """Training of p < d hidden units, which is not convex: no duality gap certifies where it ends."""

    def prepare(
        self,
        draw: Callable[[], Iterable[tuple[Array, Array]]],
        teacher: Array,
        *,
        hidden: int,
        tol: float,
        max_evaluations: int,
        init_scale: float,
    ) -> Callable[[float, np.random.Generator], NarrowRecord]:
        """Function of (lambda, rng) that trains from random weights on |y - f(X)|^2 + lambda |W|_F^2.

        Parameters
        ----------
        draw : callable
            Yields the same blocks (inputs (k, d), labels (k,)) of the samples at every call.
        teacher : ndarray, shape (d,)
            Eigenvalues of S*: for the risk only.
        hidden : int
            p.
        tol : float
            Relative gradient at which training stops.
        max_evaluations : int
            Budget of evaluations of loss and gradient.
        init_scale : float
            Standard deviation of the initial weights.
        """


def narrow_of(network: str) -> Narrow:
    """Training of few hidden units of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    ModuleNotFoundError
        If a package is missing: one line with the extra that brings it.
    """
    require(network, "narrow")
    with extras():
        return cast(Narrow, import_module(f"scaling_spectra.networks.{network}.narrow"))
