"""Teachers without structure: all scales are equal."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True)
class Flat(Teacher):
    """Scales s_i = 1, i = 1..d: mean s_i^2 = 1, as of the other families."""

    def in_dimension(self, dim: int) -> Array:
        return np.ones(dim)

    @property
    def label(self) -> str:
        return "flat"
