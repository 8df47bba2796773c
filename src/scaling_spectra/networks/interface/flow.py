"""Gradient flow of the population loss: the networks' weights while they are learned."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

    from scaling_spectra.arrays import Array
    from scaling_spectra.spectrum import Spectrum


class Flow(Protocol):
    """Flow of a network, in the time of `scaling_spectra.flow`.

    Its weights are what they are in the units of that time: S = W^T W, theta = a w.
    """

    def risk(self, spectrum: Spectrum, start: float, times: ArrayLike, threshold: float = 0.0) -> Array:
        """R at `times`, shape (k,), averaged over teachers, if every direction of the teacher starts at `start`."""

    def floor(self, spectrum: Spectrum, threshold: float = 0.0, width: float = ...) -> float:
        """R for t -> infinity of p = `width` hidden units, of networks that have a width."""

    def initial(self, dim: int, width: float, scale: float, rng: np.random.Generator) -> Array:
        """Random weights of standard deviation `scale`, as training starts from: W, or a above w."""

    def starts(self, teacher: Array, weights: Array) -> Array:
        """What initial weights have of each feature, on the teacher's side, shape (d,): S_ii, or |theta_i|."""

    def learned(self, target: Array, weights: Array, times: ArrayLike) -> Array:
        """Effective weights at increasing `times`, from initial `weights`, without weight decay.

        Parameters
        ----------
        target : ndarray, shape (d,) or (d, d)
            What the flow is driven to: theta*, or eigenvalues s_i of S* = diag(s), or any symmetric matrix.

        Returns
        -------
        ndarray, shape (k, d) or (k, d, d)
        """

    def noisy(self, teacher: Array, delta: float, rng: np.random.Generator) -> Array:
        """A target for `learned`: the teacher in noise delta, as state evolution has it."""


def flow_of(network: str) -> Flow:
    """Flow of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "flow")
    return cast(Flow, import_module(f"scaling_spectra.networks.{network}.flow"))
