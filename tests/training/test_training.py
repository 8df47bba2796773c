"""Trained networks: gradients, certificates, and agreement with independent solvers."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn.linear_model import Lasso

from scaling_spectra import datasets, networks
from scaling_spectra.networks.diagonal.module import DiagonalNetwork
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectrum import power_law

torch.set_num_threads(1)


def sampled(network, dim, n, noise_var=0.5, replica=0):
    problem = problem_of(network)
    seed = datasets.seed_sequence(3, network, noise_var, dim, replica)
    teacher = problem.draw_teacher(power_law(dim, 0.75), datasets.child_rng(seed, datasets.TEACHER))
    inputs, noise = datasets.SampleStream(seed, dim).head(n)
    return inputs, problem.outputs(teacher, inputs) + np.sqrt(noise_var) * noise, teacher


def train(network, data, weight_decay, *, tol=1e-7, width=1.0, seed=0, **options):
    settings = {"max_evaluations": 20_000, "init_scale": 0.1} | options
    inputs, labels, teacher = data
    prepare = training_of(network).prepare
    fit = prepare(lambda: [(inputs, labels)], teacher, width=width, tol=tol, **settings)
    return fit(weight_decay, np.random.default_rng(seed))


@pytest.mark.parametrize("network", networks.names())
def test_outputs_and_risk_agree_with_monte_carlo(network):
    """R = E[(f* - f)^2] of the zero weight, against a large sample."""
    problem = problem_of(network)
    _inputs, labels, teacher = sampled(network, 6, 200_000, noise_var=0.0)
    zero = np.zeros((6, 6)) if problem.MATRIX else np.zeros(6)
    error = np.std(labels**2) / np.sqrt(labels.size)
    assert problem.risk(zero, teacher) == pytest.approx(np.mean(labels**2), abs=5 * error)


def test_networks_compute_the_function_of_their_effective_weight():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((5, 4))
    quadratic, diagonal = QuadraticNetwork(4, 6, scale=1.0, rng=rng), DiagonalNetwork(4, scale=1.0, rng=rng)
    z = (np.einsum("ni,nj->nij", inputs, inputs) - np.eye(4)) / 2
    expected = np.einsum("nij,ij->n", z, quadratic.effective_weight())
    np.testing.assert_allclose(quadratic(torch.from_numpy(inputs)).detach().numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(diagonal(inputs), inputs @ (diagonal.a * diagonal.w) / 2, rtol=1e-12)


@pytest.mark.parametrize("width", [1.0, 1.5])
def test_quadratic_gradient_agrees_with_autograd(width):
    from scaling_spectra.networks.quadratic.measurements import Measurements
    from scaling_spectra.networks.quadratic.narrow import Objective as NarrowObjective
    from scaling_spectra.networks.quadratic.quasi_newton import Objective

    inputs, labels, _ = sampled("quadratic", 8, 40)
    module = QuadraticNetwork(8, round(8 * width), scale=0.7, rng=np.random.default_rng(0))
    scale = 8**0.5 * width**0.25
    objective = Objective(Measurements(inputs, labels), 0.3 * scale**2, module.weight.shape[0])
    point = objective.at(module.factor)
    narrow = NarrowObjective(module, Measurements(inputs, labels), 0.3)
    assert narrow.loss_and_gradient() == pytest.approx(point.loss, rel=1e-12)
    narrow_gradient, module.weight.grad = module.weight.grad.numpy(), None
    residual = torch.from_numpy(labels) - module(torch.from_numpy(inputs))
    autograd = (residual**2).sum() + 0.3 * (module.weight**2).sum()
    autograd.backward()
    assert point.loss == pytest.approx(autograd.item(), rel=1e-12)
    np.testing.assert_allclose(point.gradient.T / scale, module.weight.grad.numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(point.gradient.T / scale, narrow_gradient, rtol=1e-10, atol=1e-10)
    objective.single = True
    np.testing.assert_allclose(objective.at(module.factor).gradient, point.gradient, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("n", [12, 20, 60])
@pytest.mark.parametrize("degenerate", [False, True])
def test_diagonal_gradient_agrees_with_autograd(n, degenerate):
    """Of the reduced samples, against the samples themselves."""
    from scaling_spectra.networks.diagonal.training import _reduced, loss_and_gradient

    inputs, labels, _ = sampled("diagonal", 15, n)
    if degenerate:
        inputs[:, 4] = inputs[:, 2] - inputs[:, 0]
    weights = torch.from_numpy(0.7 * np.random.default_rng(0).standard_normal(30)).requires_grad_()
    design, target, gram = _reduced(inputs, labels)
    loss, gradient = loss_and_gradient(weights.detach().numpy(), design, target, 0.3)
    residual = torch.from_numpy(labels) - torch.from_numpy(inputs) @ (weights[:15] * weights[15:]) / 15**0.5
    autograd = (residual**2).sum() + 0.3 * (weights**2).sum()
    autograd.backward()
    assert loss == pytest.approx(autograd.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, weights.grad.numpy(), rtol=1e-10, atol=1e-10)
    assert gram is None or np.allclose(gram, inputs.T @ inputs / 15, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("weight_decay", [1 / 30, 1.0, 30**0.5])
@pytest.mark.parametrize("n", [10, 30, 200])
def test_diagonal_network_is_the_lasso(n, weight_decay):
    inputs, labels, _teacher = data = sampled("diagonal", 30, n)
    record = train("diagonal", data, weight_decay, tol=1e-3)
    lasso = Lasso(alpha=weight_decay / n, fit_intercept=False, tol=1e-12, max_iter=1_000_000)
    theta = lasso.fit(inputs / np.sqrt(30), labels).coef_
    assert record.converged
    objective = 0.5 * np.sum((labels - inputs @ theta / np.sqrt(30)) ** 2) + weight_decay * np.abs(theta).sum()
    assert record.relative_gap < 1e-10
    assert record.objective == pytest.approx(objective, rel=1e-8)
    assert record.rank == np.count_nonzero(theta)
    np.testing.assert_allclose(np.sort(record.spectrum), np.sort(theta), atol=1e-5 * np.abs(theta).max() + 1e-9)


@pytest.mark.parametrize("network", networks.names())
def test_minimum_does_not_depend_on_the_initial_weights(network):
    data = sampled(network, 16, 80 if network == "diagonal" else 16 * 8)
    first, second = (train(network, data, 0.5, tol=1e-8, seed=seed) for seed in (1, 2))
    assert first.objective == pytest.approx(second.objective, rel=2e-8)
    assert first.risk == pytest.approx(second.risk, rel=1e-3)


def test_wider_network_has_the_minimum_of_its_convex_problem():
    """p > d only rescales: lambda at width p/d is lambda sqrt(p/d) at width one."""
    data = sampled("quadratic", 12, 60)
    wide, square = train("quadratic", data, 0.5, width=2.0), train("quadratic", data, 0.5 * 2**0.5)
    assert wide.objective == pytest.approx(square.objective, rel=1e-6)
    assert wide.risk == pytest.approx(square.risk, rel=1e-2)


@pytest.mark.parametrize("network", networks.names())
def test_gap_bounds_the_suboptimality(network):
    """Training stopped early: the certificate must cover the true distance to the minimum."""
    data = sampled(network, 16, 60)
    best = train(network, data, 0.5, tol=1e-9).objective
    for budget in (25, 50, 100):
        early = train(network, data, 0.5, max_evaluations=budget)
        assert early.objective - best <= early.relative_gap * early.objective + 1e-9 * best
        assert early.objective >= best * (1 - 1e-9)


@pytest.mark.parametrize("network", networks.names())
def test_budget_too_small_is_reported(network):
    record = train(network, sampled(network, 16, 40), 1 / 16, max_evaluations=5)
    assert not record.converged
    assert record.relative_gap > 1e-7


@pytest.mark.parametrize("network", networks.names())
def test_risk_follows_from_spectrum_and_overlap(network):
    """|S - S*|^2 = sum_k nu_k^2 - 2 nu_k u_k^T S* u_k + |S*|^2, and the same for theta."""
    data = sampled(network, 16, 60)
    record, teacher = train(network, data, 0.5), data[2]
    squared = np.sum(record.spectrum**2 - 2 * record.spectrum * record.overlap) + np.sum(teacher**2)
    assert record.risk == pytest.approx(squared / 16 * (1 if network == "diagonal" else 2), rel=1e-10)


@pytest.mark.parametrize(("network", "module"), [("diagonal", "torch"), ("quadratic", "torch._dynamo")])
def test_training_loads_no_more_of_torch_than_it_needs(network, module):
    """Loading torch, or its compiler, takes longer than training most points."""
    program = (
        "import sys, numpy as np; from scaling_spectra.networks.interface.training import training_of;"
        f"x = np.eye(3); train = training_of({network!r}).prepare(lambda: [(x, x @ np.ones(3))], np.ones(3),"
        " width=1.0, tol=1e-3, max_evaluations=100, init_scale=0.1);"
        f"record = train(0.1, np.random.default_rng(0)); assert record.converged; print({module!r} in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize("network", networks.names())
@pytest.mark.parametrize("method", ["network", "convex"])
def test_the_rank_is_that_of_the_minimiser(network, method):
    """A certified solution has weights of up to a thousandth of the largest that are zero at the minimum."""
    dim = 20
    for number in range(3):
        drawn = draw_replica(network, power_law(dim, 0.75), 0.5, 160 if network == "quadratic" else 25, number, 0)
        # a rough solution has the rank of an accurate one
        accurate = solving_of(network).prepare(drawn.draw, drawn.teacher, width=1.0, tol=1e-9)(0.05)
        if method == "network":
            prepare = training_of(network).prepare
            train = prepare(drawn.draw, drawn.teacher, width=1.0, tol=1e-4, max_evaluations=20_000, init_scale=0.1)
            rough = train(0.05, drawn.initialisation())
        else:
            rough = solving_of(network).prepare(drawn.draw, drawn.teacher, width=1.0, tol=1e-4)(0.05)
        assert rough.rank == accurate.rank
        large = np.abs(accurate.spectrum) > 1e-4 * np.abs(accurate.spectrum).max()
        assert accurate.rank == np.count_nonzero(large)
