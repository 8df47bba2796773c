"""The studies, tables, checks and figures of correlated inputs, families of teachers and the signed network."""

import json
import re
import runpy

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.drawn import POWER_LAW, draw, ensemble
from scaling_spectra.correlated_decays import compared
from scaling_spectra.correlated_diagram import boundaries
from scaling_spectra.correlated_rates import CASES, predicted, rates
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.places import NOISE, RESOLVED, SHRINKAGE, places
from scaling_spectra.plotting import correlated_inputs
from scaling_spectra.plotting import teachers as families
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.checks import inputs_and_teachers
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of
from scaling_spectra_pipeline.summaries.inputs_and_teachers import matched_decay, tails_by_phase

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
    assert inputs_and_teachers.risks_follow_theory("t", table, by).passed
    wrong = inputs_and_teachers.risks_follow_theory("t", table.assign(risk=4 * table["risk"]), by)
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
        assert inputs_and_teachers.risks_follow_theory("t", table, ["network", "teacher"]).passed
        gains[teacher["family"]] = (table["lazy_theory"] / table["risk_theory"]).mean()
        _, points, _ = families.compose(table, {table["teacher"].iloc[0]: "it"})
        assert {"gain", "learned", "teacher"} <= set(points["series"])
    assert gains["low_rank"] > 1 > gains["flat"] / 1.3


@pytest.mark.parametrize("network", ["diagonal", pytest.param("quadratic", marks=pytest.mark.soak)])
def test_exponents_at_huge_d_are_the_predicted_ones(network):
    found = rates(network, 0.75, 1.0, 0.5, 10**12)
    assert [(rate.limit, rate.decay, rate.position) for rate in found] == list(CASES)
    for rate in found:
        if np.isfinite(rate.expected):
            assert rate.slope == pytest.approx(rate.expected, abs=0.01), rate
        else:
            assert (rate.decay, rate.position) == ("plain", "against")
    matched, plain = ((rate.n_eff, rate.weight_decay) for rate in (found[2], found[1]))
    # lambda ~ n_eff b: b is a multiple of the noise, or the threshold at which the last feature is found
    g, step = (1.25, 0.5) if network == "diagonal" else (1.75, 1.0)
    per_feature = 2 * g if network == "diagonal" else g * (2 + 1)
    for (n_eff, decays), slope in ((matched, 0.5), (plain, 1 - (g + step) / per_feature)):
        assert np.diff(np.log(decays)) / np.diff(np.log(n_eff)) == pytest.approx(slope, abs=0.012)
    # at the best plain decay noise is not cut, and ever less of it
    lines = {name: line for name, _, line in boundaries(network, 0.75, 1.0, 0.5, 10**12, np.array(plain[0]))}
    shares = np.array(plain[1]) / lines["noise passes"]
    assert 0.01 < shares[1] < shares[0] < 0.35
    table = pd.DataFrame([vars(rate) for rate in found])
    assert inputs_and_teachers.exponents_are_the_predicted_ones("t", table, 0.01).passed
    assert not inputs_and_teachers.exponents_are_the_predicted_ones("t", table.assign(slope=0.0), 0.01).passed


def test_matched_decay_of_the_diagonal_network_has_a_logarithm():
    found = [rates("diagonal", 0.75, 1.0, 0.5, dim, CASES[2:3])[0] for dim in (10**9, 10**15)]
    away = [rate.slope - rate.predicted for rate in found]
    assert away[0] < away[1] < -0.005
    # as 1/log(d/K)
    middle = (300 * 3000) ** 0.5
    products = [off * np.log(rate.dim / middle) for off, rate in zip(away, found, strict=True)]
    assert products[0] == pytest.approx(products[1], rel=0.05)
    for rate in found:
        assert rate.slope == pytest.approx(rate.expected, abs=0.005)


@pytest.mark.parametrize(("network", "gamma", "dim"), [("diagonal", 0.6, 10**15), ("quadratic", 0.65, 10**12)])
def test_a_window_that_finds_a_share_of_all_features_is_no_rate(network, gamma, dim):
    """One had no best weight decay at its end, the slope of the other is 0.05 off."""
    (rate,) = rates(network, gamma, 0.5, 0.5, dim, [("noise", "matched", "against")])
    assert not rate.measured
    assert np.isnan(rate.expected)


def test_matched_decay_never_pays_where_inputs_are_aligned():
    for network, dim in (("diagonal", 10**6), ("quadratic", 100)):
        ratios = [pair.matched.risk / pair.plain.risk for pair in compared(network, 0.75, 1.0, 0.5, dim, 4)]
        assert min(ratios) > 0.999
        assert max(ratios) > 2
        assert ratios[-1] < 1.05


def test_exponents_of_white_inputs_are_those_of_the_phases():
    assert predicted("quadratic", 0.75, 0.0, "shrinkage", "matched") == pytest.approx(-2 + 1 / 0.75)
    assert predicted("diagonal", 0.75, 0.0, "noise", "matched") == pytest.approx(-1 + 1 / 1.5)
    assert np.isnan(predicted("quadratic", 0.75, 0.5, "noise", "plain"))
    # against the teacher the steeper of both ends carries the signal
    assert predicted("quadratic", 0.75, 0.5, "noise", "matched", "against") == pytest.approx(-1 / 3)
    assert predicted("quadratic", 0.75, 1.0, "noise", "matched", "against") == pytest.approx(-1 / 2)


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
    boundaries = read(output, schema_of("correlated_boundaries"))
    lines = boundaries[boundaries["network"] == "quadratic"].set_index(["input_exponent", "boundary"])["n_eff"]
    # white inputs: noise passes below lambda_c = 4 sqrt(Delta) sqrt(n_eff/d), interpolation at d/4
    assert lines[0.0, "interpolation"].iloc[0] == pytest.approx(0.25e9)
    noise = boundaries[(boundaries["boundary"] == "noise passes") & (boundaries["input_exponent"] == 0)]
    noise = noise[noise["network"] == "quadratic"]
    np.testing.assert_allclose(noise["weight_decay"], 4 * np.sqrt(0.5 * noise["n_eff"] / 1e9), rtol=1e-3)
    rows = pd.DataFrame([vars(rate) for rate in rates("diagonal", 0.75, 0.5, 0.5, 10**9)])
    exponents = rows.assign(teacher="gamma0.75", noise_var=0.5, status="solved")
    paths = {"study": str(tmp_path / "study.csv"), "data": [str(tmp_path / "diagonal.npz")]}
    main = runpy.run_path(str(ROOT / "scripts/tables/correlated_curves.py"))["main"]
    main(str(tmp_path / "curves.csv"), paths, teachers={"gamma0.75": POWER_LAW}, width=1.0, root_seed=1)
    curves = read(tmp_path / "curves.csv", schema_of("correlated_curves"))
    # a line passes through the mean theory of the study, whose points lie between its own
    case = ["input_exponent", "position", "decay"]
    for key, line in curves.groupby(case):
        mean = table.set_index(case).loc[key, "risk_theory"].mean()
        assert np.interp(60.0, line["n_eff"], line["risk"]) == pytest.approx(mean, rel=0.02)
    main = runpy.run_path(str(ROOT / "scripts/tables/correlated_decays.py"))["main"]
    main(str(tmp_path / "decays.csv"), paths, teacher=POWER_LAW, noise_var=0.5, points=3, networks=["diagonal"])
    decays = read(tmp_path / "decays.csv", schema_of("correlated_decays"))
    quantities = {row["quantity"] for row in matched_decay(decays)}
    assert "risk of matched over plain decay at the best lambda of each, aligned, a = 1" in quantities
    _, points, words = correlated_inputs.compose(table, boundaries, exponents, curves, decays)
    series = {"boundary", "theory", "simulation", "predicted exponent", "slope", "matched over plain decay"}
    assert set(points["series"]) == series
    assert len(words.split()) <= 80


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
@pytest.mark.parametrize("settings", [POWER_LAW, LOW_RANK, {"family": "exponential", "rate": 0.1}])
@pytest.mark.parametrize("width", [1.0, 2.0])
def test_points_of_phases_have_noise_and_threshold_where_they_say(network, settings, width):
    spectrum = make(settings).spectrum(100)
    features = spectrum.values[spectrum.values >= 1e-3 * spectrum.values[0]]
    middle, edge = features[(features.size - 1) // 2], limits_of(network).bulk_edge(100)
    width = width if network == "quadratic" else 1.0
    found = {}
    for place in places(network, spectrum, 0.5, width):
        samples = problem_of(network).samples(place.n_eff, 100)
        found[place.name] = theory_of(network).state_evolution(spectrum, samples, place.weight_decay, 0.5, width=width)
    noise, shrinkage, resolved = (found[name] for name in (NOISE, SHRINKAGE, RESOLVED))
    assert noise.threshold < edge * noise.delta / 2
    assert noise.delta < 1.6 * middle
    assert shrinkage.threshold == pytest.approx(middle, rel=0.25)
    # what a few equal features leave, all shrunk to nothing or not yet resolved at interpolation, is noise too
    far = 3 if settings == LOW_RANK else 5
    assert shrinkage.threshold > far * edge * shrinkage.delta
    assert resolved.delta < features[-1] / far
    assert resolved.threshold == pytest.approx(edge * resolved.delta, rel=0.15)


def test_tails_of_resolved_teachers_are_their_own(study, tmp_path):
    network, dim = "diagonal", 60
    table = study("teachers", network, dim, 30.0)
    (tmp_path / "studies").mkdir()
    (tmp_path / "study.csv").rename(tmp_path / "studies/teachers.csv")
    paths = {"study": str(tmp_path / "studies/teachers.csv"), "data": [str(tmp_path / f"{network}.npz")]}
    main = runpy.run_path(str(ROOT / "scripts/tables/family_tails.py"))["main"]
    teachers = {"gamma0.75": POWER_LAW}
    main(str(tmp_path / "tails.csv"), paths, teachers=teachers, width=1.0)
    tails = read(tmp_path / "tails.csv", schema_of("family_tails"))
    assert list(tails["phase"]) == [NOISE, SHRINKAGE, RESOLVED]
    assert (tails["status"] == "solved").all()
    finding = inputs_and_teachers.tails_mirror_the_teacher("t", tails)
    assert finding.passed
    wrong = inputs_and_teachers.tails_mirror_the_teacher("t", tails.assign(tail=2 * tails["tail"]))
    assert not wrong.passed
    assert "1 of 1 resolved power laws are learned with another exponent" in wrong.detail
    _, points, words = families.compose(table, {"gamma0.75": "it"}, tails)
    assert set(points.loc[points["series"] == families.PHASE_TAIL, "phase"]) == set(tails["phase"])
    assert len(words.split()) <= 80
    rows = tails_by_phase(tails)
    assert [row["statistic"] for row in rows] == ["value"] * 3


def test_the_guide_plans_a_third_row_of_figure_3():
    guide = (ROOT / "docs/howto/change-a-figure.md").read_text(encoding="utf-8")
    command = re.search(r"--config scale=smoke name=signed .*\n +'experiments=(.*)'", guide)
    plan = Plan(load({"scale": "smoke", "name": "signed", "experiments": json.loads(command[1])}, ROOT))
    rows = [ensemble.network for ensemble in plan.ensembles("excess_risk")]
    assert dict.fromkeys(rows) == dict.fromkeys(["diagonal", "quadratic", "signed"])
    assert any("/signed/" in path for path in plan.trainings("excess_risk"))
    assert "signed" not in {of.network for of in Plan(load({"scale": "smoke"}, ROOT)).ensembles("excess_risk")}
