"""Training of several replicas and weight decays at once, on an accelerator."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from scaling_spectra.extras import extras
from scaling_spectra.networks import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scaling_spectra.records import TrainingRecord
    from scaling_spectra.replica import Replica


class Batched(Protocol):
    """Training of many networks of one size, to the certificates of `training`, which are made on the CPU."""

    def prepare(
        self,
        replicas: Iterable[Replica],
        weight_decays: Sequence[float],
        *,
        device: str,
        width: float,
        tol: float,
        max_evaluations: int,
        init_scale: float,
    ) -> Iterator[Callable[[float], TrainingRecord]]:
        """For each replica a function of lambda, one of `weight_decays`, with the record of the trained network.

        Parameters
        ----------
        replicas : iterable of Replica
            With samples of one shape.
        weight_decays : sequence of float
            Values of lambda > 0.
        device : str
            Name of a device, as torch has it.
        width, tol, max_evaluations, init_scale
            As in `interface.training.Training.prepare`.

        Raises
        ------
        RuntimeError
            If there is no such device.
        """


def batched_of(network: str) -> Batched:
    """Training of many at once of a network, by its name.

    Raises
    ------
    ValueError
        If there is no such network, or it lacks this part.
    ModuleNotFoundError
        If a package is missing: one line with the extra that brings it.
    """
    require(network, "batched")
    with extras():
        return cast(Batched, import_module(f"scaling_spectra.networks.{network}.batched"))
