"""Gradient descent on samples, with snapshots at fixed times."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike

    from scaling_spectra.arrays import Array


class Descent(Protocol):
    """Training of a network by plain gradient descent, small steps of the flow whose mean is `interface.flow.Flow`."""

    def descend(
        self,
        draw: Callable[[], Iterable[tuple[Array, Array]]],
        weights: Array,
        thresholds: Sequence[float],
        times: ArrayLike,
    ) -> tuple[Array, Array]:
        """Effective weights, shape (k, m, d) or (k, m, d, d), and mean squared residuals, shape (k, m).

        Parameters
        ----------
        draw : callable
            Yields the same blocks (inputs (r, d), labels (r,)) of the samples at every call.
        weights : ndarray
            Initial ones, as of `Flow.initial`.
        thresholds : sequence of float, shape (m,)
            b of the weight decay, lambda d/(kappa n_eff): each is a course of its own from the same weights.
        times : array_like, shape (k,)
            Increasing times of the snapshots.
        """

    def leading(self, weights: Array, count: int) -> Array:
        """The `count` largest of learned weights, shape (..., count)."""

    def norm(self, weights: Array) -> Array:
        """What weight decay keeps small: Tr S, or |theta|_1."""

    def participation(self, weights: Array) -> Array:
        """Effective number of learned features, (sum |v|)^2 / sum v^2 over eigenvalues, or weights, v."""


def descent_of(network: str) -> Descent:
    """Gradient descent of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "descent")
    return cast(Descent, import_module(f"scaling_spectra.networks.{network}.descent"))
