"""Teachers of a family in few values, for huge d."""

from collections.abc import Sequence

import numpy as np

from scaling_spectra.merging import merge, merged_power_law
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teacher import NO_POWER_LAW, in_dimension

# given scales above which the tail is merged
MERGED_FROM = 1000


def merged_teacher_spectrum(dim: int, gamma: float, scales: Sequence[float] | None = None) -> Spectrum:
    """`teacher_spectrum` in few values: zeros are counted, long tails merged."""
    if scales is None or gamma != NO_POWER_LAW:
        return merged_power_law(dim, gamma)
    known = in_dimension(dim, scales)
    padded = known.size < dim
    values, weights = np.pad(known, (0, int(padded))), np.ones(known.size + padded)
    if padded:
        weights[-1] = dim - known.size
    spectrum = Spectrum(values, weights)
    return merge(spectrum) if known.size > MERGED_FROM else spectrum
