"""The studies, tables, checks and figures of correlated inputs, families of teachers and the signed network."""

import runpy

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from drawn import POWER_LAW, draw, ensemble

from scaling_spectra.correlated_rates import predicted, rates
from scaling_spectra.plotting import correlated
from scaling_spectra.plotting import teachers as families
from scaling_spectra_pipeline.checks import inputs
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.schemas import schema_of
from scaling_spectra_pipeline.tables.columns import read

LOW_RANK = {"family": "low_rank", "rank": 3}


@pytest.fixture
def study(tmp_path):
    """Run a study's script and read back what it wrote."""

    def run(name, network, dim, n_eff, replicas=3, teacher=POWER_LAW):
        data = draw(tmp_path / f"{network}.npz", network, dim, replicas, 1, teacher=teacher)
        output = str(tmp_path / "study.csv")
        arguments = {"n_eff": n_eff, "replicas": replicas, "root_seed": 1, "width": 1.0, "tolerance": 1e-5}
        main = runpy.run_path(str(ROOT / f"scripts/studies/{name}.py"))["main"]
        main([data], output, ensemble=ensemble(network, dim, teacher), teacher=teacher, **arguments)
        return read(output, schema_of(name))

    return run


@pytest.mark.parametrize(("network", "dim", "n_eff"), [("diagonal", 40, 60.0), ("quadratic", 16, 20.0)])
def test_correlated_inputs_follow_their_theory(study, network, dim, n_eff):
    table = study("correlated_inputs", network, dim, n_eff)
    assert (table["status"] == "solved").all()
    assert table["converged"].all()
    by = ["network", "input_exponent", "position", "decay"]
    assert inputs.risks_follow_theory("t", table, by).passed
    wrong = inputs.risks_follow_theory("t", table.assign(risk=4 * table["risk"]), by)
    assert not wrong.passed
    assert "of 8 points too far from theory" in wrong.detail
    mean = table.groupby(["input_exponent", "position", "decay"])["risk_theory"].mean()
    # aligned inputs: plain decay wins, and both have less risk than white inputs
    assert mean[1.0, "aligned", "plain"] < mean[1.0, "aligned", "matched"] < mean[0.0, "aligned", "plain"]


def test_a_point_without_a_solution_is_a_row(study, monkeypatch):
    from scaling_spectra.networks.diagonal import correlated as module

    def fail(*_, **__):
        raise ArithmeticError("lost")

    monkeypatch.setattr(module, "state_evolution", fail)
    table = study("correlated_inputs", "diagonal", 20, 30.0)
    assert table["status"].str.contains("lost").all()
    assert table["risk"].isna().all()


@pytest.mark.parametrize(("network", "dim", "n_eff"), [("diagonal", 40, 30.0), ("quadratic", 16, 8.0)])
def test_families_gain_by_feature_learning(study, network, dim, n_eff):
    gains = {}
    for teacher in (LOW_RANK, {"family": "flat"}):
        table = study("teachers", network, dim, n_eff, teacher=teacher)
        assert (table["status"] == "solved").all()
        assert inputs.risks_follow_theory("t", table, ["network", "teacher"]).passed
        gains[teacher["family"]] = (table["lazy_theory"] / table["risk_theory"]).mean()
        _, points, _ = families.compose(table, {table["teacher"].iloc[0]: "it"})
        assert {"gain", "learned", "teacher"} <= set(points["series"])
    assert gains["low_rank"] > 1 > gains["flat"] / 1.3


@pytest.mark.parametrize("network", ["diagonal", pytest.param("quadratic", marks=pytest.mark.soak)])
def test_exponents_at_huge_d_are_the_predicted_ones(network):
    found = rates(network, 0.75, 1.0, 0.5, 10**12)
    for rate in found:
        if not rate.logarithmic:
            assert rate.slope == pytest.approx(rate.predicted, abs=0.01), rate
    table = pd.DataFrame([vars(rate) for rate in found])
    assert inputs.exponents_are_the_predicted_ones("t", table, 0.01).passed
    assert not inputs.exponents_are_the_predicted_ones("t", table.assign(slope=0.0), 0.01).passed


def test_exponents_of_white_inputs_are_those_of_the_phases():
    assert predicted("quadratic", 0.75, 0.0, "shrinkage", "matched") == pytest.approx(-2 + 1 / 0.75)
    assert predicted("diagonal", 0.75, 0.0, "noise", "matched") == pytest.approx(-1 + 1 / 1.5)
    assert np.isnan(predicted("quadratic", 0.75, 0.5, "noise", "plain"))


def test_experiments_take_other_families_beside_their_gammas():
    section = {"gammas": [1.0], "teachers": [LOW_RANK]}
    plan = Plan(load({"scale": "smoke", "studies": {"teachers": section}}, ROOT))
    assert [ensemble.teacher for ensemble in plan.ensembles("teachers")] == ["gamma1.0", "rank3.0"] * 2
    assert "low_rank" in plan.families
    refused = {"scale": "smoke", "studies": {"teachers": {"teachers": [{"family": "low_rank", "rank": 0.5}]}}}
    with pytest.raises(ConfigError, match=r"teachers\.teachers\.0: rank: 0\.5 is not a whole number"):
        load(refused, ROOT)


def test_figure_of_correlated_inputs_shows_its_tables(study, tmp_path):
    table = study("correlated_inputs", "diagonal", 30, 60.0)
    settings = {"teacher": POWER_LAW, "noise_var": 0.5, "networks": ["diagonal", "quadratic"]}
    output = str(tmp_path / "boundaries.csv")
    main = runpy.run_path(str(ROOT / "scripts/tables/correlated_boundaries.py"))["main"]
    main(output, {"study": str(tmp_path / "study.csv")}, large_dims=[10**9], **settings)
    boundaries = read(output, schema_of("input_boundaries"))
    lines = boundaries[boundaries["network"] == "quadratic"].set_index(["input_exponent", "boundary"])["n_eff"]
    # white inputs: noise passes below lambda_c = 4 sqrt(Delta) sqrt(n_eff/d), interpolation at d/4
    assert lines[0.0, "interpolation"].iloc[0] == pytest.approx(0.25e9)
    noise = boundaries[(boundaries["boundary"] == "noise passes") & (boundaries["input_exponent"] == 0)]
    noise = noise[noise["network"] == "quadratic"]
    np.testing.assert_allclose(noise["weight_decay"], 4 * np.sqrt(0.5 * noise["n_eff"] / 1e9), rtol=1e-3)
    rows = pd.DataFrame([vars(rate) for rate in rates("diagonal", 0.75, 0.5, 0.5, 10**9)])
    exponents = rows.assign(teacher="gamma0.75", noise_var=0.5, status="solved")
    _, points, words = correlated.compose(table, boundaries, exponents, {"diagonal": "n", "quadratic": "n/d"})
    assert set(points["series"]) == {"boundary", "theory", "simulation", "predicted exponent", "slope"}
    assert len(words.split()) <= 80
