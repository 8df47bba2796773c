"""Solutions of the convex problem stand for trained networks, and networks realise them."""

import numpy as np
import pytest
import torch

from scaling_spectra import datasets
from scaling_spectra.networks.diagonal.module import DiagonalNetwork
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.spectrum import power_law

DIM = 20
SAMPLES = {"diagonal": (10, 30, 600), "quadratic": (5 * DIM, 15 * DIM, 40 * DIM)}


def sampled(network, n, replica=0):
    problem = problem_of(network)
    seed = datasets.seed_sequence(5, network, 0.5, DIM, replica)
    teacher = problem.draw_teacher(power_law(DIM, 0.75), datasets.child_rng(seed, datasets.TEACHER))
    stream = datasets.SampleStream(seed, DIM)
    return lambda: stream.labelled(n, lambda inputs: problem.outputs(teacher, inputs), 0.5), teacher


@pytest.mark.parametrize("weight_decay", [1 / DIM, 1.0, DIM**0.5])
@pytest.mark.parametrize(("network", "n"), [(name, n) for name, sizes in SAMPLES.items() for n in sizes])
def test_both_ways_find_the_same_minimum(network, n, weight_decay):
    draw, teacher = sampled(network, n)
    options = {"max_evaluations": 20_000, "init_scale": 0.1}
    train = training_of(network).prepare(draw, teacher, width=1.0, tol=1e-6, **options)
    trained = train(weight_decay, np.random.default_rng(0))
    solved = solving_of(network).prepare(draw, teacher, width=1.0, tol=1e-8)(weight_decay)
    assert solved.converged
    assert solved.method == "convex"
    # the optimum lies between the solved objective, less its gap, and the trained one
    bound = trained.relative_gap * trained.objective + 2e-8 * solved.objective
    assert abs(trained.objective - solved.objective) <= bound
    if solved.unique:
        np.testing.assert_allclose(trained.risk, solved.risk, rtol=2e-2)
        scale = np.abs(solved.spectrum).max() + 0.1
        np.testing.assert_allclose(np.abs(trained.spectrum), np.abs(solved.spectrum), atol=2e-2 * scale)


@pytest.mark.parametrize("width", [1.0, 1.5])
def test_quadratic_network_realises_a_solution(width):
    """Its loss is the convex objective: |W|_F^2 lambda = c Tr S."""
    rng = np.random.default_rng(1)
    factor = rng.standard_normal((DIM, 7))
    module = QuadraticNetwork(DIM, round(width * DIM), scale=0.0, rng=rng)
    with torch.no_grad():
        module.weight[:7] = torch.from_numpy((width * DIM**2) ** 0.25 * factor.T)
    np.testing.assert_allclose(module.effective_weight(), factor @ factor.T, rtol=1e-12, atol=1e-12)
    decay = float((module.weight.detach() ** 2).sum())
    assert decay == pytest.approx(DIM * width**0.5 * np.sum(factor**2), rel=1e-12)


def test_diagonal_network_realises_a_solution():
    rng = np.random.default_rng(2)
    theta = np.where(rng.random(DIM) < 0.5, 0.0, rng.standard_normal(DIM))
    module = DiagonalNetwork(DIM, scale=0.0, rng=rng)
    module.a, module.w = np.sign(theta) * np.sqrt(np.abs(theta)), np.sqrt(np.abs(theta))
    np.testing.assert_allclose(module.effective_weight(), theta, rtol=1e-12)
    decay = module.a @ module.a + module.w @ module.w
    assert decay == pytest.approx(2 * np.abs(theta).sum(), rel=1e-12)
