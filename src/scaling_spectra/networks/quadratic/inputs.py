"""Risk of inputs x x^T, which are not Gaussian, at finite d."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic import effective, theory
from scaling_spectra.networks.quadratic.real_inputs import real_inputs, squares
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import from_values

# pairs of draws of the noise times d, whose mean risks fluctuate by 1/d, and at least; draws of the inputs
PAIRS, LEAST_PAIRS, INPUTS = 500, 4, 20_000
# an eigenvalue that crosses zero moves the equations by 1/(draws n): pairs times n, and how many times more if these
# do not do
RESOLUTION, MORE = 300, (1, 4)


def risks(
    teacher: Array,
    samples: Sequence[float],
    weight_decays: Sequence[float],
    noise_var: float,
    rng: np.random.Generator,
    *,
    width: float = 1.0,
) -> Array:
    """R at every (n, lambda) with the same draws of noise and inputs; NaN where the equations are not solved.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
        Eigenvalues of S*.
    samples, weight_decays : sequences of float, of one length
    """
    spectrum, dim = from_values(teacher), teacher.size
    points = list(zip(samples, weight_decays, strict=True))
    inputs = squares(dim, INPUTS, rng)
    pairs = ceil(max(LEAST_PAIRS, PAIRS / dim, RESOLUTION / min(samples)))
    starts = [theory.state_evolution(spectrum, n, decay, noise_var, width=width) for n, decay in points]
    found = np.full(len(points), np.nan)
    for more in MORE:
        half = effective.goe(dim, more * pairs, rng)
        # noise enters the risk linearly too, beside a mean error: G and -G cancel it
        noise = np.concatenate([half, -half])
        for place, ((n, decay), start) in enumerate(zip(points, starts, strict=True)):
            try:
                found[place] = real_inputs(teacher, n, decay, noise_var, noise, inputs, start, width=width)[0].risk
            except StateEvolutionError:
                found[place] = np.nan
        if np.isfinite(found).all():
            break
    return found
