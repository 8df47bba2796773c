"""Risk at finite d of inputs x x^T, which are not Gaussian."""

from collections.abc import Sequence

import numpy as np

from scaling_spectra.networks.quadratic import effective, theory
from scaling_spectra.networks.quadratic.real_inputs import real_inputs, squares
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import from_values

NAME = "effective model of real inputs"
# draws of the noise over 1/d: their mean risks fluctuate by 1/d; draws of the inputs
DRAWS, INPUTS = 1000, 20_000


def risks(
    teacher: np.ndarray,
    samples: Sequence[float],
    weight_decays: Sequence[float],
    noise_var: float,
    rng: np.random.Generator,
    *,
    width: float = 1.0,
) -> np.ndarray:
    """R at every (n, lambda) with the same draws of noise and inputs; NaN where there is no solution.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
        Eigenvalues of S*.
    samples, weight_decays : sequences of float, of one length
    """
    noise = effective.goe(teacher.size, -(-DRAWS // teacher.size), rng)
    inputs = squares(teacher.size, INPUTS, rng)
    found = np.full(len(samples), np.nan)
    for place, (n, weight_decay) in enumerate(zip(samples, weight_decays, strict=True)):
        start = theory.state_evolution(from_values(teacher), n, weight_decay, noise_var, width=width)
        try:
            solution, _ = real_inputs(teacher, n, weight_decay, noise_var, noise, inputs, start, width=width)
        except StateEvolutionError:
            continue
        found[place] = solution.risk
    return found
