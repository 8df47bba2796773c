"""What weight decay matched to correlated inputs costs beside plain decay, aligned inputs, each at its best lambda."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from scaling_spectra.continuation import Continuation
from scaling_spectra.correlated_rates import FLAT, TOL, aligned
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.optimal import Optimum, lowest
from scaling_spectra.whitened import DECAYS, Whitened

# the search for the best lambda, in units of the one that cuts the noise of white inputs: plain decay charges the
# largest features least
WINDOWS = {"plain": (1e-12, 1e3), "matched": (1e-6, 3e1)}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Risks of plain and of matched decay at one n_eff, each at its best lambda.

    Attributes
    ----------
    n_eff : float
    found : float
        n_eff over the one from which the noise is below every feature.
    plain, matched : Optimum
    """

    n_eff: float
    found: float
    plain: Optimum
    matched: Optimum


def compared(
    network: str, gamma: float, exponent: float, noise_var: float, dim: int, points: int
) -> Iterator[Compared]:
    """From one effective sample to where the noise is below every feature."""
    kappa = limits_of(network).SAMPLES_FACTOR
    features = {decay: aligned(network, gamma, exponent, dim, decay) for decay in DECAYS}
    last = noise_var * dim / (kappa * float(features["plain"].scales.min()) ** 2)
    for n_eff in np.geomspace(1.0, last, points):
        unit = np.sqrt(kappa * noise_var * n_eff / dim)
        best = {decay: _best(network, of, n_eff, unit, decay, noise_var, dim) for decay, of in features.items()}
        yield Compared(n_eff=float(n_eff), found=float(n_eff / last), **best)


def _best(
    network: str, features: Whitened, n_eff: float, unit: float, decay: str, noise_var: float, dim: int
) -> Optimum:
    solve = partial(correlated_of(network).state_evolution, features, noise_var=noise_var, tol=TOL)
    least, most = (float(np.log(unit * end)) for end in WINDOWS[decay])
    samples = n_eff / problem_of(network).effective_samples(1, dim)
    return lowest([Continuation(solve)], samples, least, most, flat=FLAT)
