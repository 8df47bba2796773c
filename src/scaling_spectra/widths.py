"""Widths and weight decays at which tables and studies look at networks of few hidden units."""

from collections.abc import Callable

import numpy as np

from scaling_spectra.arrays import Array, Indices
from scaling_spectra.ties import rounded

# the penalty of wide networks in units of sqrt(n_eff/d), where it is small beside what makes the noise bulk disappear
SMALL_DECAY = 0.5
# widths a factor of two and then of about 1.5 apart
STEPS = 8


def tried(dim: int) -> Indices:
    """Numbers of hidden units from 1 to d, about evenly spread in their logarithm."""
    return np.unique([rounded(value) for value in np.geomspace(1, dim, STEPS)])


def decay_at(n_eff: float, dim: float) -> Callable[[float | Array | Indices], Array]:
    """lambda as a function of p: lambda sqrt(p/d) = SMALL_DECAY sqrt(n_eff/d) at every width."""

    def decay(hidden: float | Array | Indices) -> Array:
        found: Array = SMALL_DECAY * np.sqrt(n_eff / np.asarray(hidden, dtype=float))
        return found

    return decay
