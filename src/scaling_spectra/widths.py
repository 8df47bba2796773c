"""Widths and weight decays at which tables and studies look at networks of few hidden units."""

from collections.abc import Callable, Mapping

import numpy as np

from scaling_spectra.arrays import Array, Indices
from scaling_spectra.ties import TIE, rounded
from scaling_spectra.weight_decays import weight_decay

# p/d, or the rule {coefficient: c, exponent: e} of p = c d^e
Width = float | Mapping[str, float]
# most hidden units of a wide network, over d
WIDEST = 1000
FEWER = "fewer hidden units than inputs are those of studies.few_hidden_units.width"
# the penalty of wide networks in units of sqrt(n_eff/d), where it is small beside what makes the noise bulk disappear
SMALL_DECAY = 0.5
# widths a factor of two and then of about 1.5 apart
STEPS = 8


def tried(dim: int) -> Indices:
    """Numbers of hidden units from 1 to d, about evenly spread in their logarithm."""
    return np.unique([rounded(value) for value in np.geomspace(1, dim, STEPS)])


def share(width: Width, dim: float) -> float:
    """p/d of a number p/d, or of a rule whose p is rounded to whole units."""
    if not isinstance(width, Mapping):
        return width
    return rounded(weight_decay(width["coefficient"], width["exponent"], dim)) / dim


def units(coefficient: float, exponent: float, dim: int, *, wide: bool = False) -> int:
    """Number of hidden units p = c d^e of a rule; a share of d, or a number, must be whole.

    p <= d, or, of a `wide` network, p >= d.

    Raises
    ------
    ValueError
        One line that says what p is.
    """
    number = weight_decay(coefficient, exponent, dim)
    hidden = rounded(number)
    told = f"{coefficient:g} d^{exponent:g} is p = {number:.6g} at d = {dim}"
    if exponent in (0, 1) and abs(number - hidden) > TIE * number:
        raise ValueError(f"{told}; must be a whole number of hidden units")
    if wide and not dim <= hidden <= WIDEST * dim:
        raise ValueError(f"{told}; must be from d to {WIDEST} d: {FEWER}")
    if not wide and not 1 <= hidden <= dim:
        raise ValueError(f"{told}; must be from 1 to d: more units learn what d do")
    return hidden


def decay_at(n_eff: float, dim: float) -> Callable[[float | Array | Indices], Array]:
    """lambda as a function of p: lambda sqrt(p/d) = SMALL_DECAY sqrt(n_eff/d) at every width."""

    def decay(hidden: float | Array | Indices) -> Array:
        found: Array = SMALL_DECAY * np.sqrt(n_eff / np.asarray(hidden, dtype=float))
        return found

    return decay
