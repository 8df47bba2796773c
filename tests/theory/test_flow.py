"""Gradient flow of the population loss: closed forms against small steps of descent, limits and rates."""

import numpy as np
import pytest

from scaling_spectra import flow
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.diagonal import flow as diagonal
from scaling_spectra.networks.quadratic import flow as quadratic
from scaling_spectra.spectrum import from_values, power_law

TIMES = np.array([0.0, 0.5, 1.5, 4.0])


def descend(weights, gradient, times, step=2e-4):
    """Weights at `times` by gradient descent with small steps."""
    found, done = [], 0
    for time in times:
        for _ in range(round(time / step) - done):
            weights = weights + step * gradient(weights)
        done = round(time / step)
        found.append(weights)
    return found


@pytest.mark.parametrize("threshold", [0.0, 0.6])
@pytest.mark.parametrize("hidden", [2, 5, 9])
def test_quadratic_flow_is_descent_with_small_steps(hidden, threshold):
    scales = 3 * np.arange(1, 6.0) ** -1
    rng = np.random.default_rng(hidden)
    weights = 0.1 * rng.standard_normal((hidden, 5))
    target = np.diag(scales - threshold)
    slow = descend(weights, lambda w: w @ (target - w.T @ w), TIMES)
    exact = [w.T @ w for w in quadratic.trajectory(scales - threshold, weights, TIMES)]
    np.testing.assert_allclose(exact, [w.T @ w for w in slow], atol=2e-3 * scales[0])
    # of the population loss 2 |S - S*|^2/d, but for its unit of time, W (A - S) is the descent: by finite differences
    if threshold == 0:
        moved = weights + 1e-6 * weights @ (target - weights.T @ weights)
        risk = [np.sum((w.T @ w - target) ** 2) for w in (weights, moved)]
        force = weights @ (target - weights.T @ weights)
        assert (risk[1] - risk[0]) / 1e-6 == pytest.approx(-4 * np.sum(force**2), rel=1e-3)


def test_quadratic_flow_in_any_basis_and_in_one_long_time():
    rng = np.random.default_rng(0)
    scales, weights = np.array([5.0, 2.0, 1.0, 0.0]), 0.01 * rng.standard_normal((4, 4))
    rotation = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    plain = quadratic.learned(scales, weights, TIMES)
    turned = quadratic.learned(rotation @ np.diag(scales) @ rotation.T, weights @ rotation.T, TIMES)
    np.testing.assert_allclose(turned, rotation @ plain @ rotation.T, atol=1e-10)
    once = quadratic.learned(scales, weights, [60.0])[0]
    np.testing.assert_allclose(once[:3, :3], np.diag(scales[:3]), atol=1e-8)
    negative = quadratic.learned(np.diag(scales - 1.5), weights, [60.0])[0]
    np.testing.assert_allclose(negative, np.diag(np.maximum(scales - 1.5, 0)), atol=1e-8)


def test_directions_that_start_alike_grow_by_themselves():
    scales = power_law(6, 0.75).values
    together = quadratic.learned(scales, 0.1 * np.eye(6), TIMES)
    np.testing.assert_allclose(np.diagonal(together, axis1=1, axis2=2), flow.logistic(scales, 0.01, TIMES), rtol=1e-9)
    # half of what it becomes, at the time of its appearance; nothing below the threshold appears
    times = flow.appearance_times(scales, 1e-6, 1.2)
    grown = np.diagonal(flow.logistic(scales, 1e-6, np.where(np.isfinite(times), times, 50.0), 1.2))
    np.testing.assert_allclose(grown, np.where(scales > 1.2, (scales - 1.2) / 2, grown))
    assert np.isinf(times[scales < 1.2]).all()
    assert grown[scales < 1.2].max() < 1e-6
    np.testing.assert_allclose(flow.appearance_times(scales, 1e-9), np.log(scales / 1e-9) / (2 * scales), rtol=1e-8)


@pytest.mark.parametrize("size", [0.0, 1e-9, 1.0])
def test_diagonal_flow_is_descent_with_small_steps(size):
    target = np.array([3.0, -2.0, 0.5, -0.1, 0.0, 1.0])
    weights = np.random.default_rng(1).standard_normal((2, 6)) * size
    weights[:, 5] = 0.0
    slow = descend(weights, lambda u: u[::-1] * (target - u[0] * u[1]), TIMES)
    exact = diagonal.learned(target, weights, TIMES)
    np.testing.assert_allclose(exact, [a * w for a, w in slow], atol=2e-3 * 3)
    late = diagonal.learned(target[:4], weights[:, :4], [1e6])[0]
    np.testing.assert_allclose(late, target[:4] * (size > 0), atol=1e-9)


@pytest.mark.parametrize("network", [diagonal, quadratic])
@pytest.mark.parametrize("threshold", [0.0, 0.7])
def test_population_risk_falls_to_its_floor(network, threshold):
    spectrum, start = power_law(300, 1.0), 1e-6
    times = np.geomspace(1e-2, 1e6, 80)
    risks = network.risk(spectrum, start, times)
    assert np.all(np.diff(risks) <= 1e-15)
    assert risks[-1] < 1e-6 * risks[0]
    shrunk = network.risk(spectrum, start, [1e9], threshold)[0]
    factor = 2 if network is quadratic else 1
    if network is quadratic:
        assert shrunk == pytest.approx(factor * flow.width_floor(spectrum, threshold=threshold))
    narrow = flow.mean_squared_error(spectrum, start, [1e9], threshold, width=7)[0]
    assert narrow == pytest.approx(flow.width_floor(spectrum, 7, threshold))
    values = spectrum.values
    shrink = np.minimum(values, threshold)
    assert narrow == pytest.approx((np.sum(values[7:] ** 2) + np.sum(shrink[:7] ** 2)) / 300)


def test_diagonal_risk_is_the_average_over_teachers():
    spectrum, start, times = power_law(4, 0.75), 1e-3, np.array([0.5, 3.0, 20.0])
    z = (np.arange(20_000) + 0.5) / 20_000 * 8
    density = 2 * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * 8 / 20_000
    teachers = spectrum.values[:, None] * z
    expected = [
        np.mean((flow.logistic(teachers.ravel(), start, [t])[0].reshape(teachers.shape) - teachers) ** 2 @ density)
        for t in times
    ]
    np.testing.assert_allclose(diagonal.risk(spectrum, start, times), expected, rtol=1e-6)


def test_merged_tails_learn_like_all_features():
    full, merged = power_law(5000, 0.75), merged_power_law(5000, 0.75)
    times = np.geomspace(1e-3, 10, 9)
    for width in (3, 400, np.inf):
        expected = flow.mean_squared_error(full, 1e-8, times, 0.2, width)
        np.testing.assert_allclose(flow.mean_squared_error(merged, 1e-8, times, 0.2, width), expected, rtol=1e-4)


@pytest.mark.parametrize("gamma", [0.75, 1.0, 1.5])
def test_rates_in_time_and_compute_at_large_dim(gamma):
    """A logarithm of the start remains: a start this small leaves little of it."""
    dim, start = 10**6, 1e-40
    spectrum = merged_power_law(dim, gamma)
    root = np.sqrt(dim)
    times = np.geomspace(5e2, 1e4, 7)
    errors = flow.mean_squared_error(spectrum, start * root, times / root)
    slope = np.polyfit(np.log(times), np.log(errors), 1)[0]
    assert slope == pytest.approx(-(2 - 1 / gamma), abs=0.02)
    computes = np.geomspace(1e4, 1e7, 7)
    found = [flow.best_width(spectrum, start * root, compute / root) for compute in computes]
    widths, errors = np.array(found).T
    rate = np.polyfit(np.log(computes), np.log(errors), 1)[0]
    assert rate == pytest.approx(-(2 * gamma - 1) / (gamma + 1), abs=0.02)
    assert np.polyfit(np.log(computes), np.log(widths), 1)[0] == pytest.approx(1 / (1 + gamma), abs=0.02)


def test_best_width_is_the_best_of_all():
    spectrum = power_law(60, 1.0)
    width, error = flow.best_width(spectrum, 1e-4, 20.0)
    errors = [flow.mean_squared_error(spectrum, 1e-4, [20.0 / p], width=p)[0] for p in range(1, 61)]
    assert 1 < width < 20
    assert error == pytest.approx(min(errors))
    assert width == 1 + np.argmin(errors)
    assert flow.mean_squared_error(from_values([2.0]), 2.0, [1.0])[0] == 0
