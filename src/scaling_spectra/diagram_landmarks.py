"""What a diagram shows of any teacher: the noise, the peak, and where learning starts and ends."""

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.diagram_lines import Line
from scaling_spectra.networks.interface.limits import Limits, limits_of


class Landmarks:
    """What a diagram of any teacher shows: the noise, the peak, and where learning starts and ends.

    A subclass gives ``network``, ``dim``, ``noise_var`` and the abstract properties.
    """

    network: str
    dim: float
    noise_var: float

    @cached_property
    def limits(self) -> Limits:
        """Module with the network's constants."""
        return limits_of(self.network)

    @property
    def signal(self) -> float:
        """mean_i s_i^2."""
        raise NotImplementedError

    @property
    def mean_scale(self) -> float:
        """mean_i s_i."""
        raise NotImplementedError

    @property
    def full_spectrum(self) -> float:
        """n_eff from which every feature stands above the noise."""
        raise NotImplementedError

    @property
    def noise(self) -> Line:
        """b = delta."""
        return Line(float(np.sqrt(self.limits.SAMPLES_FACTOR * self.noise_var / self.dim)), 0.5)

    @property
    def bulk(self) -> Line:
        """lambda_c, where the bulk just disappears: b = edge * delta."""
        return Line(self.limits.bulk_edge(self.dim) * self.noise.coefficient, 0.5)

    @property
    def detection(self) -> float:
        """n_eff from which the first feature is found."""
        found = (self.noise_var + self.signal) / self.limits.SAMPLES_FACTOR
        return max(found, self.limits.RECOVERY) if self.noise_var == 0 else found

    @property
    def interpolation(self) -> float:
        """n_eff of the interpolation peak."""
        return self.limits.INTERPOLATION * self.dim

    @property
    def recovery(self) -> float:
        """n_eff of exact recovery at lambda -> 0 without noise."""
        return self.limits.RECOVERY * self.dim

    def peak_risk(self, weight_decay: ArrayLike) -> Array:
        """Risk on the peak for lambda << 1: (c Delta^2/lambda)^(2/3), up to a cap at finite d (quadratic)."""
        return self.limits.peak_risk(weight_decay, self.noise_var, self.mean_scale)
