"""Equations between the numbers of a point, by which checks judge tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from scaling_spectra.arrays import Array


class Identities(Protocol):
    """Identities of a network (theory: sections 1-3).

    Arguments are numbers, or columns of shape (points,); results have their shape.
    """

    def effective_noise(self, noise_var: ArrayLike, risk: ArrayLike, samples: ArrayLike, dim: ArrayLike) -> Array:
        """delta of state evolution, from Delta, R, n and d."""

    def weight_decay(
        self, threshold: ArrayLike, divergence: ArrayLike, samples: ArrayLike, dim: ArrayLike, width: float
    ) -> Array:
        """lambda of state evolution, from b, the divergence, n, d and p/d."""

    def train_loss(
        self, noise_var: ArrayLike, risk: ArrayLike, divergence: ArrayLike, samples: ArrayLike, dim: ArrayLike
    ) -> Array:
        """Mean squared residual of state evolution."""

    def risk(self, weights: Array, overlap: Array, spectrum: Array) -> Array:
        """R of learned weights and the teacher beside them, both of shape (points, d), and the scales of shape (d,)."""

    def data_term(self, train_loss: ArrayLike, samples: ArrayLike) -> Array:
        """Part of the convex objective that the residual makes."""

    def penalty(self, weights: Array, weight_decay: ArrayLike, width: float) -> Array:
        """Part of the convex objective that weights of shape (points, d) make."""


def identities_of(network: str) -> Identities:
    """Identities of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "identities")
    return cast(Identities, import_module(f"scaling_spectra.networks.{network}.identities"))
