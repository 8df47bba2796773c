"""Risk of inputs x x^T, which are not Gaussian, at finite d."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.quadratic import effective, theory
from scaling_spectra.networks.quadratic.real_inputs import real_inputs, squares
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import from_values

# pairs of draws of the noise times d, and at least; draws of the inputs
PAIRS, LEAST_PAIRS, INPUTS = 200, 1, 20_000
# an eigenvalue that crosses zero moves the equations by 1/(draws n): pairs times n, and how many times more if these
# do not do
RESOLUTION, MORE = 300, (1, 4)
# how many times as many draws tell the risk of Gaussian measurements
OF_GAUSSIAN = 8


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

    The risk of Gaussian measurements at this d, from many draws of the noise, times the ratio of both risks over a few.

    Parameters
    ----------
    teacher : ndarray, shape (d,)
        Eigenvalues of S*.
    samples, weight_decays : sequences of float, of one length
    """
    spectrum, dim = from_values(teacher), teacher.size
    inputs = squares(dim, INPUTS, rng)
    pairs = ceil(max(LEAST_PAIRS, PAIRS / dim, RESOLUTION / min(samples)))
    points = [
        ((teacher, n, decay, noise_var), theory.state_evolution(spectrum, n, decay, noise_var, width=width))
        for n, decay in zip(samples, weight_decays, strict=True)
    ]
    found = np.full(len(points), np.nan)
    for more in MORE:
        half = effective.goe(dim, more * max(pairs, ceil(OF_GAUSSIAN * max(LEAST_PAIRS, PAIRS / dim))), rng)
        # noise enters the risk linearly too, beside a mean error: G and -G cancel it
        many, few = (np.concatenate([draws, -draws]) for draws in (half, half[: more * pairs]))
        for place, (point, start) in enumerate(points):
            if np.isfinite(found[place]):
                continue
            try:
                real, _ = real_inputs(*point, few, inputs, start, width=width)
                # what the noise does to both models is most of what it does to either
                gaussian, mean = (effective.self_consistent(*point, g, start, width=width)[0] for g in (few, many))
                found[place] = real.risk * mean.risk / gaussian.risk
            except StateEvolutionError:
                found[place] = np.nan
        if np.isfinite(found).all():
            break
    return found
