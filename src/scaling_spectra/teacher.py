"""Teachers of a family: power laws, or given scales, in any dimension.

Given scales s_1 >= ... >= s_D are those of a teacher in D dimensions. As for the power law, it is s_i/sqrt(d) that
belongs to rank i whatever d: in d dimensions the teacher has the scales s_i sqrt(d/D), the d largest of them if
d < D, and zeros beyond rank D if d > D.
"""

from collections.abc import Sequence

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import Spectrum, from_values, power_law

# stands for gamma where given scales count: nothing that needs a power law accepts it
NO_POWER_LAW = 0.0


def teacher_spectrum(dim: int, gamma: float, scales: Sequence[float] | None = None) -> Spectrum:
    """Scales of the teacher in d dimensions, one entry per dimension.

    Parameters
    ----------
    dim : int
        d.
    gamma : float
        Exponent of the power law, or NO_POWER_LAW.
    scales : sequence of float, optional
        Scales of the teacher in as many dimensions, in any order; they count for gamma = NO_POWER_LAW alone.

    Raises
    ------
    ValueError
        If ``gamma <= 1/2`` and no scales count, or if a scale is negative or not finite.
    """
    if scales is None or gamma != NO_POWER_LAW:
        return power_law(dim, gamma)
    known = in_dimension(dim, scales)
    return from_values(np.pad(known, (0, dim - known.size)))


def in_dimension(dim: int, scales: Sequence[float]) -> Array:
    """The scales that fit into d dimensions, in decreasing order, without zeros beyond them."""
    ordered = np.sort(np.asarray(scales, dtype=float))[::-1]
    scaled: Array = ordered[:dim] * np.sqrt(dim / ordered.size)
    return scaled
