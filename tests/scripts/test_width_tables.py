"""Tables of few hidden units: regions against state evolution, summaries over initial weights, and their checks."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.few_points import script
from scaling_spectra.merging import merged_power_law
from scaling_spectra.narrow import NarrowRecord
from scaling_spectra.networks.quadratic import width
from scaling_spectra.plotting.width import compute_frontier
from scaling_spectra.teachers import with_exponent
from scaling_spectra.width_phases import BEYOND, EMPTY, LIMITED, SHRUNK, SURPLUS, WIDE, WidthPhases
from scaling_spectra.widths import decay_at, share, tried, units
from scaling_spectra_pipeline.checks import width as checks
from scaling_spectra_pipeline.checks import width_regions
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.schemas import width_phases as width_phases_table
from scaling_spectra_pipeline.schemas.columns import read


def test_regions_are_those_of_state_evolution():
    """Best width, the peak at p = n_eff/2, and the width from which nothing changes, at the predicted places."""
    dim, gamma, noise_var, n_eff = 10**6, 1.0, 0.5, 1000.0
    phases = WidthPhases(dim, gamma, noise_var, 1.0)
    assert phases.best(n_eff) < phases.interpolation(n_eff) == n_eff / 2 < phases.enough(n_eff)
    hidden = np.unique(np.geomspace(5, 0.1 * dim, 40).astype(int))
    curve = width.width_curve(merged_power_law(dim, gamma), n_eff * dim, 1.0, noise_var, hidden)
    risks = np.array([point.risk for point in curve])
    inner = slice(0, int(np.searchsorted(hidden, 3000)))
    assert np.log(hidden[inner][np.argmin(risks[inner])]) == pytest.approx(np.log(phases.best(n_eff)), abs=0.2)
    rising = hidden[(hidden > phases.best(n_eff)) & (hidden < 3000)]
    peak = rising[np.argmax(risks[np.isin(hidden, rising)])]
    assert np.log(peak) == pytest.approx(np.log(n_eff / 2), abs=0.3)
    wide = hidden[[point.branch == "wide" for point in curve]]
    assert np.log(wide.min()) == pytest.approx(np.log(phases.enough(n_eff)), abs=0.3)
    found = [phases.region(n_eff, p) for p in (2, 100, 2000, 0.5 * dim)]
    assert found == [LIMITED, SURPLUS, BEYOND, SHRUNK]
    assert dataclasses.replace(phases, weight_decay=0.03).region(n_eff, 0.5 * dim) == WIDE
    assert phases.region(10.0, 0.5 * dim) == EMPTY


def test_rounding_decides_no_region():
    """p = n_eff/2 units interpolate: by construction, a grid has them."""
    phases = WidthPhases(10**6, 1.0, 0.5, 1.0)
    for shift in (-1e-13, 0.0, 1e-13):
        assert phases.region(10.0 * (1 + shift), 5.0) == BEYOND


@pytest.mark.parametrize(
    ("risks", "expected"), [({8: 1.1, 13: 1 + 5e-7, 20: 1.0}, 13), ({8: 0.9, 13: 1.0}, 8), ({}, np.nan)]
)
def test_wide_networks_that_learn_the_same_are_equally_good(risks, expected):
    """Of one minimum training ends near: the last digits told which width was best."""
    assert script("tables/width_best").narrowest(pd.Series(risks, dtype=float)) == pytest.approx(expected, nan_ok=True)


def test_regions_without_noise():
    """Nothing is missed at p = d, where the count of directions that pay is d again: the first crossing is the best."""
    phases = WidthPhases(1e8, 0.75, 0.0, 1e-3)
    # sum_{i>p} 2 i^(-2 gamma) = 4 p^(-1/2): s_i > sqrt(3) delta up to p = n_eff/3
    assert phases.best(60.0) == pytest.approx(20, rel=0.03)
    assert [phases.region(60.0, p) for p in (2, 25, 100)] == [LIMITED, SURPLUS, BEYOND]
    assert phases.noise(60.0, np.nextafter(1e8, np.inf)) == 0
    assert phases.paying(60.0, 1e8) == 1e8


def test_shrinkage_limits_wide_networks_at_a_fixed_decay():
    """Where b > 2 delta the risk rises with p as phase II's with lambda sqrt(p/d), and not where b > s_1."""
    dim, n_eff = 10**6, 1000.0
    phases = WidthPhases(dim, 1.0, 0.5, 1.0)
    hidden = np.geomspace(0.1 * dim, dim, 9).astype(int)
    assert {phases.region(n_eff, float(p)) for p in hidden} == {SHRUNK}
    curve = width.width_curve(merged_power_law(dim, 1.0), n_eff * dim, 1.0, 0.5, hidden)
    slope = np.polyfit(np.log(hidden), np.log([point.risk for point in curve]), 1)[0]
    assert slope == pytest.approx(phases.exponents(SHRUNK)[1], abs=0.03)


def test_penalty_is_one_for_all_widths():
    hidden = tried(60)
    assert hidden[0] == 1
    assert hidden[-1] == 60
    assert decay_at(20.0, 60)(hidden) * np.sqrt(hidden / 60) == pytest.approx(0.5 * np.sqrt(20 / 60))


def test_widths_of_the_configuration():
    """Shares, rules and lists of both say the same numbers as their sum; without them the study chooses."""
    asked = [0.5, {"coefficient": 1, "exponent": 0.5}, {"coefficient": 3, "exponent": 0}]
    grids = Plan(load({"scale": "smoke", "studies": {"few_hidden_units": {"width": asked}}}, ROOT))
    assert grids.hidden_units("few_hidden_units", 20) == [3, 4, 10]
    assert Plan(load({"scale": "smoke"}, ROOT)).hidden_units("few_hidden_units", 20) == []
    for one in (0.5, {"coefficient": 10, "exponent": 0}):
        (rule,) = (
            load({"scale": "smoke", "studies": {"few_hidden_units": {"width": one}}}, ROOT)
            .studies["few_hidden_units"]
            .width
        )
        assert units(rule.coefficient, rule.exponent, 20) == 10


def test_a_wide_network_by_a_rule():
    """Jobs train whole units, tables are given the rule and see the same p/d at their d; a number is as it is."""
    rule = {"coefficient": 0.5, "exponent": 1.5}
    grids = Plan(load({"scale": "smoke", "width": rule}, ROOT))
    assert grids.width("quadratic", 20) == share(rule, 20) == 45 / 20
    assert grids.width("diagonal", 20) == 1
    assert grids.training_work("excess_risk", "quadratic", 20, 8, "network", 0).width == 45 / 20
    assert grids.parameters(ROOT / "scripts/tables/pruning.py") == {"width": rule}
    assert (share(1.5, 21), Plan(load({"scale": "smoke"}, ROOT)).config.width_or_rule) == (1.5, 1.0)


def record(**values):
    numbers = {field.name: 1.0 for field in dataclasses.fields(NarrowRecord)} | {"stationary": True, "escapes": 0}
    return NarrowRecord(**(numbers | {"evaluations": 1, "spectrum": np.ones(1)} | values))


def test_a_point_is_its_lowest_objective_with_the_spread():
    summary = script("studies/few_hidden_units").summary
    found = summary([record(objective=2.0, risk=0.3), record(objective=2.1, risk=0.2, gradient=5.0, stationary=False)])
    assert (found["risk"], found["risk_least"], found["risk_largest"]) == (0.3, 0.2, 0.3)
    assert found["objective_spread"] == pytest.approx(0.05)
    assert (found["stationary"], found["starts"], found["gradient"]) == (1, 2, 5.0)


def test_frontier_of_compute():
    grid = pd.DataFrame({"n_eff": [1.0, 1, 2, 2], "hidden": [1, 4, 1, 4], "risk": [1.0, 0.9, 0.5, 0.4]})
    assert compute_frontier(grid)["risk"].tolist() == [1.0, 0.5, 0.4]


def points(**values):
    base = {"network": "quadratic", "teacher": "t", "noise_var": 0.5, "dim": 40, "n_eff": 20.0, "replica": 0}
    rows = {"hidden": [1, 2], "objective": [2.0, 1.0], "risk": [0.5, 0.4], "risk_theory": [0.5, 0.4]}
    return pd.DataFrame(base | rows | {"stationary": [3, 3], "starts": [3, 3]} | values)


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"stationary": [3, 2]}, {"stationary"}),
        ({"objective": [1.0, 1.1]}, {"objective falls with width"}),
        ({"risk": [1.0, 0.4]}, {"networks against theory"}),
    ],
)
def test_checks_of_trained_points(change, failed):
    findings = checks.networks_are_stationary("path", points(**change))
    assert {finding.check for finding in findings if not finding.passed} == failed


def test_checks_of_best_widths_and_published_numbers():
    best = pd.DataFrame({"best_risk": [0.5], "law_risk": [0.5], "full_risk": [0.6], "decay_risk": [0.6]})
    for bayes_risk, passed in ((0.4, True), (0.55, False)):
        assert checks.best_widths_are_best("path", best.assign(bayes_risk=bayes_risk)).passed is passed
    assert not checks.best_widths_are_best("path", best.assign(bayes_risk=0.4, full_risk=0.3)).passed
    same = {"ratio": [100.0], "theory": [0.1], "published_theory": [0.1], "published_networks": [0.102]}
    table = pd.DataFrame(same | {"best": [7], "law": [8], "published_best": [8]})
    assert checks.published_numbers_agree("path", table).passed
    for wrong in ({"theory": 0.101}, {"published_networks": 0.11}, {"law": 10}):
        assert not checks.published_numbers_agree("path", table.assign(**wrong)).passed


def test_check_of_regions(tmp_path):
    """Deep inside a region its exponents hold; wrong formulas, wrong risks and wrong names are found."""
    path = str(tmp_path / "width_phases.csv")
    script("tables/width_phases").main(path, with_exponent(0.75), 0.5, [10**5], 8)
    table = read(path, width_phases_table.SCHEMA)
    judge = width_regions.regions_are_those_of_state_evolution
    found = judge(path, table)
    assert found.passed, found.detail
    assert "(width 2" in found.detail
    limited = table["region"] == LIMITED
    for wrong in (
        {"predicted_n_eff": table["predicted_n_eff"].mask(limited, -0.3)},
        {"slope_hidden": table["slope_hidden"].mask(limited, 0.1)},
        {
            "region": table["region"].mask(limited, EMPTY),
            "predicted_hidden": table["predicted_hidden"].mask(limited, 0),
        },
    ):
        assert not judge(path, table.assign(**wrong)).passed
