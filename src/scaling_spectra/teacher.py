"""Teachers of a family: power laws, or given scales, in any dimension.

Given scales s_1 >= ... >= s_D are those of a teacher in D dimensions. As for the power law, it is s_i/sqrt(d) that
belongs to rank i whatever d: in d dimensions the teacher has the scales s_i sqrt(d/D), the d largest of them if
d < D, and zeros beyond rank D if d > D.
"""

from collections.abc import Sequence

import numpy as np

from scaling_spectra.spectrum import Spectrum, from_values, merge, merged_power_law, power_law

# stands for gamma where given scales count: nothing that needs a power law accepts it
NO_POWER_LAW = 0.0
# given scales above which the tail is merged
MERGED_FROM = 1000


def teacher_spectrum(dim: int, gamma: float, scales: Sequence[float] | None = None) -> Spectrum:
    """Scales of the teacher in d dimensions, one entry a dimension.

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
    known = _in_dimension(dim, scales)
    return from_values(np.pad(known, (0, dim - known.size)))


def merged_teacher_spectrum(dim: int, gamma: float, scales: Sequence[float] | None = None) -> Spectrum:
    """The same in few values: zeros are counted, long tails merged. For huge d."""
    if scales is None or gamma != NO_POWER_LAW:
        return merged_power_law(dim, gamma)
    known = _in_dimension(dim, scales)
    padded = known.size < dim
    values, weights = np.pad(known, (0, int(padded))), np.ones(known.size + padded)
    if padded:
        weights[-1] = dim - known.size
    spectrum = Spectrum(values, weights)
    return merge(spectrum) if known.size > MERGED_FROM else spectrum


def _in_dimension(dim: int, scales: Sequence[float]) -> np.ndarray:
    """The scales that fit into d dimensions, in decreasing order, without zeros beyond them."""
    ordered = np.sort(np.asarray(scales, dtype=float))[::-1]
    return ordered[:dim] * np.sqrt(dim / ordered.size)
