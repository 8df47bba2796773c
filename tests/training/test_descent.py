"""Gradient descent on samples: the steps are those of the network's own loss, and their mean is the flow."""

import numpy as np
import pytest
import torch

from scaling_spectra import steps
from scaling_spectra.networks.diagonal import descent as diagonal_descent
from scaling_spectra.networks.diagonal import initial_scale, lazy, theory
from scaling_spectra.networks.interface.descent import descent_of
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.quadratic import descent as quadratic
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectrum import power_law

DIM = 8
NETWORKS = ("diagonal", "quadratic")


def replica(network, n_eff, noise_var=0.5, dim=DIM):
    samples = problem_of(network).samples(n_eff, dim)
    return draw_replica(network, power_law(dim, 0.75), noise_var, samples, 0, 1), samples


@pytest.mark.parametrize("few", [True, False])
def test_quadratic_steps_are_those_of_the_modules_loss(monkeypatch, few):
    """One step of torch's own gradient; from the samples or from their statistics."""
    monkeypatch.setattr(quadratic, "FEW", np.inf if few else 0.0)
    drawn, samples = replica("quadratic", 6.0)
    inputs, labels = (torch.from_numpy(np.concatenate(part)) for part in zip(*drawn.draw(), strict=True))
    hidden, threshold, size = 5, 0.3, 1e-3
    network = QuadraticNetwork(DIM, hidden, scale=0.5, rng=np.random.default_rng(2))
    unit = (hidden * DIM) ** 0.25
    start = network.weight.detach().numpy() / unit
    decay = 4 * samples * threshold / (DIM * (hidden * DIM) ** 0.5)
    loss = ((labels - network(inputs)) ** 2).sum() + decay * (network.weight**2).sum()
    loss.backward()
    # dW/dt in units of (p d)^(1/4) is -d/(8n) the gradient there
    gradient = network.weight.grad.numpy() * unit * DIM / (8 * samples)
    stepped = start - size * gradient
    monkeypatch.setattr(quadratic, "steps", lambda *_: iter([(1, size)]))
    learned, residuals = quadratic.descend(drawn.draw, start, [0.0, threshold], [size])
    np.testing.assert_allclose(learned[0, 1], stepped.T @ stepped, atol=1e-12)
    residual = labels.numpy() - np.einsum("ni,ij,nj->n", inputs, learned[0, 1], inputs) / np.sqrt(DIM)
    residual += np.trace(learned[0, 1]) / np.sqrt(DIM)
    assert residuals[0, 1] == pytest.approx(np.mean(residual**2))


def test_diagonal_steps_are_those_of_the_loss(monkeypatch):
    drawn, samples = replica("diagonal", 6.0)
    inputs, labels = (np.concatenate(part) for part in zip(*drawn.draw(), strict=True))
    a, w = np.random.default_rng(0).standard_normal((2, DIM))
    size, threshold = 1e-3, 0.3

    def loss(a, w):
        decay = threshold * samples / DIM
        residual = labels - inputs @ (a * w) / np.sqrt(DIM)
        return np.sum(residual**2) / 2 + decay / 2 * np.sum(a**2 + w**2)

    slope = [(loss(a + e, w) - loss(a - e, w)) / 2e-6 for e in 1e-6 * np.eye(DIM)]
    slopes = [(loss(a, w + e) - loss(a, w - e)) / 2e-6 for e in 1e-6 * np.eye(DIM)]
    unit = size * DIM / samples
    monkeypatch.setattr(diagonal_descent, "steps", lambda *_: iter([(1, size)]))
    learned, residuals = diagonal_descent.descend(drawn.draw, np.array([a, w]), [0.0, threshold], [size])
    expected = (a - unit * np.array(slope)) * (w - unit * np.array(slopes))
    np.testing.assert_allclose(learned[0, 1], expected, atol=1e-8)
    assert residuals[0, 1] == pytest.approx(np.mean((labels - inputs @ learned[0, 1] / np.sqrt(DIM)) ** 2))


@pytest.mark.parametrize("network", NETWORKS)
def test_descent_follows_the_flow_where_samples_are_many(network):
    """And ends at the minimum of the convex equivalent, with weight decay."""
    n_eff = {"diagonal": 4000.0, "quadratic": 2000.0}[network]
    drawn, samples = replica(network, n_eff, noise_var=0.0)
    flow, descent, limits = flow_of(network), descent_of(network), limits_of(network)
    start = flow.initial(DIM, 1.0, 0.1, drawn.initialisation())
    times = np.geomspace(0.3, 30, 12)
    threshold = 0.4
    learned, losses = descent.descend(drawn.draw, start, [0.0, threshold], times)
    exact = flow.learned(drawn.teacher, start, times)
    scale = np.abs(drawn.teacher).max()
    # a step is four hundredths of the time that has passed
    np.testing.assert_allclose(learned[:, 0], exact, atol=0.12 * scale)
    np.testing.assert_allclose(learned[-1, 0], exact[-1], atol=0.02 * scale)
    assert np.all(np.diff(losses, axis=0) <= 1e-9)
    weight_decay = threshold * limits.SAMPLES_FACTOR * problem_of(network).effective_samples(samples, DIM) / DIM
    solved = solving_of(network).prepare(drawn.draw, drawn.teacher, width=1.0, tol=1e-9)(weight_decay)
    late = descent.descend(drawn.draw, start, [threshold], [300.0])[0][0, 0]
    assert problem_of(network).risk(late, drawn.teacher) == pytest.approx(solved.risk, rel=1e-3)
    np.testing.assert_allclose(descent.leading(late[None], DIM)[0], np.abs(solved.spectrum), atol=2e-3 * scale)


def test_smaller_steps_come_nearer_to_the_flow(monkeypatch):
    drawn, _ = replica("diagonal", 3.0)
    descent, flow = descent_of("diagonal"), flow_of("diagonal")
    start, times = flow.initial(DIM, 1.0, 0.1, drawn.initialisation()), [0.5, 2.0, 8.0]
    fine = None
    apart = []
    for share in (0.001, 0.01, 0.04):
        monkeypatch.setattr(steps, "SHARE", share)
        monkeypatch.setattr(steps, "STABLE", 15 * share)
        monkeypatch.setattr(diagonal_descent, "STABLE", 15 * share)
        found = descent.descend(drawn.draw, start, [0.0], times)[0]
        fine = found if fine is None else fine
        apart.append(np.abs(found - fine).max())
    assert apart[1] < apart[2] / 2


def test_features_are_counted_by_their_participation():
    for network in NETWORKS:
        descent = descent_of(network)
        weights = np.array([3.0, -3.0, 0.0, 0.0]) if network == "diagonal" else np.diag([3.0, 3.0, 0.0, 0.0])
        assert descent.participation(weights) == pytest.approx(2)
        assert descent.norm(weights) == pytest.approx(6)
        np.testing.assert_allclose(descent.leading(weights, 3), [3, 3, 0])
        np.testing.assert_allclose(descent.participation(np.array([weights, 1e-200 * weights, 0 * weights])), [2, 2, 0])


@pytest.mark.parametrize("scale", [3.0, 0.3])
def test_descent_from_a_scale_ends_at_the_interpolator_of_least_entropy(scale):
    """Stationary: phi_c'(theta) lies in the row space, and theta interpolates."""
    drawn, _ = replica("diagonal", 4.0, dim=12)
    inputs, labels = (np.concatenate(part) for part in zip(*drawn.draw(), strict=True))
    found = initial_scale.descend(inputs, labels, scale, tolerance=1e-12, most=200_000)
    assert found.residual <= 1e-12
    np.testing.assert_allclose(inputs @ found.weights / np.sqrt(12), labels, atol=1e-4)
    gradient = np.arcsinh(2 * found.weights / scale) / 2
    fitted = inputs.T @ np.linalg.lstsq(inputs.T, gradient, rcond=None)[0]
    # steps of finite size conserve a^2 - w^2 up to `conserved`
    assert np.abs(fitted - gradient).max() < found.conserved * np.abs(gradient).max()
    assert found.conserved < 0.3


def test_proximal_map_solves_its_equation():
    values = np.linspace(-9, 9, 41)
    for threshold, scale in ((2.0, 1e3), (1.0, 1.0), (0.1, 1e-6)):
        theta, slopes = initial_scale.proximal(values, threshold, scale)
        np.testing.assert_allclose(theta + threshold / 2 * np.arcsinh(2 * theta / scale), values, atol=1e-7)
        up = initial_scale.proximal(np.append(values + 1e-5, 9), threshold, scale)[0][:-1]
        np.testing.assert_allclose((up - theta) / 1e-5, slopes, atol=1e-4)


def test_state_evolution_reaches_from_ridge_to_l1():
    teacher = draw_replica("diagonal", power_law(100, 0.75), 0.5, 40, 0, 1).teacher
    found = initial_scale.state_evolution(teacher, 40, [1e5, 1.0, 1e-3, 1e-6, 1e-9, 1e-13, 1e-18], 0.5)
    assert found[0][2] == pytest.approx(lazy.risk(teacher, 40, 0.0, 0.5), rel=1e-3)
    ell_one = theory.conditional_state_evolution(teacher, 40, 1e-7, 0.5).risk
    distances = [abs(risk / ell_one - 1) for _, _, risk in found]
    # logarithmically slow
    assert distances[-1] < 0.06
    assert distances[-1] < distances[-3] < distances[-5]
    for delta, _, risk in found:
        assert delta**2 == pytest.approx((0.5 + risk) * 100 / 40)


def test_networks_follow_state_evolution():
    """Within a tenth on average over teachers of their own, as few replicas are here."""
    ratios = []
    for number in range(6):
        drawn = draw_replica("diagonal", power_law(100, 1.0), 0.5, 40, number, 5)
        inputs, labels = (np.concatenate(part) for part in zip(*drawn.draw(), strict=True))
        theories = initial_scale.state_evolution(drawn.teacher, 40, [30.0, 1.0], 0.5)
        for scale, (_, _, risk) in zip((30.0, 1.0), theories, strict=True):
            found = initial_scale.descend(inputs, labels, scale, tolerance=1e-7, most=20_000)
            ratios.append(np.mean((found.weights - drawn.teacher) ** 2) / risk)
    error = np.std(ratios) / np.sqrt(6)
    assert abs(np.mean(ratios) - 1) < 3 * error
    assert error < 0.1
