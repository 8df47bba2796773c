"""Risk of inputs x x^T, which are not Gaussian, at finite d."""

from collections.abc import Sequence

import numpy as np

from scaling_spectra.networks.quadratic import effective, theory
from scaling_spectra.networks.quadratic.real_inputs import real_inputs, squares
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import from_values

# whether inputs measure the way state evolution has it
GAUSSIAN = False
# draws of the noise times d, whose mean risks fluctuate by 1/d, and at least; draws of the inputs
DRAWS, LEAST_DRAWS, INPUTS = 1000, 8, 20_000
# an eigenvalue that crosses zero moves the equations by 1/(draws n): where that hinders their solution more are taken
MORE = (1, 4, 16)


def risks(
    teacher: np.ndarray,
    samples: Sequence[float],
    weight_decays: Sequence[float],
    noise_var: float,
    rng: np.random.Generator,
    *,
    width: float = 1.0,
) -> np.ndarray:
    """R at every (n, lambda) with the same draws of noise and inputs; NaN where the equations are not solved.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
        Eigenvalues of S*.
    samples, weight_decays : sequences of float, of one length
    """
    seed, spectrum = int(rng.integers(2**63)), from_values(teacher)
    inputs = squares(teacher.size, INPUTS, rng)
    draws = max(-(-DRAWS // teacher.size), LEAST_DRAWS)
    found = np.full(len(samples), np.nan)
    for place, (n, weight_decay) in enumerate(zip(samples, weight_decays, strict=True)):
        start = theory.state_evolution(spectrum, n, weight_decay, noise_var, width=width)
        for more in MORE:
            half = effective.goe(teacher.size, more * draws // 2, np.random.default_rng(seed))
            # noise enters the risk linearly too, beside a mean error: G and -G cancel it
            noise = np.concatenate([half, -half])
            try:
                solution, _ = real_inputs(teacher, n, weight_decay, noise_var, noise, inputs, start, width=width)
            except StateEvolutionError:
                continue
            found[place] = solution.risk
            break
    return found
