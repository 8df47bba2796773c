"""Power laws that end."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import check_power_law
from scaling_spectra.teachers.interface import Teacher

# ranks, in units of the cut-off, beyond which scales are zero to rounding
FAINTEST = 30.0
LARGEST_CUT = 10**5


@dataclass(frozen=True)
class CutPowerLaw(Teacher):
    """Scales s_i = sqrt(d) i^(-gamma) exp(-i/cut).

    Parameters
    ----------
    gamma : float
        Exponent, larger than 1/2.
    cut : float
        Rank beyond which the power law ends, from 1 to 10^5.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    gamma: float
    cut: float

    def __post_init__(self) -> None:
        check_power_law(1, self.gamma)
        if not 1 <= self.cut <= LARGEST_CUT:
            raise ValueError(f"cut: {self.cut} is not between 1 and {LARGEST_CUT}")

    def in_dimension(self, dim: int) -> Array:
        ranks = np.arange(1, 1 + min(dim, int(FAINTEST * self.cut)))
        scales: Array = np.sqrt(dim) * ranks**-self.gamma * np.exp(-ranks / self.cut)
        return scales

    @property
    def label(self) -> str:
        return f"gamma = {self.gamma:g}, cut at {self.cut:g}"
