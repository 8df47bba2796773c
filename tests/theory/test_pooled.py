"""Learned weights pooled over replicas, sampled from their predicted law."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from scaling_spectra.networks.diagonal import learned as diagonal
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.quadratic import learned as quadratic
from scaling_spectra.pooled import pool
from scaling_spectra.spectrum import power_law

EDGES = {"diagonal": np.array([-9.0, -1.0, 0.0, 0.5, 30.0]), "quadratic": np.array([0.0, 0.4, 1.0, 30.0])}


def sampled(network, solution, teacher, rng):
    """Weights that are not zero, drawn from the law of Result 2."""
    if network == "diagonal":
        y = teacher + solution.delta * rng.standard_normal(teacher.size)
        weights = np.sign(y) * np.maximum(np.abs(y) - solution.threshold, 0)
    else:
        noise = rng.standard_normal((teacher.size, teacher.size))
        y = np.linalg.eigvalsh(np.diag(teacher) + solution.delta * (noise + noise.T) / np.sqrt(2 * teacher.size))
        weights = np.maximum(y - solution.threshold, 0)
    return weights[weights != 0]


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_expected_counts_and_zeros_are_whole(network):
    spectrum, learned = power_law(60, 0.75), learned_of(network)
    teacher = spectrum.values
    solution = theory_of(network).conditional_state_evolution(teacher, 20 * 60, 0.5, 0.5)
    edges = EDGES[network]
    counts = learned.expected_counts(teacher, solution, edges)
    assert counts.sum() + 60 * learned.conditional_zero_mass(teacher, solution) == pytest.approx(60, abs=1e-6)
    # a bin about zero does not count the weights that are zero
    merged = learned.expected_counts(teacher, solution, edges[[0, -1]])
    assert merged.sum() == pytest.approx(counts.sum())


def test_expected_counts_are_integrals_of_the_densities():
    spectrum = power_law(60, 0.75)
    teacher = spectrum.values * np.random.default_rng(1).standard_normal(60)
    for learned, network, weights in (
        (diagonal, "diagonal", teacher),
        (quadratic, "quadratic", spectrum.values),
    ):
        solution = theory_of(network).conditional_state_evolution(weights, 20 * 60, 0.5, 0.5)

        def density(x, learned=learned, solution=solution):
            if learned is quadratic:
                return quadratic.density(spectrum, solution, np.array([x]))[0]
            return np.mean(norm.pdf((x + solution.threshold - teacher) / solution.delta)) / solution.delta

        expected = 60 * quad(density, 0.1, 0.4, epsabs=1e-8)[0]
        found = learned.expected_counts(weights, solution, np.array([0.1, 0.4]))
        assert found == pytest.approx([expected], rel=1e-6)


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
@pytest.mark.parametrize("weight_decay", [0.05, 3.0])
def test_weights_drawn_from_the_law_follow_it(network, weight_decay):
    rng = np.random.default_rng(4)
    dim, replicas = 80, 40
    problem, theory = problem_of(network), theory_of(network)
    spectrum = power_law(dim, 0.75)
    teachers = [problem.draw_teacher(spectrum, rng) for _ in range(replicas)]
    samples = problem.samples(40, dim)
    solutions = [theory.conditional_state_evolution(t, samples, weight_decay, 0.5) for t in teachers]
    weights = [sampled(network, s, t, rng) for s, t in zip(solutions, teachers, strict=True)]
    pooled = pool(network, teachers, solutions, weights)
    assert pooled.counts.sum() == pytest.approx(np.mean([w.size for w in weights]))
    assert pooled.zeros.mean() == pytest.approx(pooled.predicted_zeros, abs=0.01)
    assert pooled.distance < 0.02
    chi_squared = np.sum((pooled.counts - pooled.predicted) ** 2 / (pooled.predicted / replicas + 1e-2))
    assert chi_squared < 2 * pooled.counts.size
    if network == "quadratic":
        assert pooled.predicted_places.size >= 2
        assert np.nanmean(pooled.places, 0)[:2] == pytest.approx(pooled.predicted_places[:2], rel=0.05)


def test_nothing_learned():
    spectrum = power_law(30, 0.75)
    solution = theory_of("quadratic").conditional_state_evolution(spectrum.values, 30, 500.0, 0.5)
    pooled = pool("quadratic", [spectrum.values] * 2, [solution] * 2, [np.empty(0)] * 2)
    assert pooled.predicted_zeros == 1
    assert pooled.distance == pytest.approx(0, abs=1e-9)
    assert pooled.counts.sum() == 0


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_the_distance_does_not_hang_on_the_side_of_zero(network):
    """A quantile at -1e-17 was taken for one below the zeros, one at 1e-17 for one above them."""
    dim = 30
    teacher = problem_of(network).draw_teacher(power_law(dim, 0.75), np.random.default_rng(1))
    samples = problem_of(network).samples(20, dim)
    solution = theory_of(network).conditional_state_evolution(teacher, samples, 2.0, 0.5)
    found = np.abs(sampled(network, solution, teacher, np.random.default_rng(2)))
    distances = [pool(network, [teacher], [solution], [np.append(found, tiny)]).distance for tiny in (1e-17, -1e-17)]
    assert distances[0] == pytest.approx(distances[1], abs=1e-12)
