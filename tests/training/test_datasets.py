"""Samples: prefixes, independence and moments."""

import numpy as np
import pytest

from scaling_spectra import datasets
from scaling_spectra.datasets import SampleStream, child_rng, seed_sequence


def stream(dim=7, replica=0, network="diagonal", noise_var=0.5, root=1):
    return SampleStream(seed_sequence(root, network, noise_var, dim, replica), dim)


@pytest.mark.parametrize("n", [1, 100, datasets.BLOCK_ROWS, datasets.BLOCK_ROWS + 5])
def test_fewer_samples_are_the_first_rows_of_more(n):
    inputs, noise = stream().head(n)
    more_inputs, more_noise = stream().head(2 * datasets.BLOCK_ROWS + 3)
    np.testing.assert_array_equal(inputs, more_inputs[:n])
    np.testing.assert_array_equal(noise, more_noise[:n])


@pytest.mark.parametrize(
    "other", [stream(replica=1), stream(network="quadratic"), stream(noise_var=0.0), stream(root=2)]
)
def test_every_name_in_the_seed_changes_the_samples(other):
    assert not np.array_equal(stream().head(3)[0], other.head(3)[0])


def test_seed_is_not_consumed():
    seed = seed_sequence(1, "diagonal", 0.5, 7, 0)
    first = child_rng(seed, 1, 0).standard_normal(3)
    seed.spawn(2)
    np.testing.assert_array_equal(child_rng(seed, 1, 0).standard_normal(3), first)


def test_moments_are_those_of_independent_standard_normals():
    inputs, noise = stream(dim=3).head(60_000)
    table = np.column_stack([inputs, noise])
    # six standard errors of a mean and of a covariance
    assert np.abs(table.mean(0)).max() < 6 / np.sqrt(60_000)
    assert np.abs(table.T @ table / 60_000 - np.eye(4)).max() < 6 * np.sqrt(2 / 60_000)
