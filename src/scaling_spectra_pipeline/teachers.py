"""The teachers of trained points, drawn again from their seeds."""

from collections.abc import Iterable

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.networks import load
from scaling_spectra.spectrum import power_law


def draw_teachers(
    network: str, gamma: float, noise_var: float, dim: int, replicas: Iterable[int], root_seed: int
) -> np.ndarray:
    """Teachers of an ensemble's replicas, shape (replicas, d), as its data stage drew them."""
    problem, spectrum = load(network, "problem"), power_law(dim, gamma)
    seeds = (datasets.seed_sequence(root_seed, network, noise_var, dim, int(replica)) for replica in replicas)
    return np.array([problem.draw_teacher(spectrum, datasets.child_rng(seed, datasets.TEACHER)) for seed in seeds])
