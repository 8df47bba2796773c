"""Power laws, the teachers of the paper."""

from dataclasses import dataclass

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import check_power_law, power_law
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True)
class PowerLaw(Teacher):
    """Scales s_i = sqrt(d) i^(-gamma), i = 1..d.

    Parameters
    ----------
    gamma : float
        Exponent, larger than 1/2: else the teacher's norm grows with d.

    Raises
    ------
    ValueError
        If gamma is not larger than 1/2.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw
    >>> print(PowerLaw(1.0).in_dimension(4))
    [2.         1.         0.66666667 0.5       ]
    """

    gamma: float

    def __post_init__(self) -> None:
        check_power_law(1, self.gamma)

    def in_dimension(self, dim: int) -> Array:
        return power_law(dim, self.gamma).values

    @property
    def label(self) -> str:
        return f"gamma = {self.gamma:g}"
