"""A replica of an ensemble: one teacher, and the samples that it labels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.arrays import Array


@dataclass(frozen=True)
class Replica:
    """Teacher and samples of one seed.

    Attributes
    ----------
    seed : SeedSequence
        Root of everything random in this replica.
    teacher : ndarray, shape (d,)
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    """

    seed: np.random.SeedSequence
    teacher: Array
    draw: Callable[[], Iterator[tuple[Array, Array]]]

    def initialisation(self) -> np.random.Generator:
        """Source of the initial weights, the same for every lambda."""
        return datasets.child_rng(self.seed, datasets.INITIALISATION)
