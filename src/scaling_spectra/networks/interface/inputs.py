"""The risk at finite d, where inputs do not measure the way state evolution has it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from scaling_spectra.arrays import Array


class Inputs(Protocol):
    """Risk of inputs that do not measure the way state evolution has it; a network whose inputs do lacks this part."""

    def risks(
        self,
        teacher: Array,
        samples: Sequence[float],
        weight_decays: Sequence[float],
        noise_var: float,
        rng: np.random.Generator,
        *,
        width: float = 1.0,
    ) -> Array:
        """R at each pair of (n, lambda), shape (k,), of inputs that are not Gaussian; NaN where there is no solution.

        Parameters
        ----------
        teacher : ndarray, shape (d,)
            Shared by all replicas.
        samples, weight_decays : sequences of float, of one length
            n and lambda.
        noise_var : float
            Delta.
        rng : numpy.random.Generator
            Draws noise and inputs, the same for every pair.
        width : float
            p/d.
        """


def inputs_of(network: str) -> Inputs:
    """Inputs of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "inputs")
    return cast(Inputs, import_module(f"scaling_spectra.networks.{network}.inputs"))
