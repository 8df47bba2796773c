"""L-BFGS on the quadratic network, preconditioned by its slack."""

import numpy as np
import pytest

from scaling_spectra import curvature
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.networks.quadratic import convex, quasi_newton
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.module import QuadraticNetwork

DIM = 16


def sampled(n, dim=DIM, seed=5):
    rng = np.random.default_rng([seed, n])
    inputs, teacher = rng.standard_normal((n, dim)), dim**0.5 * np.arange(1.0, dim + 1) ** -0.75
    labels = (inputs**2 @ teacher - teacher.sum()) / dim**0.5 + np.sqrt(0.5) * rng.standard_normal(n)
    return inputs, labels, teacher


def descended(objective, start, budget=5000):
    return quasi_newton.minimise(objective, start, lambda point, slack, predicted: predicted <= 1e-13, budget)


@pytest.mark.parametrize("pairs", [0, 3, 14])
def test_direction_is_that_of_the_inverse_hessian_of_bfgs(pairs):
    """Built as a dense matrix from the last pairs, on the guess scaled to the last of them."""
    rng = np.random.default_rng(pairs)
    shape, size = (3, 2), 6
    factor = rng.standard_normal((size, size))
    hessian, gradient = factor @ factor.T + np.eye(size), rng.standard_normal(shape)
    basis, levels = np.linalg.qr(rng.standard_normal((3, 3)))[0], rng.random(shape) + 0.5
    guess = np.kron(basis, np.eye(2)) @ np.diag(1 / levels.ravel()) @ np.kron(basis, np.eye(2)).T
    steps = rng.standard_normal((pairs, size))
    history = curvature.History()
    for step in steps:
        history.push(step.reshape(shape), (hessian @ step).reshape(shape))
    history.push(np.ones(shape), -np.ones(shape))  # no curvature: not one of them
    last = steps[-curvature.HISTORY :]
    scale = 1.0
    if pairs:
        change = hessian @ last[-1]
        scale = (last[-1] @ change) / (change @ guess @ change)
    inverse = scale * guess
    for step in last:
        change = hessian @ step
        left = np.eye(size) - np.outer(step, change) / (step @ change)
        inverse = left @ inverse @ left.T + np.outer(step, step) / (step @ change)
    assert len(history) == len(last)
    found = history.direction(gradient, basis, levels)
    np.testing.assert_allclose(found.ravel(), -inverse @ gradient.ravel(), rtol=1e-9)


def test_curvature_is_that_of_the_loss_for_many_samples():
    """Second differences along eigenvectors of the slack and single units."""
    inputs, labels, _ = sampled(20_000, dim=8)
    objective = quasi_newton.Objective(Measurements(inputs, labels), 5000.0, 8)
    factor = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 3)))[0] * [1.5, 1.0, 0.5]
    point, size = objective.at(factor), 1e-3
    slack = objective.slack(point)
    guess = objective.curvature(factor, slack) - quasi_newton.FLOOR * 5000
    matrix = slack.directions @ np.diag(slack.values) @ slack.directions.T
    np.testing.assert_allclose(point.gradient, 2 * matrix @ factor, rtol=1e-9, atol=1e-7)
    for i in (0, 4, 7):
        for j in range(3):
            change = size * np.outer(slack.directions[:, i], np.eye(3)[j])
            second = (
                objective.at(factor + change).loss + objective.at(factor - change).loss - 2 * point.loss
            ) / size**2
            # the part of the curvature along other singular directions is left out
            across = 8 * 20_000 / 8 * (slack.directions[:, i] @ factor[:, j]) ** 2
            assert second - 2 * slack.values[i] == pytest.approx(
                guess[i, j] - 2 * abs(slack.values[i]) + across, rel=0.2
            )


@pytest.mark.parametrize("start", ["one unit", "few units", "wide"])
@pytest.mark.parametrize(("n", "weight_decay"), [(80, 0.1), (200, 1.0)])
def test_saddles_are_left_for_the_global_minimum(n, weight_decay, start):
    """Units at zero feel no gradient; the minimum has more of them than the start."""
    inputs, labels, _ = sampled(n)
    factor = np.zeros((DIM, 24 if start == "wide" else DIM))
    kept = {"one unit": 1, "few units": 3, "wide": 24}[start]
    factor[:, :kept] = 0.1 * np.random.default_rng(1).standard_normal((DIM, kept))
    found = descended(quasi_newton.Objective(Measurements(inputs, labels), weight_decay * DIM, factor.shape[1]), factor)
    solution = convex.solve(inputs, labels, weight_decay * DIM, tol=1e-10)
    assert found.loss == pytest.approx(solution.primal, rel=1e-8)
    assert kept == 24 or solution.factor.shape[1] > kept
    assert found.factor.shape[1] <= factor.shape[1]
    matrix = solution.factor @ solution.factor.T
    np.testing.assert_allclose(found.factor @ found.factor.T, matrix, atol=1e-3 * np.abs(matrix).max())


def test_turning_units_keeps_the_loss_and_drops_those_that_decay():
    inputs, labels, _ = sampled(120)
    objective, history = quasi_newton.Objective(Measurements(inputs, labels), 60.0, DIM), curvature.History()
    factor = np.random.default_rng(2).standard_normal((DIM, DIM))
    factor[:, 5] = 1e-9
    point = objective.at(factor)
    rotation = objective.rotation(factor, objective.slack(point))
    turned = quasi_newton._turned(objective, point, rotation, history, np.empty((DIM, 0)))
    np.testing.assert_allclose(turned.loss, point.loss, rtol=1e-12)
    np.testing.assert_allclose(turned.gradient, objective.at(turned.factor).gradient, rtol=1e-8, atol=1e-8)
    products = turned.factor.T @ turned.factor
    np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-9)


def test_single_precision_does_not_decide_where_training_ends(monkeypatch):
    inputs, labels, _ = sampled(150)
    start = 0.1 * np.random.default_rng(3).standard_normal((DIM, DIM))
    ends = []
    for least in (1e-4, np.inf):
        monkeypatch.setattr(quasi_newton, "SINGLE", least)
        objective = quasi_newton.Objective(Measurements(inputs, labels), 1.0, DIM)
        ends.append(descended(objective, start).loss)
        assert not objective.single
    assert ends[0] == pytest.approx(ends[1], rel=1e-10)


@pytest.mark.parametrize("width", [1.0, 1.5])
@pytest.mark.parametrize(("n_eff", "weight_decay"), [(4, 1 / DIM), (8, 1 / DIM), (8, 1.0), (12, DIM**0.5)])
def test_trained_networks_end_at_the_minimiser(n_eff, weight_decay, width):
    """Around the interpolation peak n = d^2/4 too; risk, rank and spectrum of the convex solution."""
    inputs, labels, teacher = sampled(n_eff * DIM)
    options = {"width": width, "tol": 1e-5, "max_evaluations": 20_000, "init_scale": 0.1}
    train = training_of("quadratic").prepare(lambda: [(inputs, labels)], teacher, **options)
    record = train(weight_decay / width**0.5, np.random.default_rng(0))
    solution = convex.solve(inputs, labels, weight_decay * DIM, tol=1e-12)
    matrix = solution.factor @ solution.factor.T
    assert record.converged
    assert record.relative_gap <= 1e-7
    assert record.unique == solution.unique
    assert record.objective == pytest.approx(solution.primal, rel=1e-7)
    if record.unique:
        assert record.risk == pytest.approx(2 * np.sum((matrix - np.diag(teacher)) ** 2) / DIM, rel=1e-4)
        assert record.rank == np.count_nonzero(np.linalg.eigvalsh(matrix) > 1e-5 * np.linalg.norm(matrix, 2))


def test_weights_of_units_that_are_left_out_are_zero():
    network = QuadraticNetwork(4, 6, scale=1.0, rng=np.random.default_rng(0))
    units = np.random.default_rng(1).standard_normal((4, 2))
    network.factor = units
    np.testing.assert_allclose(network.effective_weight(), units @ units.T, rtol=1e-12)
    np.testing.assert_allclose(network.factor[:, :2], units, rtol=1e-14)
    assert not network.factor[:, 2:].any()


def test_history_keeps_its_pairs_while_units_are_turned_and_started():
    rng, history = np.random.default_rng(0), curvature.History()
    step, rotation = rng.standard_normal((5, 3)), np.linalg.qr(rng.standard_normal((3, 3)))[0]
    history.push(step, 2 * step)
    history.turn(rotation[:, :2], 2)
    gradient = rng.standard_normal((5, 4))
    turned = np.hstack([step @ rotation[:, :2], np.zeros((5, 2))])
    other = curvature.History()
    other.push(turned, 2 * turned)
    plain = np.eye(5), np.ones((5, 4))
    found = history.direction(gradient, *plain)
    np.testing.assert_allclose(found, other.direction(gradient, *plain), rtol=1e-12)
    # as steep as the pair is along it
    assert np.vdot(turned, found) == pytest.approx(-np.vdot(turned, gradient) / 2, rel=1e-12)


def test_a_unit_that_is_missing_is_started_though_others_point_nearly_there():
    """Without noise training ended at rank 14 of 15, a gap of 1e-8 and a risk wrong by 4e-4."""
    dim = 20
    rng = np.random.default_rng([0, 20, 0, 300])
    inputs, teacher = rng.standard_normal((30 * dim, dim)), dim**0.5 * np.arange(1.0, dim + 1) ** -2
    labels = (inputs**2 @ teacher - teacher.sum()) / dim**0.5
    options = {"width": 1.0, "tol": 1e-5, "max_evaluations": 20_000, "init_scale": 0.1}
    train = training_of("quadratic").prepare(lambda: [(inputs, labels)], teacher, **options)
    record = train(0.1, np.random.default_rng(0))
    solution = convex.solve(inputs, labels, 0.1 * dim, tol=1e-11)
    matrix = solution.factor @ solution.factor.T
    assert record.relative_gap <= 1e-9
    assert record.rank == solution.factor.shape[1] == 15
    assert record.risk == pytest.approx(2 * np.sum((matrix - np.diag(teacher)) ** 2) / dim, rel=1e-4)


def test_units_that_all_decay_are_left_out_at_once():
    inputs, labels, _ = sampled(120)
    objective = quasi_newton.Objective(Measurements(inputs, labels), 1e4, DIM)
    found = descended(objective, 0.1 * np.random.default_rng(0).standard_normal((DIM, DIM)))
    assert found.factor.size == 0
    assert objective.evaluations <= 4
