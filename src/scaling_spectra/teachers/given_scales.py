"""Teachers whose scales are given, by a file say."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from reprlib import repr as shortened

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.defaults import LARGEST
from scaling_spectra.spectrum import from_values
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, repr=False)
class GivenScales(Teacher):
    """Any scales s_1 >= ... >= s_D, those of a teacher in D dimensions.

    In d dimensions the teacher has the scales s_i sqrt(d/D), the d largest of them if d < D, and zeros beyond rank D
    if d > D.

    Parameters
    ----------
    scales : sequence of float
        As many as dimensions D, in any order; the largest from 10^-12 to 10^12.

    Raises
    ------
    ValueError
        If a scale is negative or not finite, none is positive, or the largest is out of range.

    Examples
    --------
    >>> from scaling_spectra import GivenScales
    >>> teacher = GivenScales([1.0, 3.0, 2.0, 0.0])
    >>> print(teacher.in_dimension(4), teacher.in_dimension(16)[:2], teacher.spectrum(16).dim)
    [3. 2. 1. 0.] [6. 4.] 16.0
    """

    scales: Sequence[float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "scales", tuple(map(float, self.scales)))
        if not self._ordered.any():
            raise ValueError("scales: must hold a positive number")
        # squares of larger ones, and of the noise beside them, leave nothing of double precision
        if not 1 / LARGEST <= self._ordered[0] <= LARGEST:
            accepted = f"from {1 / LARGEST:g} to {LARGEST:g} is accepted"
            raise ValueError(f"scales: the largest is {self._ordered[0]:g}, {accepted}")

    def __repr__(self) -> str:
        return f"GivenScales({shortened(self.scales)})"

    def in_dimension(self, dim: int) -> Array:
        scaled: Array = self._ordered[:dim] * np.sqrt(dim / self._ordered.size)
        return scaled

    @property
    def label(self) -> str:
        return "teacher's scales from a file"

    @cached_property
    def _ordered(self) -> Array:
        return from_values(self.scales).values
