"""Teachers whose scales fall off exponentially."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.teachers.interface import Teacher

# ranks, in units of 1/rate, beyond which scales are zero to rounding
FAINTEST = 30.0
# a slower fall is as long as a list may be
LEAST_RATE = 1e-4


@dataclass(frozen=True)
class Exponential(Teacher):
    """Scales s_i ~ sqrt(d) exp(-rate i) with sum s_i^2 = d.

    Parameters
    ----------
    rate : float
        From 1e-4 to 10.

    Raises
    ------
    ValueError
        If the rate is out of range.
    """

    rate: float

    def __post_init__(self) -> None:
        if not LEAST_RATE <= self.rate <= 10:
            raise ValueError(f"rate: {self.rate} is not between {LEAST_RATE:g} and 10")

    def in_dimension(self, dim: int) -> Array:
        scales = np.exp(-self.rate * np.arange(min(dim, int(FAINTEST / self.rate) + 1)))
        normalised: Array = scales * np.sqrt(dim / np.sum(scales**2))
        return normalised

    @property
    def label(self) -> str:
        return f"exponential, rate {self.rate:g}"
