"""What double precision leaves of a solution, and a point without one: a row that says so."""

from dataclasses import replace
from functools import partial
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from scaling_spectra import asymptotics
from scaling_spectra.continuation import follow
from scaling_spectra.free_probability import denoising
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.diagonal import theory as diagonal_theory
from scaling_spectra.networks.diagonal.decomposition import decompose
from scaling_spectra.networks.quadratic import equations, limits, theory
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.records import SOLVED, StateEvolutionError
from scaling_spectra.spectrum import Spectrum, power_law
from scaling_spectra_pipeline.checks.tables import points_are_solved

REASON = "no solution\nat all"


@pytest.mark.parametrize("share", [1e-13, 1e-11])
def test_next_to_the_edge_of_the_bulk_the_risk_is_known_to_rounding(share):
    """The threshold is 1e-5 below the edge, where a last digit of b changes D by 1e-10: rho in closed form."""
    noise = Spectrum(np.zeros(1), np.array([1e12]))
    point = theory.state_evolution(noise, share * 1e24, 1e-25, 0.5)
    assert point.accuracy < 1e-4
    assert point.risk == pytest.approx(0.5 * limits.overfitting(share), rel=point.accuracy)


@pytest.mark.parametrize(
    ("gamma", "n_eff", "weight_decay", "noise_var"),
    [(2.5, 0.384232, 7.74273e-08, 0.5), (0.755, 0.0078, 7.4e-09, 0.01), (0.877, 0.0025, 8.1e-10, 0.0)],
)
def test_points_near_detection_in_huge_dimension_are_solved(gamma, n_eff, weight_decay, noise_var):
    dim = 10**12
    point = theory.state_evolution(merged_power_law(dim, gamma), n_eff * dim, weight_decay, noise_var)
    assert point.status == SOLVED
    assert point.accuracy < 1e-9
    # the residual is what a last digit of log t and log b makes of the second equation
    assert point.residual < 1e-6


def test_the_work_of_a_solve_is_bounded(monkeypatch):
    for solver, counting in ((theory, equations), (diagonal_theory, diagonal_theory)):
        monkeypatch.setattr(counting, "MOST_EVALUATIONS", 2)
        with pytest.raises(StateEvolutionError, match=r"not solved in 2 evaluations .*samples = 777,"):
            solver.state_evolution(power_law(50, 1.0), 777, 0.3, 0.5)
    monkeypatch.setattr(theory, "MOST_DENOISINGS", 2)
    with pytest.raises(StateEvolutionError, match=r"Bayes-optimal risk: not solved in 2 evaluations .*samples = 777,"):
        theory.bayes_risk(power_law(50, 1.0), 777, 0.5)


def test_bayes_risk_of_a_steep_teacher_takes_few_evaluations(monkeypatch):
    """Unit steps down in log t took a hundred, each into panels narrower than rounding."""
    count, optimal_distance = [], theory.optimal_distance

    def counted(*arguments, **options):
        count.append(1)
        return optimal_distance(*arguments, **options)

    monkeypatch.setattr(theory, "optimal_distance", counted)
    dim, n_eff = 59_523_704, 463_831
    spectrum = merged_power_law(dim, 3.7495)
    risk = theory.bayes_risk(spectrum, n_eff * dim, 0.0)
    assert len(count) <= 20
    t = risk / 2 / (2 * n_eff / dim)
    assert risk / 2 == pytest.approx(optimal_distance(spectrum, t, tol=1e-10), rel=1e-7)


def test_bayes_risk_next_to_recovery_takes_few_nodes(monkeypatch):
    """The ends of the bracket were evaluated twice, and the secant started with the slope across it."""
    precise, nodes = [], []
    optimal_distance, error_density = theory.optimal_distance, denoising._error_density

    def denoised(*arguments, tol):
        precise.append(tol < theory.ROUGH)
        return optimal_distance(*arguments, tol=tol)

    def counted(spectrum, variance, points):
        nodes.append(points.size)
        return error_density(spectrum, variance, points)

    monkeypatch.setattr(theory, "optimal_distance", denoised)
    monkeypatch.setattr(denoising, "_error_density", counted)
    dim, share = 120, 0.94
    spectrum = power_law(dim, 1.6)
    risk = theory.bayes_risk(spectrum, share * dim**2 / 2, 0.0)
    assert len(precise) <= 14
    assert sum(precise) <= 2
    assert sum(nodes) <= 22_000
    assert risk / 2 == pytest.approx(optimal_distance(spectrum, risk / 2 / share, tol=1e-12), rel=1e-9)


def test_the_bayes_risk_of_too_few_samples_is_nearly_that_of_ignorance():
    """M(t) is mean(s^2) to fewer digits than the bracket of t supposed."""
    dim = 378_642_710_469
    spectrum = merged_power_law(dim, 2.5429109470)
    ignorance = 2 * float(spectrum.mean(spectrum.values**2))
    risk = theory.bayes_risk(spectrum, 0.6397306640 * dim, 0.5)
    assert risk == pytest.approx(ignorance, rel=1e-6)


def test_values_alone_have_the_error_of_the_integral(monkeypatch):
    spectrum = Spectrum(np.array([5.0, 3.0, 1.0, 0.9, 0.0]), np.array([1.0, 2.0, 1.0, 1.0, 5.0]))
    known = denoising.optimal_distance(spectrum, 1e-11)
    monkeypatch.setattr(denoising, "ALONE", 0.0)
    assert known == pytest.approx(denoising.optimal_distance(spectrum, 1e-11), rel=1e-8)


def failing(solve, fails):
    """A solver without solution where `fails(weight_decay)`."""

    def attempt(*arguments, **options):
        if fails(options["weight_decay"]):
            raise StateEvolutionError(REASON)
        return solve(*arguments, **options)

    return attempt


def test_a_path_goes_on_after_a_point_without_solution():
    solve = partial(theory.state_evolution, power_law(50, 1.0), noise_var=0.5)
    decays = np.geomspace(1, 0.1, 5)
    whole = follow(solve, 500, decays)
    path = follow(failing(solve, lambda lam: lam == decays[2]), 500, decays)
    assert [point.status for point in path] == [SOLVED, SOLVED, "no solution at all", SOLVED, SOLVED]
    assert np.isnan([path[2].risk, path[2].delta, path[2].threshold]).all()
    for point, other in zip(path, whole, strict=True):
        assert not point.solved or point.risk == pytest.approx(other.risk, rel=1e-9)


def test_the_best_weight_decay_is_sought_among_points_with_a_solution(monkeypatch):
    spectrum, solve = power_law(40, 1.0), theory.state_evolution
    best = optimal_weight_decay("quadratic", spectrum, 800, 0.5)

    def solved_above(least):
        def attempt(spectrum, samples, weight_decay, noise_var, **options):
            if weight_decay < least:
                raise StateEvolutionError(REASON)
            return solve(spectrum, samples, weight_decay, noise_var, **options)

        monkeypatch.setattr(theory, "state_evolution", attempt)
        return optimal_weight_decay("quadratic", spectrum, 800, 0.5)

    found = solved_above(best.weight_decay / 5)
    assert found.status == SOLVED
    assert found.weight_decay == pytest.approx(best.weight_decay, rel=1e-3)
    nothing = solved_above(np.inf)
    assert np.isnan([nothing.weight_decay, nothing.risk]).all()
    assert nothing.status == "no solution at all"


def test_a_check_says_how_many_points_are_not_solved_and_where():
    table = pd.DataFrame({"network": "quadratic", "n_eff": np.arange(1.0, 201), "status": SOLVED})
    assert points_are_solved("t", table).passed
    table.loc[4:5, "status"] = "no solution to 1e-10"
    finding = points_are_solved("t", table)
    assert finding.passed
    assert "198 of 200 rows; without numbers" in finding.detail
    assert "network = quadratic, n_eff = 5.0: no solution to 1e-10" in finding.detail
    table.loc[6, "status"] = "no solution to 1e-10"
    assert not points_are_solved("t", table).passed


@pytest.mark.parametrize("gamma", [0.55, 0.6, 1.25, 2.0, 4.0])
def test_slopes_are_those_of_finitely_many_features(gamma):
    """Sums over features, not integrals: at gamma = 0.55 most lie beyond d, at 4 three are found."""
    dim = 10**15
    for network, noise_var, phase in (("quadratic", 0.5, "IV"), ("quadratic", 0.0, "IV0"), ("diagonal", 0.5, "II")):
        probe = asymptotics._Probe(PhaseDiagram(network, dim, gamma, noise_var), merged_power_law(dim, gamma))
        row = probe.phase(phase)[0]
        assert row.slope == pytest.approx(row.refined, abs=0.01), phase


def test_a_phase_without_room_is_not_deep():
    dim = 10**15
    probe = asymptotics._Probe(PhaseDiagram("quadratic", dim, 0.6, 0.5), merged_power_law(dim, 0.6))
    row = probe.phase("V")[0]
    assert not row.deep
    assert abs(row.slope - row.refined) > 0.02
    assert probe.phase("II")[0].deep


def test_noise_that_hardly_passes_the_threshold_costs_no_less_than_nothing():
    point = diagonal_theory.state_evolution(power_law(20, 1.25), 30.0, 1.0, 0.5)
    for share in np.linspace(5, 40, 200):
        here = replace(point, delta=1e-3, threshold=1e-3 * share)
        assert decompose(power_law(20, 1.25), here).overfitting >= 0


@pytest.fixture
def predictions(monkeypatch):
    """The benchmark of random predictions."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("predictions")


def test_random_predictions_are_solved(predictions):
    table = predictions.measure(100)
    assert table["network"].nunique() == 3
    assert (table["status"] == SOLVED).all(), table[table["status"] != SOLVED].to_string()


@pytest.mark.soak
def test_random_predictions_are_solved_within_seconds(predictions):
    table = predictions.measure(2000)
    assert (table["status"] == SOLVED).all(), table[table["status"] != SOLVED].to_string()
    assert table["seconds"].max() < predictions.SLOWEST
