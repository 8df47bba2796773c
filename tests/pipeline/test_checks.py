"""Judgements on tables made up to be right or wrong."""

import numpy as np
import pandas as pd
import pytest

from scaling_spectra.measurement_ensembles import MODELS, PARTS, averages, differences
from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.checks import files, order, simulation
from scaling_spectra_pipeline.checks.finding import Limits
from scaling_spectra_pipeline.checks.gaussian_design import gaussian_design_is_explained
from scaling_spectra_pipeline.checks.tables import settings_are_those_asked_for
from scaling_spectra_pipeline.schemas.columns import KEY

LIMITS = Limits(tolerance=1e-5, outliers=1e-3, agreeing=0.9, large_dim=0.02, width=1.0, teachers={})


def windows(*verdicts):
    slopes = [None if verdict in ("window too short", "too few replicas") else -1.0 for verdict in verdicts]
    return pd.DataFrame({"verdict": verdicts, "slope": pd.Series(slopes, dtype=float)})


def test_exponents_belong_to_teachers_where_there_are_any():
    settings = {"teacher": {"gamma0.75": 0.75}, "noise_var": [0.5], "dim": [10]}
    of_teachers = pd.DataFrame({"teacher": ["gamma0.75"], "gamma": [0.75], "noise_var": [0.5], "dim": [10]})
    assert settings_are_those_asked_for("x.csv", of_teachers, settings).passed
    finding = settings_are_those_asked_for("x.csv", of_teachers.assign(gamma=1.25), settings)
    assert "gamma = 1.25 is not of this configuration" in finding.detail
    # what others published was of their teachers
    assert settings_are_those_asked_for("x.csv", of_teachers.drop(columns="teacher"), settings).passed


def test_an_experiment_of_short_windows_has_no_exponents_to_fail():
    for table in (windows(), windows("window too short", "window too short")):
        finding = simulation.exponents_follow_theory("exponents/x.csv", table, 0.9)
        assert finding.passed
        assert "nothing to compare" in finding.detail


def test_windows_without_certified_replicas_fail():
    finding = simulation.exponents_follow_theory(
        "exponents/x.csv", windows("window too short", "too few replicas"), 0.9
    )
    assert not finding.passed
    assert "1 lack replicas" in finding.detail


def test_enough_slopes_must_agree():
    nine = ["agrees with state evolution"] * 8 + ["agrees within the known deviation"]
    assert simulation.exponents_follow_theory("exponents/x.csv", windows(*nine, "differs"), 0.9).passed
    assert not simulation.exponents_follow_theory("exponents/x.csv", windows(*nine, "differs", "differs"), 0.9).passed


def test_exponents_at_huge_d_are_judged_where_there_are_no_logarithms():
    rows = pd.DataFrame(
        {
            **{
                "network": "quadratic",
                "noise_var": 0.5,
                "phase": ["II", "IV", "VIb"],
                "predicted": [-0.66, -0.3, -1.0],
            },
            **{"large_predicted": [-0.66, -0.3, -1.0], "large_slope": [-0.67, -0.4, -1.0]},
            "logarithmic": [False, True, False],
        }
    )
    assert simulation.large_exponents_are_those_of_the_phases("x.csv", rows, 0.02).passed
    finding = simulation.large_exponents_are_those_of_the_phases("x.csv", rows.assign(logarithmic=False), 0.02)
    assert not finding.passed
    assert "1 of 3" in finding.detail
    assert "phase IV" in finding.detail


def simulated(count, outliers):
    """Points of which some are outside their interval."""
    return pd.DataFrame(
        {
            **{"network": "diagonal", "dim": 10, "n_eff": np.arange(1.0, count + 1), "weight_decay": 1.0},
            **{"relative": 0.1, "z": 1.0, "outlier": np.arange(count) < outliers},
        }
    )


@pytest.mark.parametrize(("count", "most"), [(20, 3), (100, 5), (400, 11)])
def test_as_many_outliers_as_chance_explains(count, most):
    """P(X > most) < 1/1000 <= P(X >= most) for X binomial (count, 1 %)."""
    accepted = simulation.simulation_follows_theory("t", simulated(count, most), 1e-3)
    assert accepted.passed
    assert f"{most} of {count} points outside their 99% interval, {count / 100:.1f} expected" in accepted.detail
    assert not simulation.simulation_follows_theory("t", simulated(count, most + 1), 1e-3).passed


def trained(**columns):
    return pd.DataFrame(
        {
            **{
                "network": "diagonal",
                "teacher": "gamma0.75",
                "gamma": 0.75,
                "noise_var": 0.5,
                "dim": 10,
                "decay_coefficient": [0.1, 1.0],
            },
            **{"decay_exponent": 0.0, "weight_decay": [0.1, 1.0], "n_eff": 20.0, "samples": 20, "replica": 0},
            **{"train_loss": [0.1, 0.2], "objective": [2.0, 5.0], "relative_gap": 0.0},
            **columns,
        }
    )


def test_more_weight_decay_raises_objective_and_training_loss():
    assert all(f.passed for f in order.trained_objectives_are_monotone("t", trained(), LIMITS))
    lower = order.trained_objectives_are_monotone("t", trained(objective=[2.0, 1.9]), LIMITS)
    assert [f.passed for f in lower] == [False, True, True]
    assert "weight_decay = 1.0" in lower[0].detail
    # what a duality gap leaves open is no error
    open_gap = trained(objective=[2.0, 1.9], relative_gap=0.06)
    assert all(f.passed for f in order.trained_objectives_are_monotone("t", open_gap, LIMITS))
    loss = order.trained_objectives_are_monotone("t", trained(train_loss=[0.2, 0.1]), LIMITS)
    assert [f.passed for f in loss] == [True, False, True]


def test_stale_files_are_those_that_no_rule_makes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made, kept, forged, other = (f"results/smoke/{name}.csv" for name in ("a", "job/n3", "job/n4", "b"))
    for path in (made, kept, forged, other, "results/smoke/.jobs/log", "results/smoke/.a.csv.17"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1\n")
    seals.write(kept, kept)
    found = files.no_file_is_stale(["results/smoke"], [made], [r"results/smoke/job/n\d\.csv"])
    assert {finding.artifact: finding.detail.partition(":")[0] for finding in found} == {
        forged: "was not written by a job of this project (no seal)",
        other: "no rule of this configuration makes it",
    }
    for path in (forged, other):
        (tmp_path / path).unlink()
    (found,) = files.no_file_is_stale(["results/smoke"], [made], [r"results/smoke/job/n\d\.csv"])
    assert found.passed
    assert "1 finished points of other grids are kept" in found.detail


def test_a_missing_file_is_named(tmp_path):
    (found,) = files.files_are_there([str(tmp_path / "x.csv")])
    assert not found.passed
    assert found.artifact.endswith("x.csv")


def designs(excess, *, points=10, replicas=50, spread=0.1, seed=0):
    """Rows of the study ``gaussian_design``: risks of mean (1 + excess of the model) and given relative spread."""
    rng, rows = np.random.default_rng(seed), []
    for n_eff in range(30, 30 + points):
        point = {
            "network": "quadratic",
            "teacher": "gamma1.0",
            "gamma": 1.0,
            "noise_var": 0.5,
            "dim": 20,
            "n_eff": float(n_eff),
        }
        point |= {"decay_coefficient": 1.0, "decay_exponent": 0.0, "weight_decay": 1.0, "samples": 20 * n_eff}
        point |= {"top": 2, "delta": 1.0, "threshold": 1.0, "risk_theory": 2.0, "converged": True, "unique": True}
        for model in MODELS:
            parts = 0.5 * (1 + excess.get(model, 0.0) + spread * rng.standard_normal((4, replicas)))
            columns = {"risk": parts.sum(0), "replica": np.arange(replicas), **dict(zip(PARTS, parts, strict=True))}
            rows.append(pd.DataFrame(point | {"model": model} | columns))
    return pd.concat(rows, ignore_index=True)


def test_gaussian_measurements_off_the_effective_model_fail():
    gaussian, explained, inputs = gaussian_design_is_explained("x.csv", designs({}))
    assert gaussian.passed
    assert explained.passed
    assert inputs.passed
    assert "of 10 sets of samples outside their 99 % interval, 0.1 expected" in gaussian.detail
    # a bias of five standard errors, between both effective models and beyond them
    between = {"effective": -0.02, "gaussian": 0.04, "self-consistent": 0.06}
    assert gaussian_design_is_explained("x.csv", designs(between))[0].passed
    gaussian, explained, inputs = gaussian_design_is_explained("x.csv", designs({"gaussian": 0.05}))
    assert not gaussian.passed
    assert explained.passed
    assert inputs.passed


def test_inputs_may_deviate_as_far_as_is_known():
    # at n_eff = 30 to 39, d = 20: 0.5/sqrt(n_eff) + 4/d = 0.28 to 0.29
    assert gaussian_design_is_explained("x.csv", designs({"inputs": 0.27}))[2].passed
    assert not gaussian_design_is_explained("x.csv", designs({"inputs": 0.4}))[2].passed


def test_inputs_are_where_their_effective_model_says():
    # 0.6/d + 0.15/n_eff = 0.034 is what the model may miss
    for real, passed in ((0.2, True), (0.18, True), (0.1, False), (0.0, False)):
        assert gaussian_design_is_explained("x.csv", designs({"inputs": 0.2, "real inputs": real}))[1].passed == passed
    # points where the model has no solution are not judged
    table = designs({"inputs": 0.2, "real inputs": 0.2})
    table = table[(table["model"] != "real inputs") | (table["n_eff"] > 33)]
    assert "of 6 sets of samples" in gaussian_design_is_explained("x.csv", table)[1].detail


def test_averages_of_designs_have_the_errors_of_their_replicas():
    means = averages(designs({"inputs": 0.3}, replicas=400))
    away = differences(means, "inputs", "gaussian")
    # four parts of spread 0.1/4 each: 0.05 in a replica
    np.testing.assert_allclose(away["excess_error"], 0.05 * np.sqrt(2 / 400), rtol=0.15)
    assert np.all(np.abs(away["excess"] - 0.3) < 5 * away["excess_error"])
    np.testing.assert_allclose(away[list(PARTS)].sum(axis=1), away["excess"], rtol=1e-9)


def test_points_are_judged_by_the_theory_of_their_inputs():
    rng, rows = np.random.default_rng(0), []
    for n_eff in (5.0, 20.0, 100.0, 400.0):
        key = dict(zip(KEY, ("quadratic", "gamma0.75", 0.5, 50, 1.0, 0.0, 1.0, n_eff, int(50 * n_eff)), strict=True))
        for replica in range(6):
            risk = 1.1 * (1 + 0.01 * rng.standard_normal())
            rows.append(key | {"gamma": 0.75, "replica": replica, "risk": risk, "converged": True, "unique": True})
    training = pd.DataFrame(rows)
    inputs = training[[*KEY, "gamma"]].drop_duplicates().assign(risk_theory=1.0, risk_inputs=1.1)
    found = simulation.simulation_follows_inputs("x.csv", training, inputs, 1e-3)
    assert found.passed
    assert "0% of points within 95% of state evolution" in found.detail
    wrong = simulation.simulation_follows_inputs("x.csv", training, inputs.assign(risk_inputs=0.9), 1e-3)
    assert not wrong.passed
    assert "4 of 4 points outside" in wrong.detail
    none = simulation.simulation_follows_inputs("x.csv", training, inputs.assign(risk_inputs=np.nan), 1e-3)
    assert none.passed
    assert "no point has such a theory" in none.detail
