"""Certificates of trained networks: valid at any weights, sharp near the minimum."""

import numpy as np
import pytest

from scaling_spectra.networks.diagonal import certificate as diagonal
from scaling_spectra.networks.diagonal import lasso
from scaling_spectra.networks.quadratic import certificate as quadratic
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.solvers import face
from scaling_spectra.networks.quadratic.solvers.solution import residual_dual


def quadratic_samples(dim, n, seed=0):
    rng = np.random.default_rng([seed, n])
    inputs = rng.standard_normal((n, dim))
    teacher = np.sqrt(dim) / np.arange(1, dim + 1)
    labels = (inputs**2 @ teacher - teacher.sum()) / np.sqrt(dim) + np.sqrt(0.5) * rng.standard_normal(n)
    return inputs, labels


def diagonal_samples(dim, n, seed=0):
    rng = np.random.default_rng([seed, n])
    inputs = rng.standard_normal((n, dim))
    return inputs, inputs @ (rng.standard_normal(dim) / np.arange(1, dim + 1)) + 0.7 * rng.standard_normal(n)


def off_minimum(objective, minimiser, minimum, suboptimality, rng):
    """Weights near the minimiser whose objective exceeds the minimum by the given fraction of it."""
    direction = rng.standard_normal(minimiser.shape)
    low, high = 0.0, 1e3
    for _ in range(100):
        middle = (low + high) / 2
        above = objective(minimiser + middle * direction) > minimum * (1 + suboptimality)
        low, high = (low, middle) if above else (middle, high)
    return minimiser + low * direction


@pytest.mark.parametrize("suboptimality", [1e-3, 1e-5, 1e-7])
@pytest.mark.parametrize(("n", "weight_decay"), [(90, 0.03), (240, 0.03), (240, 1.0), (1500, 0.3)])
def test_quadratic_gaps_bound_the_suboptimality_and_come_close_to_it(n, weight_decay, suboptimality):
    dim = 30
    inputs, labels = quadratic_samples(dim, n)
    penalty = weight_decay * dim
    solution = convex.solve(inputs, labels, penalty, tol=1e-10)
    data = Measurements(inputs, labels)

    def objective(factor):
        return data.evaluate(factor).squared + penalty * np.sum(factor**2)

    minimiser = np.zeros((dim, dim))
    minimiser[:, : solution.factor.shape[1]] = solution.factor
    rng = np.random.default_rng(1)
    factor = off_minimum(objective, minimiser, solution.primal, suboptimality, rng)
    plain = quadratic.Certificate(data, penalty).relative_gap(factor)
    sharp = quadratic.Certificate(data, penalty).sharpen(factor, 2 * suboptimality)
    assert suboptimality * (1 - 1e-2) <= sharp <= 2 * suboptimality * (1 + 1e-6)
    assert plain > 3 * suboptimality


def test_quadratic_weights_far_from_the_minimum_are_refused():
    inputs, labels = quadratic_samples(20, 120)
    factor = np.random.default_rng(2).standard_normal((20, 20)) / 3
    gap = quadratic.Certificate(Measurements(inputs, labels), 10.0).sharpen(factor, 1e-6)
    minimum = convex.solve(inputs, labels, 10.0, tol=1e-8).dual_value
    primal = Measurements(inputs, labels).evaluate(factor).squared + 10.0 * np.sum(factor**2)
    assert 1 - minimum / primal <= gap <= 1
    assert gap > 1e-2


@pytest.mark.parametrize("suboptimality", [1e-3, 1e-5, 1e-7])
@pytest.mark.parametrize(("n", "weight_decay"), [(20, 0.01), (40, 0.01), (60, 1.0), (400, 0.3)])
def test_diagonal_gaps_are_the_suboptimality(n, weight_decay, suboptimality):
    inputs, labels = diagonal_samples(40, n)
    design = inputs / np.sqrt(40)
    solution = lasso.solve(inputs, labels, weight_decay)

    def objective(theta):
        return np.sum((labels - design @ theta) ** 2) / 2 + weight_decay * np.abs(theta).sum()

    theta = off_minimum(objective, solution.weights, solution.primal, suboptimality, np.random.default_rng(1))
    sharp = diagonal.Certificate(design, labels, weight_decay).sharpen(theta, 1e-10)
    assert suboptimality * (1 - 1e-2) <= sharp <= 1.2 * suboptimality


@pytest.mark.parametrize("kind", ["quadratic", "diagonal"])
def test_a_bound_once_found_holds_for_later_weights(kind):
    """The dual value does not depend on the weights: the minimiser's own proves what comes after."""
    if kind == "quadratic":
        inputs, labels = quadratic_samples(15, 100)
        certificate = quadratic.Certificate(Measurements(inputs, labels), 3.0)
        minimiser = convex.solve(inputs, labels, 3.0, tol=1e-9).factor
    else:
        inputs, labels = diagonal_samples(15, 100)
        certificate = diagonal.Certificate(inputs / np.sqrt(15), labels, 3.0)
        minimiser = lasso.solve(inputs, labels, 3.0).weights
    later = minimiser * 1.001
    alone = certificate.relative_gap(later)
    assert certificate.sharpen(minimiser, 1e-8) <= 1e-8
    assert certificate.relative_gap(later) < alone


def _near_minimum(n_eff, weight_decay, error, dim=20):
    """Measurements, penalty, and a factor next to the minimum, off by a relative `error` of its weights."""
    rng = np.random.default_rng([dim, int(10 * n_eff)])
    inputs, teacher = rng.standard_normal((int(n_eff * dim), dim)), dim**0.5 * np.arange(1.0, dim + 1) ** -1
    labels = (inputs**2 @ teacher - teacher.sum()) / dim**0.5 + 0.5 * rng.standard_normal(len(inputs))
    solution = convex.solve(inputs, labels, weight_decay * dim, tol=1e-13)
    change = rng.standard_normal(solution.factor.shape)
    factor = solution.factor + error * np.linalg.norm(solution.factor) / np.linalg.norm(change) * change
    return Measurements(inputs, labels), weight_decay * dim, factor, solution


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(6, 0.05), (15, 0.05), (15, 1.0)])
def test_the_completed_residual_proves_a_gap_of_second_order(n_eff, weight_decay):
    """Dual feasible, its gap P - D by the definition of D; that of the scaled residual is of first order."""
    gaps = []
    for error in (1e-4, 1e-5):
        data, penalty, factor, solution = _near_minimum(n_eff, weight_decay, error)
        evaluation = data.evaluate(factor)
        point = face.complete(data, penalty, evaluation, factor, tol=1e-12)
        primal = evaluation.squared + penalty * np.sum(factor**2)
        dual = data.labels @ point.vector - point.vector @ point.vector / 4
        np.testing.assert_allclose(point.adjoint, data.adjoint(point.vector), atol=1e-10 * penalty)
        assert np.linalg.eigvalsh(point.adjoint)[-1] <= penalty * (1 + 1e-12)
        assert point.gap == pytest.approx(primal - dual, abs=1e-12 * primal)
        assert point.gap >= (primal - solution.primal) * (1 - 1e-3)
        gaps.append((residual_dual(evaluation, factor, penalty).gap / primal, point.gap / primal))
    (first, completed), (smaller, smallest) = gaps
    assert smaller > first / 20
    assert smallest < completed / 50
    assert completed < first / 30


def test_more_unknowns_than_samples_leave_no_dual_point_to_complete():
    data, penalty, factor, solution = _near_minimum(1.5, 0.001, 1e-4)
    assert not solution.unique
    assert face.complete(data, penalty, data.evaluate(factor), factor, tol=1e-9) is None


def test_the_rank_is_that_of_the_face_whatever_small_weights_are_left():
    """Counted by size they would be part of it."""
    data, penalty, factor, solution = _near_minimum(8, 0.3, 0.0)
    rank = factor.shape[1]
    assert rank < data.dim
    for size in (1e-6, 1e-4, 1e-3):
        left = np.random.default_rng(0).standard_normal((data.dim, data.dim - rank))
        units = np.hstack([factor, np.sqrt(size) * np.linalg.norm(factor, 2) * left / np.linalg.norm(left, axis=0)])
        eigenvalues = np.linalg.eigvalsh(units @ units.T)
        assert np.count_nonzero(eigenvalues > 1e-7 * eigenvalues[-1]) > rank
        assert convex.proven_rank(data, penalty, units, solution.adjoint) == rank
