"""Teachers in few values, for huge d."""

import numpy as np

from scaling_spectra.merging import merge, merged_power_law
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers.flat import Flat
from scaling_spectra.teachers.interface import Teacher
from scaling_spectra.teachers.power_law import PowerLaw

# scales above which the tail is merged
MERGED_FROM = 1000


def spectrum_in(teacher: Teacher, dim: int) -> Spectrum:
    """The teacher's spectrum in d dimensions: every scale where they are few, else `merged_spectrum`."""
    return teacher.spectrum(dim) if dim <= MERGED_FROM else merged_spectrum(teacher, dim)


def merged_spectrum(teacher: Teacher, dim: int) -> Spectrum:
    """The teacher's spectrum in d dimensions in few values: zeros are counted, long tails merged."""
    if isinstance(teacher, PowerLaw):
        return merged_power_law(dim, teacher.gamma)
    if isinstance(teacher, Flat):
        return Spectrum(teacher.in_dimension(1), np.array([float(dim)]))
    known = teacher.in_dimension(dim)
    padded = known.size < dim
    values, weights = np.pad(known, (0, int(padded))), np.ones(known.size + padded)
    if padded:
        weights[-1] = dim - known.size
    spectrum = Spectrum(values, weights)
    return merge(spectrum) if known.size > MERGED_FROM else spectrum
