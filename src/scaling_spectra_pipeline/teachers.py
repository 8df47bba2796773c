"""The teachers of trained points, drawn again from their seeds."""

from collections.abc import Iterable, Sequence

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.teacher import teacher_spectrum


def draw_teachers(
    network: str,
    gamma: float,
    noise_var: float,
    dim: int,
    replicas: Iterable[int],
    root_seed: int,
    scales: Sequence[float] | None = None,
) -> np.ndarray:
    """Teachers of an ensemble's replicas, shape (replicas, d), as its data stage drew them.

    `scales` are those of the build; they do not count where gamma is that of a power law.
    """
    problem, spectrum = problem_of(network), teacher_spectrum(dim, gamma, scales)
    seeds = (datasets.seed_sequence(root_seed, network, noise_var, dim, int(replica)) for replica in replicas)
    return np.array([problem.draw_teacher(spectrum, datasets.child_rng(seed, datasets.TEACHER)) for seed in seeds])
