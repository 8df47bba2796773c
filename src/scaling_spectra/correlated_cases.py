"""Cases of correlated inputs that are examined: their features in a replica, and state evolution at the best lambda."""

from functools import partial
from typing import Any

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.arrays import Array
from scaling_spectra.continuation import Continuation
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.optimal import Optimum, lowest
from scaling_spectra.records import SOLVED, StateEvolution
from scaling_spectra.replicas import Replica
from scaling_spectra.whitened import Rotated, rotate, same_signal, variances, whiten

# exponent a, position of the largest variances, weight decay
CASES = (
    (0.0, "aligned", "plain"),
    (0.5, "aligned", "plain"),
    (1.0, "aligned", "plain"),
    (1.0, "aligned", "matched"),
    (1.0, "against", "plain"),
    (1.0, "against", "matched"),
    (1.0, "random", "plain"),
    (1.0, "random", "matched"),
)
# the search for the best lambda, in units of the one that cuts the noise of white inputs
LEAST, MOST = 1e-3, 100.0
# child of a replica's seed that draws a position
POSITION = 3

# Whitened or, of networks that learn matrices, Rotated
Features = Any


def unit(of: Ensemble, n_eff: float, width: float) -> float:
    """The lambda that cuts the noise of white inputs, up to a constant."""
    kappa = limits_of(of.network).SAMPLES_FACTOR
    return float(np.sqrt(kappa * of.noise_var * n_eff / of.dim / width))


def best(of: Ensemble, features: Features, samples: float, n_eff: float, width: float) -> Optimum:
    """The best lambda of these features, averaged over teachers."""
    path = partial(correlated_of(of.network).state_evolution, features, noise_var=of.noise_var, width=width)
    least, most = (float(np.log(unit(of, n_eff, width) * end)) for end in (LEAST, MOST))
    return lowest([Continuation(path)], samples, least, most)


def at_best(
    of: Ensemble,
    scales: Array,
    case: tuple[float, str, str],
    samples: int,
    n_eff: float,
    replicas: list[Replica],
    width: float,
) -> tuple[list[tuple[Features, Array]], float, str]:
    """What is `placed` in every replica, the best lambda of the first one's features, and whether it is solved."""
    inputs = [placed(of, scales, *case, replica) for replica in replicas]
    found = best(of, inputs[0][0], samples, n_eff, width)
    status = SOLVED if found.status == SOLVED else f"no best weight decay: {found.status}"
    # where none is better than lambda -> 0, the least that is tried
    return inputs, found.weight_decay or unit(of, n_eff, width) * LEAST, status


def placed(
    of: Ensemble, scales: Array, exponent: float, position: str, decay: str, replica: Replica
) -> tuple[Features, Array]:
    """Whitened features and the variances of the inputs, in the eigenbasis of Sigma, with the signal of white ones."""
    power, rng = correlated_of(of.network).POWER, datasets.child_rng(replica.seed, POSITION)
    if position == "random" and power == 2:
        # eigenvectors that have nothing to do with those of Sigma
        variance = variances(of.dim, exponent, "aligned")
        rotation = np.linalg.qr(rng.standard_normal((of.dim, of.dim)))[0]
        signal = rotate(scales, variance, rotation, decay).energy
        variance = variance * np.sqrt(np.mean(scales**2) / signal)
        return rotate(scales, variance, rotation, decay), variance
    variance = same_signal(scales, variances(of.dim, exponent, position, rng), power)
    return whiten(scales, variance, power, decay), variance


def whitened_teacher(of: Ensemble, features: Features, variance: Array, replica: Replica) -> Array:
    """The replica's teacher as white inputs see it."""
    if isinstance(features, Rotated):
        return features.teacher
    teacher: Array = replica.teacher * variance ** (correlated_of(of.network).POWER / 2)
    return teacher


def own_theory(
    of: Ensemble, features: Features, truth: Array, samples: float, weight_decay: float, width: float
) -> StateEvolution:
    """State evolution of one replica's teacher and inputs."""
    module, point = correlated_of(of.network), (samples, weight_decay, of.noise_var)
    if isinstance(features, Rotated):
        rotated: Features = features
        return module.state_evolution(rotated, *point, width=width)
    return module.conditional_state_evolution(truth, features.prices, *point, width=width)
