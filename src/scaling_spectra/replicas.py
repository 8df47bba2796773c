"""Replicas of an ensemble, each from a seed of its own."""

from functools import partial

from scaling_spectra import datasets
from scaling_spectra.arrays import Array
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.replica import Replica
from scaling_spectra.spectrum import Spectrum

__all__ = ["Replica", "draw_replica", "draw_teacher", "replica_of"]


def draw_teacher(network: str, spectrum: Spectrum, noise_var: float, replica: int, root_seed: int) -> Array:
    """Teacher of replica number `replica`, shape (d,)."""
    seed = datasets.seed_sequence(root_seed, network, noise_var, round(spectrum.dim), replica)
    return problem_of(network).draw_teacher(spectrum, datasets.child_rng(seed, datasets.TEACHER))


def replica_of(network: str, teacher: Array, noise_var: float, samples: int, replica: int, root_seed: int) -> Replica:
    """Replica number `replica` with n = `samples` that a teacher, shape (d,), labels."""
    seed = datasets.seed_sequence(root_seed, network, noise_var, teacher.size, replica)
    outputs = partial(problem_of(network).outputs, teacher)
    stream = datasets.SampleStream(seed, teacher.size)
    return Replica(seed, teacher, partial(stream.labelled, samples, outputs, noise_var))


def draw_replica(
    network: str, spectrum: Spectrum, noise_var: float, samples: int, replica: int, root_seed: int
) -> Replica:
    """Replica number `replica` with n = `samples` and a teacher of its own."""
    teacher = draw_teacher(network, spectrum, noise_var, replica, root_seed)
    return replica_of(network, teacher, noise_var, samples, replica, root_seed)
