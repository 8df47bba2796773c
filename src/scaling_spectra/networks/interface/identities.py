"""Equations between the numbers of a point, by which checks judge tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from scaling_spectra.arrays import Array, Numbers


class Identities(Protocol):
    """Identities of a network (theory: sections 1-3).

    Arguments are numbers, or columns of shape (points,); results have their shape.
    """

    def effective_noise(self, noise_var: Numbers, risk: Numbers, samples: Numbers, dim: Numbers) -> Numbers:
        """delta of state evolution, from Delta, R, n and d."""

    def weight_decay(
        self, threshold: Numbers, divergence: Numbers, samples: Numbers, dim: Numbers, width: Numbers
    ) -> Numbers:
        """lambda of state evolution, from b, the divergence, n, d and p/d."""

    def train_loss(
        self, noise_var: Numbers, risk: Numbers, divergence: Numbers, samples: Numbers, dim: Numbers
    ) -> Numbers:
        """Mean squared residual of state evolution."""

    def risk(self, weights: Array, overlap: Array, spectrum: Array) -> Array:
        """R of learned weights and the teacher beside them, both of shape (points, d), and the scales of shape (d,)."""

    def data_term(self, train_loss: Numbers, samples: Numbers) -> Numbers:
        """Part of the convex objective that the residual makes."""

    def penalty(self, weights: Array, weight_decay: Numbers, width: float) -> Array:
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
