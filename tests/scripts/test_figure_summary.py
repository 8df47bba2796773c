"""What captions leave to tables: numbers that sum figures up, and landmarks, against what is known of them."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.drawn import COLUMNS, POWER_LAW
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra_pipeline import rendering
from scaling_spectra_pipeline.checks import figure_summary as checks
from scaling_spectra_pipeline.checks import figures as figure_checks
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of
from scaling_spectra_pipeline.summaries import best, measured, theory
from scaling_spectra_pipeline.summaries.table import COLUMNS as SUMMARY

OF = {"network": "quadratic", **COLUMNS, "dim": 100}
N_EFF = np.array([1.0, 10.0, 100.0, 1000.0])
FIGURES = sorted(path.stem for path in (ROOT / "scripts/figures").glob("*.py"))


def table(rows):
    return pd.DataFrame(rows).reindex(columns=SUMMARY)


def value(rows, quantity, statistic):
    (found,) = (row for row in rows if (row["quantity"], row["statistic"]) == (quantity, statistic))
    return found["value"]


def test_every_figure_is_explained():
    page = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
    assert re.findall(r"^## `(.+)`$", page, flags=re.MULTILINE) == FIGURES


def test_captions_are_short_and_numbers_are_summed_up(smoke):
    captions = {name: (smoke / f"figures/smoke/{name}.txt").read_text(encoding="utf-8").split() for name in FIGURES}
    assert {name: len(words) for name, words in captions.items() if len(words) > 80} == {}
    found = read(smoke / "results/smoke/tables/figure_summary.csv", schema_of("figure_summary"))
    # of these the numbers are in tables of their own
    own = {"finite_size", "width_best", "width_phases", "width_risk"}
    assert set(found["figure"]) == set(FIGURES) - own
    assert checks.summaries_follow_theory("t", found).passed
    starts = read(smoke / "results/smoke/tables/landmarks.csv", schema_of("landmarks"))
    assert checks.landmarks_are_in_order("t", starts).passed


def test_rows_of_teachers_without_an_exponent_name_them():
    rows = [OF, {"teacher": "flat"}, {"teacher": "rank5.0"}, {}]
    shown = rendering.figure_summary(table([{"figure": "teachers", "phase": "IV", "points": 1, **row} for row in rows]))
    assert list(shown["teacher"]) == ["γ = 0.75", "flat", "rank5.0", ""]


@pytest.mark.parametrize(("words", "passed"), [(9, False), (10, True), (80, True), (81, False)])
def test_captions_of_other_lengths_fail_the_check(tmp_path, words, passed):
    caption = tmp_path / "fig.txt"
    caption.write_text("word " * (words - 1) + "end.")
    finding = figure_checks._caption(str(caption))
    assert finding.passed == passed
    limit = {9: "; 10 or more are expected", 81: "; 80 or fewer are expected"}.get(words, "")
    assert finding.detail == f"{words} words{limit}"


def test_no_figure_computes_what_a_table_should():
    """Fits belong into tables; figures take landmarks from theirs."""
    for folder in ("src/scaling_spectra/plotting", "scripts/figures"):
        for path in (ROOT / folder).glob("*.py"):
            source = path.read_text(encoding="utf-8")
            assert "polyfit" not in source, path
            assert not re.search(r"phase_diagram import|scaling_spectra\.landmarks|\.median\(", source), path


def test_slopes_are_those_of_powers_and_peaks_have_their_place():
    lam = np.geomspace(1e-6, 1.0, 30)
    height = pd.DataFrame({**OF, "weight_decay": lam, "risk": 3 * lam ** np.where(lam < 0.1, -0.6, 2.0)})
    profile = pd.DataFrame(
        {**OF, "weight_decay": 1e-4, "n_eff": [10.0, 25.0, 50.0], "risk": [1.0, 9, 2], "predicted": [1.0, np.nan, 1.0]}
    )
    rows = theory.interpolation_peak(height, pd.concat([profile, profile.assign(weight_decay=1.0, risk=99.0)]))
    assert value(rows, "log R at the peak in log lambda, lambda < 0.1", "slope") == pytest.approx(-0.6)
    assert value(rows, "n_eff of the largest risk over n_eff of the peak, smallest lambda", "value") == 1.0
    assert checks.summaries_follow_theory("t", table(rows)).passed
    moved = profile.assign(risk=[1.0, 2.0, 9.0])
    finding = checks.summaries_follow_theory("t", table(theory.interpolation_peak(height, moved)))
    assert not finding.passed
    assert "1 of 2 outside of what theory allows; n_eff of the largest risk over n_eff of the peak" in finding.detail
    # a peak that the teacher's trace caps lies elsewhere, and its place is not predicted
    capped = theory.interpolation_peak(height.assign(risk=height["risk"] ** 0.2), moved)
    assert checks.summaries_follow_theory("t", table(capped)).passed
    assert np.isnan(capped[-1]["predicted"])


def test_a_point_at_the_end_of_a_range_lies_outside_whatever_its_last_digit():
    lam = np.array([1e-3, 1e-2, 0.1])
    for shift in (0, 1e-13, -1e-13):
        height = pd.DataFrame({**OF, "weight_decay": lam * (1 + shift), "risk": [100.0, 10.0, 9.0]})
        profile = height.assign(n_eff=1.0, predicted=np.nan)
        rows = theory.interpolation_peak(height, profile)
        assert value(rows, "log R at the peak in log lambda, lambda < 0.1", "slope") == pytest.approx(-1)
        found = np.array([0.05, 0.1]) * (1 + shift)
        parts = pd.DataFrame({**OF, "found": found, "risk": 1.0, "overfitting": [1.0, 9.0]})
        parts = parts.assign(**dict.fromkeys(("underfitting", "approximation", "displacement"), 0.0))
        parts = parts.assign(**dict.fromkeys(("price_found", "price_lost"), 0.0))
        few = theory.decomposition(parts)
        assert value(few, "sum of prices over the risk, K/d below a tenth", "value") == 1.0


def test_ranges_that_end_at_one_point_share_it_whatever_its_last_digit():
    rule = {"decay_coefficient": 1.0, "decay_exponent": 0.0}
    curve = pd.DataFrame({**OF, **rule, "n_eff": N_EFF, "risk": 1 / N_EFF})
    for shift in (0, 1e-13, -1e-13):
        other = curve.assign(network="diagonal", n_eff=N_EFF * (1 + shift))
        found = theory.universality(pd.concat([curve, other]))
        assert {row["points"] for row in found} == {4}


def test_networks_differ_by_their_factor():
    rule = {"decay_coefficient": 1.0, "decay_exponent": 0.0}
    curve = pd.DataFrame({**OF, **rule, "n_eff": N_EFF, "risk": 1 / N_EFF})
    # between the points of the other grid, and partly beyond it
    shifted = curve.assign(network="diagonal", n_eff=3 * N_EFF, risk=2 / (3 * N_EFF))
    other = pd.concat([curve, curve.assign(dim=50)]), pd.concat([shifted, shifted.assign(dim=200, risk=7.0)])
    (row,) = (row for row in theory.universality(pd.concat(other)) if row["statistic"] == "median")
    assert (row["value"], row["points"]) == (pytest.approx(2), 3)


def test_only_points_deep_inside_tell_the_rate_of_the_best_risk():
    of = OF | {"teacher": "gamma1.0", "gamma": 1.0}
    full, n_eff = 1e8, np.geomspace(1.0, 1e9, 37)
    inside = (n_eff > full**0.5 * 1.001) & (n_eff < full ** (7 / 8) * 0.999)
    risk = np.where(inside, n_eff**-0.5, 1e3 / n_eff)
    minima = {"teachers": 0, "weight_decay": 1.0, "risk": risk, "bayes_risk": risk / 2}
    optimal = pd.DataFrame({**of, "n_eff": n_eff, **minima})
    landmarks = pd.DataFrame([{**of, "landmark": "full spectrum", "n_eff": full}])
    points = [(0.5, 7.0), (2.0, 3.0), (30.0, 5.0)]
    scan = pd.DataFrame(
        [{**of, "n_eff": n_eff[0], "weight_decay": lam, "risk": r * risk[0]} for lam, r in points]
    ).assign(converged=True, unique=True)
    rows = best.corollary1(scan, optimal, landmarks)
    assert value(rows, "log of the best risk in log n_eff, large d", "slope") == pytest.approx(-0.5)
    assert value(rows, "best risk over Bayes-optimal risk", "smallest") == pytest.approx(2)
    # two are as near to the best one: the smaller lambda is taken
    assert value(rows, "networks near the best lambda over the best risk", "value") == pytest.approx(7)
    assert checks.summaries_follow_theory("t", table(rows)).passed
    steep = best.corollary1(scan, optimal.assign(risk=n_eff**-1.6), landmarks)
    assert not checks.summaries_follow_theory("t", table(steep)).passed


def test_gains_and_their_growth():
    lines = [{**OF, "dim": dim, "n_eff": dim / 2, "teachers": 0, "gain": dim**0.3} for dim in (10**5, 10**8)]
    lines += [{**OF, "n_eff": n, "teachers": 1, "gain": gain} for n, gain in zip(N_EFF, (1, 4, 4, 0.9), strict=True)]
    gain = pd.DataFrame(lines).assign(risk=3.0, bayes_risk=2.0)
    study = pd.DataFrame({**OF, "n_eff": N_EFF[:2], "replica": 0, "status": "solved"}).assign(
        risk=[2.0, 1.0],
        risk_theory=2.0,
        lazy_risk=4.0,
        lazy_risk_ridge_theory=5.0,
        lazy_theory=4.0,
        lazy_finite_size=5.0,
    )
    rows = best.feature_learning_gain(study, gain)
    assert value(rows, "log of the largest ratio in log d", "slope") == pytest.approx(0.3)
    (top,) = (row for row in rows if row["quantity"] == "lazy over feature-learning risk")
    # of two equal ones the first
    assert (top["value"], top["n_eff"]) == (4, 10)
    assert value(rows, "lazy over feature-learning risk beyond its largest", "smallest") == 0.9
    assert value(rows, "lazy over feature-learning risk, simulated", "largest") == 4
    assert value(rows, "simulated over predicted risk, feature learning", "smallest") == 0.5


def test_pruning_is_judged_where_every_replica_has_an_estimate():
    points = [
        (n, replica, 1.0, pruned) for n, pruned in ((1.0, np.nan), (10.0, 0.5), (100.0, 4.0)) for replica in (0, 1)
    ]
    points[0] = (1.0, 0, 1.0, 0.1)
    pruning = pd.DataFrame(points, columns=["n_eff", "replica", "risk", "pruned_risk"]).assign(**OF)
    pruning = pruning.assign(converged=True, unique=True, delta=1.0, estimated_delta=2.0)
    curves = pd.DataFrame({**OF, "teachers": [2, 0], "dim": [100, 10**6], "risk": 6.0, "pruned_risk": 3.0})
    rows = best.corollary2(pruning, curves.assign(optimal_risk=2.0))
    ratio = [(row["value"], row["n_eff"]) for row in rows if row["quantity"] == "pruned over unpruned risk, networks"]
    assert ratio == [(0.5, 10), (4, 100)]
    assert value(rows, "networks without an estimate", "share") == pytest.approx(1 / 6)
    assert value(rows, "risk pruned over that at the best lambda, large d", "value") == 1.5


def test_parts_of_the_risk_are_summed_up():
    parts = pd.DataFrame(
        {**OF, "overfitting": 1.0, "underfitting": 0.0, "approximation": [1.0, -0.5, 1e-17], "risk": [2.0, 1.0, 1.0]}
        | {"displacement": 0.0, "price_found": [1.0, 0.0, 0.5], "price_lost": 0.0, "found": [0.01, 0.01, 0.2]}
    )
    rows = theory.decomposition(parts)
    assert value(rows, "the paper's sum over the risk", "smallest") == 0.5
    assert value(rows, "sum of prices over the risk", "largest") == 1.5
    assert value(rows, "sum of prices over the risk, K/d below a tenth", "largest") == 1.0
    # rounding of zero is not positive
    assert value(rows, "approximation is not positive", "share") == pytest.approx(2 / 3)
    assert checks.summaries_follow_theory("t", table(rows)).passed
    diagonal = table(theory.decomposition(parts.assign(network="diagonal")))
    assert not checks.summaries_follow_theory("t", diagonal).passed


def test_outliers_and_tails_agree_within_two_standard_errors():
    outliers = pd.DataFrame(
        {
            **OF,
            "phase": "VIa",
            "series": "outlier",
            "distance": 0.1,
            "predicted": 1.0,
            "measured": [1.1, 1.3],
            "error": 0.1,
        }
    )
    rows = measured.learned_law(outliers)
    assert value(rows, "outliers within two standard errors", "share") == 0.5
    assert {row["figure"] for row in rows} == {"fig2"}
    tails = pd.DataFrame(
        {
            **{**OF, "n_eff": 1.0, "weight_decay": [0.1, 1.0, 10.0], "sound": True, "teacher_exponent": 2.4},
            **{"exponent": [2.0, 9.0, np.nan], "error": 1.0, "predicted": [3.0, 4.0, 5.0], "replicas": 2},
            "predicted_risk": [3.0, 1.0, 2.0],
        }
    )
    rows = measured.heavy_tails(tails)
    assert value(rows, "exponents within two standard errors", "share") == 0.5
    assert value(rows, "too few weights for a fit", "share") == pytest.approx(1 / 3)
    assert value(rows, "predicted tail exponent at the least predicted risk", "value") == 4


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_landmarks_are_where_the_phase_changes(tmp_path, network):
    from runpy import run_path

    family = {"network": network, **COLUMNS, "dim": 10**6}
    (tmp_path / "tables").mkdir()
    optimal = {**family, "n_eff": [1.0, 2.0], "teachers": 0, "weight_decay": 1.0, "bulk_disappears": 1.0, "risk": 1.0}
    path = tmp_path / "tables/optimal_decay.csv"
    pd.DataFrame(optimal).assign(bayes_risk=1.0, status="solved").to_csv(path, index=False)
    script, output = ROOT / "scripts/tables/landmarks.py", str(tmp_path / "landmarks.csv")
    run_path(str(script))["main"](output, {"optimal": str(path)}, {"gamma0.75": POWER_LAW})
    found = read(output, schema_of(script.stem))
    assert found[list(family)].drop_duplicates().to_dict("records") == [family]
    n_eff = found.set_index("landmark")["n_eff"]
    diagram = PhaseDiagram(network, 10**6, 0.75, 0.5)
    for phase, start in n_eff.drop(["interpolation", "full spectrum"]).items():
        if start > 0:
            # the peak about interpolation has a name of its own, but at its centre's left edge in lambda -> 0
            around = [diagram.phase(start * factor, 1e-30) for factor in (0.999, 1.001)]
            assert phase in around or "peak" in around
            assert around[0] != phase
    assert n_eff["full spectrum"] == n_eff["VIb"]
    assert checks.landmarks_are_in_order("t", found).passed
    moved = found.assign(n_eff=found["n_eff"].where(found["landmark"] != "VIb", 2 * found["n_eff"]))
    finding = checks.landmarks_are_in_order("t", moved)
    assert not finding.passed
    assert "1 of 1 teachers with one out of place" in finding.detail
