"""Pruning after training in place of tuning lambda (Corollary 2)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from scaling_spectra.arrays import Array
    from scaling_spectra.records import StateEvolution
    from scaling_spectra.spectrum import Spectrum


class Pruning(Protocol):
    """Corollary 2 for a network."""

    def pruned_threshold(self, delta: float, threshold: float, dim: float) -> float:
        """Threshold b' >= b above the noise of size `delta`."""

    def prune(self, weights: Array, delta: float, threshold: float) -> Array:
        """Learned weights or eigenvalues, shape (d,), as if they had been trained at `pruned_threshold`."""

    def estimate(
        self, weights: Array, train_loss: float, samples: int, weight_decay: float, *, width: float = 1.0
    ) -> tuple[float, float]:
        """Effective noise delta and threshold b from what training leaves.

        Parameters
        ----------
        weights : ndarray, shape (d,)
            Learned weights or eigenvalues, exact zeros included.
        train_loss : float
            Mean squared residual on the training set.
        samples : int
            n.
        weight_decay : float
            lambda.
        width : float
            p/d, of networks that have a width.

        Raises
        ------
        ValueError
            If the residual says nothing about the noise.
        """

    def pruned_risk(self, spectrum: Spectrum, solution: StateEvolution) -> float:
        """Risk R that theory predicts after pruning."""

    def conditional_pruned_risk(self, teacher: Array, solution: StateEvolution) -> float:
        """The same for one teacher, shape (d,)."""


def pruning_of(network: str) -> Pruning:
    """Pruning of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "pruning")
    return cast(Pruning, import_module(f"scaling_spectra.networks.{network}.pruning"))
