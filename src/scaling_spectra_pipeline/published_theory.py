"""The problems whose numbers others published: their teachers and weight decays, and the least error there."""

from typing import TypeVar

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.marchenko_pastur import marchenko_pastur
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import attempt_mean
from scaling_spectra.spectrum import Spectrum, normalised, power_law
from scaling_spectra_pipeline import published_numbers

NETWORK = "quadratic"
# dimension that stands for infinity
LARGE = 1e6
Numbers = TypeVar("Numbers", float, Array)


def power_law_of(dim: int) -> Spectrum:
    """Scales of the teacher of the published networks, in another dimension."""
    return normalised(power_law(dim, published_numbers.GAMMA))


def weight_decay(samples: Numbers, dim: int) -> Numbers:
    """Weight decay of the published networks at p = d, in another dimension."""
    decay: Numbers = published_numbers.DECAY * np.sqrt(samples) / dim
    return decay


def bayes_error(noise_var: float, ratio: float) -> tuple[float, str]:
    """kappa M of the Bayes-optimal estimate at n/d^2 = `ratio`, and its status; NaN where it is not solved."""
    teacher = marchenko_pastur(published_numbers.KAPPA, LARGE)
    risk, status = attempt_mean(theory_of(NETWORK).bayes_risk, [teacher], ratio * LARGE**2, noise_var)
    return published_numbers.KAPPA * risk / 2, status
