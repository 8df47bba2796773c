"""Pruning (Corollary 2) against random matrices, sampled weights and Lasso fits."""

import runpy

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Lasso

from helpers.checkout import ROOT
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.diagonal import pruning as diagonal
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.pruning import pruning_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.quadratic import pruning as quadratic
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.spectrum import power_law


def sample_quadratic(spectrum, solution, rng):
    dim = spectrum.values.size
    noise = rng.standard_normal((dim, dim))
    noise = (noise + noise.T) / np.sqrt(2 * dim)
    values, vectors = np.linalg.eigh(np.diag(spectrum.values) + solution.delta * noise)
    return np.maximum(values - solution.threshold, 0), vectors


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(20, 0.01), (200, 0.3), (200, 15.0)])
def test_quadratic_pruned_risk_of_random_matrices(n_eff, weight_decay):
    dim, rng = 250, np.random.default_rng(1)
    spectrum = power_law(dim, 1.0)
    solution = theory_of("quadratic").state_evolution(spectrum, n_eff * dim, weight_decay, 0.5)
    risks = []
    for _ in range(8):
        values, vectors = sample_quadratic(spectrum, solution, rng)
        pruned = quadratic.prune(values, solution.delta, solution.threshold)
        error = (vectors * pruned) @ vectors.T - np.diag(spectrum.values)
        risks.append(2 * np.sum(error**2) / dim)
    spread = np.std(risks, ddof=1) / np.sqrt(8)
    predicted = quadratic.pruned_risk(spectrum, solution)
    assert predicted == pytest.approx(np.mean(risks), abs=4 * spread + 0.01 * predicted)
    assert quadratic.conditional_pruned_risk(spectrum.values, solution) == pytest.approx(predicted, rel=1e-12)


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(10, 0.3), (60, 0.3), (60, 5.0), (2000, 0.1)])
def test_quadratic_noise_is_estimated_from_what_training_leaves(n_eff, weight_decay):
    dim, rng = 250, np.random.default_rng(3)
    spectrum = power_law(dim, 1.0)
    solution = theory_of("quadratic").state_evolution(spectrum, n_eff * dim, weight_decay, 0.5, width=4.0)
    values, _ = sample_quadratic(spectrum, solution, rng)
    delta, b = quadratic.estimate(values, solution.train_loss, n_eff * dim, weight_decay, width=4.0)
    assert delta == pytest.approx(solution.delta, rel=0.06)
    # b/delta holds exactly: both equations share the factor 1 - D/alpha
    assert b / delta == pytest.approx(solution.threshold / solution.delta, rel=1e-9)


def test_quadratic_estimate_is_exact_if_nothing_is_cut():
    spectrum = power_law(40, 0.75)
    solution = theory_of("quadratic").state_evolution(spectrum, 1e4 * 40, 0.1, 0.5)
    values, _ = sample_quadratic(spectrum, solution, np.random.default_rng(0))
    delta, _ = quadratic.estimate(values, solution.train_loss, 400_000, 0.1)
    # D = (1 + 1/d)/2 at finite d
    assert delta == pytest.approx(solution.delta, rel=1e-3)


@pytest.mark.parametrize(("samples", "weight_decay"), [(100, 0.3), (400, 0.3), (400, 5.0)])
def test_diagonal_estimate_and_pruned_risk_of_lasso_fits(samples, weight_decay):
    dim, noise_var, replicas = 200, 0.5, 40
    rng = np.random.default_rng(7)
    teacher = power_law(dim, 1.0).values * rng.standard_normal(dim)
    solution = theory_of("diagonal").conditional_state_evolution(teacher, samples, weight_decay, noise_var)
    risks, estimates = [], []
    for _ in range(replicas):
        x = rng.standard_normal((samples, dim)) / np.sqrt(dim)
        y = x @ teacher + np.sqrt(noise_var) * rng.standard_normal(samples)
        lasso = Lasso(alpha=weight_decay / samples, fit_intercept=False, tol=1e-7, max_iter=100_000).fit(x, y)
        loss = np.mean((y - x @ lasso.coef_) ** 2)
        delta, b = diagonal.estimate(lasso.coef_, loss, samples, weight_decay)
        estimates.append((delta, b))
        risks.append(np.mean((diagonal.prune(lasso.coef_, delta, b) - teacher) ** 2))
    assert np.mean(estimates, 0) == pytest.approx([solution.delta, solution.threshold], rel=0.05)
    predicted = diagonal.conditional_pruned_risk(teacher, solution)
    assert predicted == pytest.approx(np.mean(risks), rel=0.06)


def test_diagonal_average_over_teachers():
    rng = np.random.default_rng(9)
    spectrum = power_law(20, 0.8)
    solution = theory_of("diagonal").state_evolution(spectrum, 60, 0.2, 0.5)
    teachers = spectrum.values * rng.standard_normal((4000, 20))
    risks = [diagonal.conditional_pruned_risk(teacher, solution) for teacher in teachers]
    error = np.std(risks) / np.sqrt(4000)
    assert diagonal.pruned_risk(spectrum, solution) == pytest.approx(np.mean(risks), abs=4 * error)


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_pruning_does_nothing_above_the_bulk(network):
    pruning = pruning_of(network)
    weights = np.array([3.0, 0.5, 0.0, 1e-3])
    assert (pruning.prune(weights, 0.1, 5.0) == weights).all()


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_pruning_reaches_the_optimal_rate_where_overfitting_is_harmful(network):
    # phase V, lambda -> 0: pruning regains the risk of the best weight decay up to a constant
    dim, theory = 10**12, theory_of(network)
    spectrum = merged_power_law(dim, 1.0)
    share = 0.5 * limits_of(network).INTERPOLATION
    samples = share * float(dim) * (dim if network == "quadratic" else 1)
    overfit = theory.state_evolution(spectrum, samples, 1e-4, 0.5)
    pruned = pruning_of(network).pruned_risk(spectrum, overfit)
    best = optimal_weight_decay(network, spectrum, samples, 0.5).risk
    assert best < pruned < 12 * best
    assert overfit.risk > 1e4 * pruned


def test_too_many_weights_are_refused():
    with pytest.raises(ValueError, match=r"^weights: 5 are not zero"):
        diagonal.estimate(np.ones(5), 0.1, 5, 1.0)
    with pytest.raises(ValueError, match=r"^weights: 15 are not zero, at least 10 fewer than samples = 24 are needed"):
        diagonal.estimate(np.ones(15), 0.1, 24, 1.0)
    assert np.isfinite(diagonal.estimate(np.ones(15), 0.1, 25, 1.0)).all()
    with pytest.raises(ValueError, match=r"^weights: 5 are not zero"):
        quadratic.estimate(np.ones(5), 0.1, 10, 1.0)


def test_an_estimate_that_one_eigenvalue_more_or_less_changes_is_none():
    weights, changed = np.append(np.geomspace(3, 0.1, 13), np.zeros(7)), []
    for samples in (120, 160, 220, 300, 600):
        deltas = []
        for values in (weights, np.append(weights[:12], np.zeros(8)), np.append(weights[:13], [1e-6, *np.zeros(6)])):
            try:
                deltas.append(quadratic.estimate(values, 0.1, samples, 0.05)[0])
            except ValueError as error:
                assert "one more or less changes delta by more than 10%" in str(error)  # noqa: PT017
                deltas.append(np.nan)
        if np.isfinite(deltas[0]):
            assert np.nanmax(np.abs(np.array(deltas) / deltas[0] - 1)) <= 0.1
        changed.append(bool(np.isnan(deltas[0])))
    # many samples for the weights tell the noise
    assert changed == sorted(changed, reverse=True)
    assert changed[0]
    assert not changed[-1]


@pytest.mark.parametrize(("network", "exponent"), [("quadratic", 2.0), ("diagonal", 4.0)])
def test_where_everything_is_learned_pruning_costs_a_known_factor(network, exponent):
    # risk delta^2 of the noise, threshold^2 of the shrinkage
    dim = 400
    spectrum, theory, limits = power_law(dim, 0.75), theory_of(network), limits_of(network)
    samples = dim**exponent * (dim if network == "quadratic" else 1)
    point = theory.state_evolution(spectrum, samples, 1 / dim, 0.5)
    factor = pruning_of(network).pruned_risk(spectrum, point) / point.risk
    assert factor == pytest.approx(1 + limits.bulk_edge(dim) ** 2, rel=1e-3)


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_risk_after_pruning_follows_from_stored_spectra(network):
    rng, dim = np.random.default_rng(3), 7
    problem, pruning = problem_of(network), pruning_of(network)
    teacher = rng.uniform(0, 2, dim)
    if network == "quadratic":
        factor = rng.standard_normal((dim, 4))
        learned = factor @ factor.T
        values, vectors = np.linalg.eigh(learned)
        values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
        overlap, rebuild = teacher @ vectors**2, lambda pruned: (vectors * pruned) @ vectors.T
    else:
        learned = values = np.sort(rng.uniform(0.1, 2, dim))[::-1]
        overlap, rebuild = teacher, lambda pruned: pruned
    point = {
        **{"network": network, "dim": dim, "rank": int((values > 1e-9).sum()), "risk": problem.risk(learned, teacher)},
        **{"train_loss": 0.1, "samples": 3, "weight_decay": 0.1, "delta": 0.3, "threshold": 0.2},
    }
    row = runpy.run_path(str(ROOT / "scripts/tables/pruning.py"))["_row"](
        point, pd.DataFrame({"value": values, "overlap": overlap}), 1.0
    )
    expected = problem.risk(rebuild(pruning.prune(values, 0.3, 0.2)), teacher)
    assert row["pruned_risk_known"] == pytest.approx(expected, rel=1e-9)
    assert np.isnan(row["pruned_risk"])  # more weights than samples


def test_a_risk_of_next_to_nothing_stays_one_after_pruning():
    """Rounding of the weights' squares took it below zero, which no table accepts."""
    dim, noise = 40, 1e-10
    teacher = np.sort(np.abs(np.random.default_rng(1).standard_normal(dim)))[::-1]
    values = teacher + noise * np.random.default_rng(2).standard_normal(dim)
    problem, pruning = problem_of("diagonal"), pruning_of("diagonal")
    point = {
        **{"network": "diagonal", "dim": dim, "rank": dim, "risk": problem.risk(values, teacher)},
        **{"train_loss": noise**2, "samples": 400, "weight_decay": noise, "delta": noise, "threshold": noise / 9},
    }
    row = runpy.run_path(str(ROOT / "scripts/tables/pruning.py"))["_row"](
        point, pd.DataFrame({"value": values, "overlap": teacher}), 1.0
    )
    expected = problem.risk(pruning.prune(values, noise, noise / 9), teacher)
    assert row["pruned_risk_known"] == pytest.approx(expected, rel=1e-4)
    assert row["pruned_risk"] > 0
