"""Teachers of few features, and then nothing."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.teachers.interface import Teacher

LARGEST_RANK = 10**6


@dataclass(frozen=True)
class LowRank(Teacher):
    """Scales s_i = sqrt(d/r) for i <= r, zero beyond: sum s_i^2 = d.

    Parameters
    ----------
    rank : float
        r, a whole number; all d scales are equal where d < r.

    Raises
    ------
    ValueError
        If the rank is no whole number from 1 to 10^6.
    """

    rank: float

    def __post_init__(self) -> None:
        if not (1 <= self.rank <= LARGEST_RANK and self.rank == int(self.rank)):
            raise ValueError(f"rank: {self.rank} is not a whole number from 1 to {LARGEST_RANK}")

    def in_dimension(self, dim: int) -> Array:
        rank = min(int(self.rank), dim)
        return np.full(rank, np.sqrt(dim / rank))

    @property
    def label(self) -> str:
        return f"rank {self.rank:g}"
