"""Reproducible samples of any number, drawn in blocks and never stored.

A block is a pure function of (seed, block number), so n samples are always the first n rows of
the same endless table, whoever asks, in any order, on any number of cores.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from scaling_spectra.arrays import Array

BLOCK_ROWS = 4096


def seed_sequence(root: int, network: str, noise_var: float, dim: int, replica: int) -> np.random.SeedSequence:
    """Seed of one teacher and its samples; independent of everything not named here."""
    key = (crc32(network.encode()), crc32(repr(float(noise_var)).encode()), dim, replica)
    return np.random.SeedSequence(root, spawn_key=key)


def gathered(blocks: Iterable[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Inputs, shape (n, d), and labels, shape (n,), of all blocks together."""
    inputs, labels = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return inputs, labels


def child_rng(seed: np.random.SeedSequence, *key: int) -> np.random.Generator:
    """Generator of the child of `seed` with the given key, without changing `seed`."""
    child = np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *key))
    return np.random.Generator(np.random.PCG64(child))


# first key of a child: what it is used for
TEACHER, SAMPLES, INITIALISATION = range(3)


@dataclass(frozen=True)
class SampleStream:
    """Endless table of inputs x ~ N(0, I_d) and label noise xi ~ N(0, 1)."""

    seed: np.random.SeedSequence
    dim: int

    def blocks(self, n: int) -> Iterator[tuple[Array, Array]]:
        """Yield (inputs, noise) of shapes (m, d) and (m,), m <= BLOCK_ROWS, for the first n rows."""
        for index, start in enumerate(range(0, n, BLOCK_ROWS)):
            rows = min(BLOCK_ROWS, n - start)
            block = child_rng(self.seed, SAMPLES, index).standard_normal((rows, self.dim + 1))
            yield block[:, :-1], block[:, -1]

    def labelled(self, n: int, outputs: Callable[[Array], Array], noise_var: float) -> Iterator[tuple[Array, Array]]:
        """Yield (inputs, labels) of the first n rows, y = f*(x) + sqrt(Delta) xi."""
        for inputs, noise in self.blocks(n):
            yield inputs, outputs(inputs) + np.sqrt(noise_var) * noise

    def head(self, n: int) -> tuple[Array, Array]:
        """First n rows at once: inputs of shape (n, d) and noise of shape (n,)."""
        inputs, noise = np.empty((n, self.dim)), np.empty(n)
        start = 0
        for block_inputs, block_noise in self.blocks(n):
            stop = start + block_noise.size
            inputs[start:stop], noise[start:stop] = block_inputs, block_noise
            start = stop
        return inputs, noise
