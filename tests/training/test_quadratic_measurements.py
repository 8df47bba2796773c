"""Measurements A(S)_mu = Tr[S Z_mu], their adjoint, kernel, streamed form and sufficient statistics."""

import numpy as np
import pytest

from scaling_spectra.networks.quadratic import measurements, statistics
from scaling_spectra.networks.quadratic.measurements import Measurements, StreamedMeasurements
from scaling_spectra.networks.quadratic.statistics import Statistics


@pytest.fixture
def samples():
    rng = np.random.default_rng(4)
    return rng.standard_normal((50, 7)), rng.standard_normal(50)


@pytest.fixture(autouse=True)
def several_blocks(monkeypatch):
    """Blocks small enough that the samples fill several, the last one in part."""
    for module in (measurements, statistics):
        monkeypatch.setattr(module, "BLOCK_ROWS", 16)


def dense(inputs):
    """Z_mu, shape (n, d, d), from its definition."""
    dim = inputs.shape[1]
    return (inputs[:, :, None] * inputs[:, None, :] - np.eye(dim)) / np.sqrt(dim)


def test_forward_and_adjoint_agree_with_dense_measurements(samples):
    inputs, labels = samples
    data, z = Measurements(inputs, labels), dense(inputs)
    factor = np.random.default_rng(5).standard_normal((7, 3))
    expected = np.einsum("mij,ij->m", z, factor @ factor.T)
    np.testing.assert_allclose(data.forward(factor), expected, rtol=1e-12, atol=1e-12)
    indefinite = factor @ factor.T - np.diag(np.arange(7.0))
    expected = np.einsum("mij,ij->m", z, indefinite)
    np.testing.assert_allclose(data.forward_symmetric(indefinite), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(data.adjoint(labels), np.einsum("m,mij->ij", labels, z), rtol=1e-12, atol=1e-12)


def test_kernel_is_the_gram_matrix_of_the_measurements(samples):
    inputs, labels = samples
    z = dense(inputs).reshape(50, -1)
    np.testing.assert_allclose(Measurements(inputs, labels).kernel(), z @ z.T, rtol=1e-12, atol=1e-12)


def test_evaluation_is_the_residual_and_its_adjoint(samples):
    inputs, labels = samples
    data, z = Measurements(inputs, labels), dense(inputs)
    for rank in (0, 2, 7):
        factor = np.random.default_rng(rank).standard_normal((7, rank))
        evaluation = data.evaluate(factor)
        residual = labels - np.einsum("mij,ij->m", z, factor @ factor.T)
        np.testing.assert_allclose(evaluation.residual, residual, rtol=1e-11, atol=1e-11)
        assert evaluation.squared == pytest.approx(residual @ residual, rel=1e-11)
        np.testing.assert_allclose(evaluation.adjoint, np.einsum("m,mij->ij", residual, z), rtol=1e-11, atol=1e-11)


def test_streamed_samples_and_statistics_agree_with_samples_held(samples):
    inputs, labels = samples
    held = Measurements(inputs, labels)

    def draw():
        for start in range(0, 50, 23):
            yield inputs[start : start + 23], labels[start : start + 23]

    factor = np.random.default_rng(6).standard_normal((7, 3))
    expected = held.evaluate(factor)
    for other in (StreamedMeasurements(draw), Statistics(7).add(draw())):
        assert other.samples == 50
        assert other.labels_squared == pytest.approx(held.labels_squared)
        np.testing.assert_allclose(other.correlation, held.correlation, rtol=1e-12, atol=1e-12)
        evaluation = other.evaluate(factor)
        assert evaluation.squared == pytest.approx(expected.squared, rel=1e-12)
        np.testing.assert_allclose(evaluation.adjoint, expected.adjoint, rtol=1e-11, atol=1e-11)


def test_statistics_accumulate(samples):
    inputs, labels = samples
    at_once = Statistics(7).add([(inputs, labels)])
    in_parts = Statistics(7).add([(inputs[:20], labels[:20])]).add([(inputs[20:], labels[20:])])
    factor = np.random.default_rng(7).standard_normal((7, 2))
    np.testing.assert_allclose(at_once.evaluate(factor).adjoint, in_parts.evaluate(factor).adjoint, atol=1e-11)


def test_shapes_that_do_not_fit_are_refused(samples):
    inputs, labels = samples
    with pytest.raises(ValueError, match="labels: shape"):
        Measurements(inputs, labels[:-1])
    with pytest.raises(ValueError, match="draw"):
        StreamedMeasurements(lambda: iter(()))
