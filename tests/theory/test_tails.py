"""Tail exponents of samples and of laws, and the classes of spectra."""

import numpy as np
import pandas as pd
import powerlaw
import pytest

from helpers.drawn import COLUMNS, NAMED
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.plotting import heavy_tails
from scaling_spectra.records import SOLVED
from scaling_spectra.spectral_class import summarise
from scaling_spectra.spectrum import from_values, power_law
from scaling_spectra.tails import FEWEST, RANGES, closest_start, fit_tail, law_sample
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of


# powerlaw 2.0 alone stops at 3 and moves the cut-off until the exponent is below
@pytest.mark.parametrize("exponent", [1.8, 2.5, 3.5, 6.0])
def test_exponent_of_a_pareto_sample(exponent):
    values = np.random.default_rng(3).random(1500) ** (-1 / (exponent - 1))
    tail = fit_tail(values)
    assert abs(tail.exponent - exponent) < 3 * tail.error
    # the estimate of Hill at the cut-off that was chosen
    above = values[values >= tail.start]
    assert tail.count == above.size
    assert tail.exponent == pytest.approx(1 + 1 / np.mean(np.log(above / tail.start)), rel=1e-6)
    assert tail.error == pytest.approx((tail.exponent - 1) / np.sqrt(tail.count), rel=0.01)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore")
def test_start_is_the_one_powerlaw_finds(seed):
    rng = np.random.default_rng(seed)
    steep = rng.random(rng.integers(25, 400)) ** (-1 / rng.uniform(0.5, 5.0))
    mixed = np.concatenate([rng.random(150) ** -0.5, 3 + rng.standard_normal(80) ** 2])
    for values in (steep, mixed, np.round(steep, 1)):
        search = (values.min(), np.sort(values)[-FEWEST])
        fit = powerlaw.Fit(values, xmin=search, parameter_ranges=RANGES, verbose=0)
        assert closest_start(values) == fit.xmin


@pytest.mark.parametrize("times", [FEWEST, FEWEST + 1, 2 * FEWEST])
def test_values_of_several_replicas_have_the_tail_of_one(times):
    """One value alone was taken for a perfect tail, and then for none at all."""
    values = (1 - np.random.default_rng(0).random(60)) ** (-1 / 1.5)
    one, several = fit_tail(values), fit_tail(np.tile(values, times))
    assert (several.start, several.count) == (one.start, times * one.count)
    assert several.exponent == pytest.approx(one.exponent, rel=1e-9)


def test_teacher_has_the_exponent_of_its_power_law():
    assert fit_tail(power_law(4000, 0.75).values).exponent == pytest.approx(1 + 1 / 0.75, rel=0.02)


def test_few_weights_have_no_tail():
    tail = fit_tail(np.concatenate([np.arange(1.0, 12), np.zeros(100)]))
    assert np.isnan(tail.exponent)
    assert tail.count == 0


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_quantiles_of_a_law_count_and_weigh_as_the_law(network):
    problem, theory, learned = problem_of(network), theory_of(network), learned_of(network)
    spectrum, rng = power_law(60, 0.75), np.random.default_rng(0)
    teachers = [problem.draw_teacher(spectrum, rng) for _ in range(3)]
    solutions = [theory.conditional_state_evolution(t, problem.samples(30, 60), 0.5, 0.5) for t in teachers]
    laws = list(zip(teachers, solutions, strict=True))
    sample = law_sample(network, teachers, solutions)
    assert sample.size == pytest.approx(60 * sum(1 - learned.conditional_zero_mass(*law) for law in laws), abs=0.51)
    for start in (0.5, 1.0, 3.0):
        edges = np.array([start, 1e3])
        expected = sum(learned.expected_counts(*law, edges)[0] for law in laws)
        if network == "diagonal":
            expected += sum(learned.expected_counts(*law, -edges[::-1])[0] for law in laws)
        assert np.sum(sample > start) == pytest.approx(expected, abs=1.6)


@pytest.mark.parametrize(
    ("n_eff", "weight_decay", "expected"),
    [
        (0.3, 0.005, "random-like"),
        (8.0, 1e3, "rank collapse"),
        (600.0, 25.0, "outliers only"),
        (5.0, 0.01, "bulk + outliers"),
        (24_000.0, 0.1, "heavy tail"),
    ],
)
def test_classes_of_the_quadratic_network(n_eff, weight_decay, expected):
    spectrum = power_law(200, 0.75)
    solution = theory_of("quadratic").state_evolution(spectrum, n_eff * 200, weight_decay, 0.5)
    assert summarise("quadratic", spectrum, solution).spectral_class == expected


@pytest.mark.parametrize("network", ["diagonal", "quadratic", "signed"])
@pytest.mark.parametrize(("scales", "found"), [((9.0,) * 3, 3), ((9.0,) * 4 + (4.0,) * 2, 6)])
def test_equal_features_above_the_noise_are_no_noise(network, scales, found):
    """Noise joins the eigenvalues of equal features in an interval: the class counted it as a noise bulk."""
    spectrum = from_values(np.append(scales, np.zeros(60 - len(scales))))
    solution = theory_of(network).state_evolution(spectrum, 6000, 0.1, 0.5)
    summary = summarise(network, spectrum, solution)
    assert summary.spectral_class == "bulk + outliers"
    assert summary.outliers == found
    assert summary.bulk_edge < 3 * solution.delta


def test_an_outlier_at_the_edge_bleeds_out():
    spectrum = power_law(200, 0.75)
    solution = theory_of("diagonal").state_evolution(spectrum, 156, 0.002, 0.5)
    summary = summarise("diagonal", spectrum, solution)
    assert summary.spectral_class == "bleed-out"
    assert summary.gap < 1
    assert summary.outliers > 0


def test_spectrum_stands_out_of_the_noise_as_its_law_does(smoke):
    """Along n_eff the share of weights beyond the bulk rises to all; networks and their predicted law agree."""
    table = read(smoke / "results/smoke/tables/tail_transition.csv", schema_of("tail_transition"))
    for _, rows in table.groupby("network"):
        rows = rows.sort_values("n_eff")
        assert rows["predicted_outside"].is_monotonic_increasing
        assert rows["spectral_class"].iloc[0] != "heavy tail"
        last = rows.iloc[-1]
        assert last["spectral_class"] == "heavy tail"
        assert last["n_eff"] > last["full_spectrum"]
        trained = rows[rows["replicas"] > 0]
        np.testing.assert_allclose(trained["outside"], trained["predicted_outside"], atol=0.1)
        # the rate is d/n_eff from one to the other
        assert np.polyfit(np.log(rows["n_eff"]), np.log(rows["predicted_risk"]), 1)[0] == pytest.approx(-1.2, abs=0.2)


def test_laws_between_trained_points_are_those_of_the_curves_of_the_risk(smoke):
    """Lines of the figure joined the trained points alone: a handful of kinks."""
    tables = smoke / "results/smoke/tables"
    tails = read(tables / "heavy_tails.csv", schema_of("heavy_tails"))
    curves = read(tables / "risk_along_decay.csv", schema_of("risk_along_decay"))
    for (network, n_eff), rows in tails[tails["status"] == SOLVED].groupby(["network", "n_eff"]):
        between, trained = rows[rows["replicas"] == 0], rows[rows["replicas"] > 0]
        assert between["weight_decay"].between(trained["weight_decay"].min(), trained["weight_decay"].max()).all()
        assert between[["risk", "exponent"]].isna().all(axis=None)
        curve = curves[(curves["network"] == network) & (curves["n_eff"] == n_eff)].sort_values("weight_decay")
        expected = np.interp(np.log(between["weight_decay"]), np.log(curve["weight_decay"]), curve["risk"])
        np.testing.assert_allclose(between["predicted_risk"], expected, rtol=0.05)
        # one law a point
        assert between["predicted"].nunique() > len(between) / 2 or between["predicted"].isna().mean() > 0.4


def test_a_network_without_tails_leaves_empty_panels():
    """Of a teacher with one feature hardly a weight is left: the logarithmic axis of nothing ended the build."""
    rows = {"weight_decay": [0.1, 1.0], "risk": [2.0, 1.0], "predicted_risk": [2.0, 1.0], "replicas": [2, 2]}
    missing = dict.fromkeys(("exponent", "error", "predicted", "teacher_exponent"), np.nan)
    table = pd.DataFrame({**COLUMNS, **rows, **missing, "network": "quadratic", "dim": 9, "n_eff": 2.0, "sound": True})
    figure, _, _ = heavy_tails.compose(table, NAMED)
    figure.draw_without_rendering()
    assert [text.get_text() for panel in figure.axes for text in panel.texts] == ["too few weights for a fit"] * 2
    table["exponent"] = 2.5
    assert not any(panel.texts for panel in heavy_tails.compose(table, NAMED)[0].axes)
