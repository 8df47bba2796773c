"""Where the risk of any teacher changes: the phase diagram of a power law, or the little that its scales tell."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.diagram_landmarks import Landmarks
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers.interface import Teacher
from scaling_spectra.teachers.power_law import PowerLaw
from scaling_spectra.ties import TIE

# share of sum s_i^2 that may be missing from what counts as the full spectrum
FAINT = 1e-3


def landmarks(teacher: Teacher, network: str, dim: float, noise_var: float) -> Landmarks:
    """Where along n_eff and lambda a network's risk changes; the whole phase diagram if the teacher is a power law."""
    if isinstance(teacher, PowerLaw):
        return PhaseDiagram(network, dim, teacher.gamma, noise_var)
    return OfSpectrum(network, dim, noise_var, merged_spectrum(teacher, int(dim)))


@dataclass(frozen=True)
class OfSpectrum(Landmarks):
    """Landmarks of a teacher that need not be a power law."""

    network: str
    dim: float
    noise_var: float
    spectrum: Spectrum

    @property
    def signal(self) -> float:
        return float(self.spectrum.mean(self.spectrum.values**2))

    @property
    def mean_scale(self) -> float:
        return float(self.spectrum.mean(self.spectrum.values))

    @property
    def detection(self) -> float:
        """n_eff from which the first feature is found: delta = s_1 while nothing is learned."""
        return super().detection * self.dim / float(self.spectrum.values[0]) ** 2

    @property
    def full_spectrum(self) -> float:
        """n_eff from which every feature but the faintest stands above the noise: delta = s_k, where the scales
        beyond k hold a share FAINT of sum s_i^2."""
        power = np.cumsum(self.spectrum.weights * self.spectrum.values**2)
        last: float = self.spectrum.values[np.searchsorted(power, (1 - FAINT) * (1 - TIE) * power[-1])]
        found = self.noise_var * self.dim / (self.limits.SAMPLES_FACTOR * last**2)
        return max(found, self.interpolation)
