"""The signed network: state evolution, its limits, exact solutions and training."""

from types import SimpleNamespace

import numpy as np
import pytest

from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.quadratic import theory as one_sided
from scaling_spectra.networks.signed import learned, limits, problem, solving, theory, training
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectrum import Spectrum, power_law

NOISE = 0.5


def test_teacher_alternates():
    teacher = problem.draw_teacher(power_law(6, 1.0), np.random.default_rng(0))
    assert (np.sign(teacher) == [1, -1, 1, -1, 1, -1]).all()
    law = theory.alternating(power_law(6, 1.0))
    np.testing.assert_allclose(np.sort(law.values), np.sort(teacher))


def test_number_of_a_second_program():
    """d = 60, gamma = 0.75, lambda = 1, n_eff = 20: M by half circles of 64 nodes."""
    assert theory.state_evolution(power_law(60, 0.75), 1200, 1.0, NOISE).risk / 2 == pytest.approx(0.6930, abs=1e-4)


def test_averages_over_random_matrices_solve_the_equations():
    dim, samples, weight_decay = 400, 400 * 30, 1.0
    spectrum = power_law(dim, 0.75)
    solution = theory.state_evolution(spectrum, samples, weight_decay, NOISE)
    teacher, rng = problem.draw_teacher(spectrum, np.random.default_rng(0)), np.random.default_rng(1)
    errors, counts = [], []
    for _ in range(3):
        noise = rng.standard_normal((dim, dim)) / np.sqrt(2 * dim)
        values, vectors = np.linalg.eigh(np.diag(teacher) + solution.delta * (noise + noise.T))
        kept = np.sign(values) * np.maximum(np.abs(values) - solution.threshold, 0)
        errors.append(2 * np.sum(((vectors * kept) @ vectors.T - np.diag(teacher)) ** 2) / dim)
        counts.append(np.mean(kept == 0))
    assert np.mean(errors) == pytest.approx(solution.risk, rel=0.02)
    assert np.mean(counts) == pytest.approx(learned.zero_mass(spectrum, solution), abs=0.01)


def test_merged_scales_of_both_signs():
    for n_eff, weight_decay in ((30, 0.3), (300, 0.01)):
        full, few = (
            theory.state_evolution(spectrum, n_eff * 2000, weight_decay, NOISE)
            for spectrum in (power_law(2000, 0.75), merged_power_law(2000, 0.75))
        )
        assert few.risk == pytest.approx(full.risk, rel=1e-6)


def test_limits_are_those_of_state_evolution():
    ratio = limits.INTERPOLATION * np.array([1e-4, 0.2, 0.9])
    nothing = Spectrum(np.zeros(1), np.array([1e9]))
    solved = theory.curve(nothing, ratio * 1e18, 1e-9, 1.0)
    np.testing.assert_allclose([point.risk for point in solved], limits.overfitting(ratio), rtol=1e-4)
    np.testing.assert_allclose(limits.overfitting_asymptote(ratio[:1]), limits.overfitting(ratio[:1]), rtol=0.1)
    top = theory.state_evolution(merged_power_law(10**9, 1.0), limits.INTERPOLATION * 1e18, 1e-6, NOISE, tol=1e-7)
    assert top.risk == pytest.approx(limits.peak_risk(1e-6, NOISE, 0.0), rel=1e-3)


def test_one_sign_learns_what_the_quadratic_network_learns_when_noise_is_cut():
    """Beyond the bulk's edge nothing crosses the lower threshold."""
    teacher = power_law(60, 0.75).values
    args = (60 * 60, 20.0, NOISE)
    found = theory.conditional_state_evolution(teacher, *args)
    assert found.threshold > 2 * found.delta
    assert found.risk == pytest.approx(one_sided.conditional_state_evolution(teacher, *args).risk, rel=1e-9)


@pytest.mark.parametrize("weight_decay", [1e-4, 1e-9, 1e-14])
@pytest.mark.parametrize("gamma", [0.75, 3.0])
def test_little_is_missed_when_all_is_found(gamma, weight_decay):
    """Nothing is cut, D -> 1/2: b = lambda/(4 (alpha - 1/2)), t = b^2/(2 alpha - 1), R = 4 alpha t.

    The integrals above b and below -b are those of S* to all digits, and their difference has none of R.
    """
    dim, alpha = 30, 5.0
    found = theory.state_evolution(power_law(dim, gamma), alpha * dim**2, weight_decay, 0.0)
    b = weight_decay / (4 * (alpha - 0.5))
    assert found.threshold == pytest.approx(b, rel=5 * weight_decay)
    assert found.risk == pytest.approx(4 * alpha * b**2 / (2 * alpha - 1), rel=1e-9 + 100 * weight_decay)
    assert found.accuracy < 1e-10


def test_size_of_a_feature_that_is_found_does_not_count():
    """Its price is that of its row and column; most of the others, a millionth of it, are lost."""
    others, risks = 1e-6 * np.arange(1, 100) ** -0.75, []
    for first in (1.0, 1e4):
        spectrum = Spectrum(np.concatenate([[first], others]), np.ones(100))
        found = theory.state_evolution(spectrum, 0.3 * 100**2, 2e-7, 0.0)
        assert 0.5 < learned.zero_mass(spectrum, found) < 0.9
        risks.append(found.risk)
    assert risks[1] == pytest.approx(risks[0], rel=1e-5)
    assert risks[0] > 0.1 * 2 * np.mean(others**2)


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(4, 0.1), (20, 1.0)])
def test_training_reaches_the_minimum_of_the_nuclear_norm(n_eff, weight_decay):
    dim = 12
    replica = draw_replica("signed", power_law(dim, 0.75), NOISE, n_eff * dim, 0, 1)
    exact = solving.prepare(replica.draw, replica.teacher, width=1.0, tol=1e-9)(weight_decay)
    options = {"width": 1.0, "tol": 1e-6, "max_evaluations": 5000, "init_scale": 0.1}
    trained = training.prepare(replica.draw, replica.teacher, **options)(weight_decay, np.random.default_rng(0))
    assert exact.converged
    assert trained.converged
    assert trained.objective == pytest.approx(exact.objective, rel=1e-6)
    assert trained.rank == exact.rank
    assert exact.spectrum.min() < 0 < exact.spectrum.max()
    # stationary: a proximal step of the nuclear norm, on the samples themselves, stays
    inputs, labels = (np.concatenate(parts) for parts in zip(*replica.draw(), strict=True))
    z = (np.einsum("ni,nj->nij", inputs, inputs) - np.eye(dim)) / np.sqrt(dim)
    data = solving.measured(replica.draw(), dim)
    penalty = weight_decay * dim
    matrix = solving.difference(solving.minimise(data, penalty, tol=1e-10).factor)
    step = 0.1 / (n_eff * dim)
    residual = labels - np.einsum("nij,ij->n", z, matrix)
    values, vectors = np.linalg.eigh(matrix + 2 * step * np.einsum("n,nij->ij", residual, z))
    moved = (vectors * (np.sign(values) * np.maximum(np.abs(values) - step * penalty, 0))) @ vectors.T
    np.testing.assert_allclose(moved, matrix, atol=1e-4 * np.abs(matrix).max())
    assert exact.objective == pytest.approx(
        residual @ residual + penalty * np.abs(np.linalg.eigvalsh(matrix)).sum(), rel=1e-8
    )


def test_outliers_have_both_signs():
    dim = 100
    teacher = problem.draw_teacher(power_law(dim, 0.75), np.random.default_rng(0))
    solution = theory.conditional_state_evolution(teacher, 40 * dim, 4.0, NOISE)
    found = learned.signed_outliers(teacher, solution)
    assert found.min() < 0 < found.max()
    np.testing.assert_allclose(np.sort(np.abs(found))[::-1], learned.conditional_outlier_places(teacher, solution))
    edges = np.linspace(-20, 20, 41)
    counted = learned.expected_counts(teacher, solution, edges).sum()
    assert counted == pytest.approx(dim * (1 - learned.conditional_zero_mass(teacher, solution)), rel=1e-9)


def test_a_fraction_of_zeros_is_never_below_zero():
    """Where everything is learned the masses of both signs add up to one, and rounding."""
    for dim in range(36, 44):
        spectrum = power_law(dim, 0.75)
        tiny = SimpleNamespace(delta=1e-9 * spectrum.values[-1], threshold=1e-8 * spectrum.values[-1])
        assert 0 <= learned.zero_mass(spectrum, tiny) < 1e-12
