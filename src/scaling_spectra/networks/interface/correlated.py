"""Networks whose inputs are correlated."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scaling_spectra.arrays import Array
    from scaling_spectra.records import StateEvolution, TrainingRecord
    from scaling_spectra.whitened import Whitened


class Correlated(Protocol):
    """State evolution and convex equivalent with inputs x ~ N(0, Sigma), in whitened inputs.

    Attributes
    ----------
    POWER : int
        k: a feature s_i along which inputs have the variance sigma_i^2 is s_i sigma_i^k in whitened inputs, and weight
        decay asks sigma_i^(-k) for it.
    """

    POWER: int

    def state_evolution(
        self,
        features: Whitened,
        samples: float,
        weight_decay: float,
        noise_var: float,
        *,
        width: float = 1.0,
        start: StateEvolution | None = None,
        tol: float = 1e-9,
    ) -> StateEvolution:
        """State evolution averaged over teachers; parameters and errors as in `theory`."""

    def conditional_state_evolution(
        self,
        teacher: Array,
        prices: Array,
        samples: float,
        weight_decay: float,
        noise_var: float,
        *,
        width: float = 1.0,
        start: StateEvolution | None = None,
        tol: float = 1e-9,
    ) -> StateEvolution:
        """State evolution of one whitened teacher and the prices of its features, of shape (d,) each."""

    def prepare(
        self,
        draw: Callable[[], Iterable[tuple[Array, Array]]],
        teacher: Array,
        variances: Array,
        *,
        width: float,
        tol: float,
    ) -> Callable[[float], TrainingRecord]:
        """Function of lambda that returns the record of the global minimum; all it says is whitened.

        Parameters
        ----------
        draw : callable
            Yields blocks (inputs, labels); the inputs have the variances sigma_i^2.
        teacher, variances : ndarray, shape (d,)
            The whitened teacher, and sigma_i^2.
        """


def correlated_of(network: str) -> Correlated:
    """A network with correlated inputs, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    """
    require(network, "correlated")
    return cast(Correlated, import_module(f"scaling_spectra.networks.{network}.correlated"))
