"""Figures 2, 3 and 5: the longest captions, what they call a matrix network, and the line of real inputs."""

import numpy as np
import pandas as pd
import pytest

from scaling_spectra.plotting import excess_risk, labels, learned_law, universality
from scaling_spectra.reached import past_the_peak
from scaling_spectra_pipeline.checks.figures import MOST_WORDS

PANEL = {"network": "quadratic", "decay_coefficient": 1.0, "decay_exponent": 0.0, "dim": 50}


@pytest.mark.parametrize(
    ("networks", "words"),
    [
        (["diagonal"], ""),
        (["quadratic", "diagonal", "quadratic"], " (quadratic network: R = 2M)"),
        (["signed", "diagonal", "quadratic"], " (quadratic and signed networks: R = 2M)"),
    ],
)
def test_captions_name_every_network_that_learns_a_matrix(networks, words):
    assert labels.matrix_risk(networks) == words


@pytest.mark.parametrize("real", [True, False])
def test_the_longest_caption_says_what_is_interpolated_and_keeps_within_its_words(real):
    """Every kind of marker and line, a network without a theory of real inputs, and unequal numbers of replicas."""
    networks = ["diagonal", "quadratic", "signed"]
    series = [excess_risk.SOLVED, excess_risk.DOUBTFUL, excess_risk.GUIDE, *([excess_risk.REAL] if real else [])]
    points = pd.DataFrame([{"network": network, "series": name} for network in networks for name in series])
    training = pd.DataFrame({"network": [*networks, "signed"], "replica": [0, 0, 0, 1]})
    training = training.assign(dim=50, teacher="t", noise_var=0.5)
    words = excess_risk.caption(training, points, {"t": "gamma = 0.75"})
    assert len(words.split()) <= MOST_WORDS
    told = "theory of real inputs where known, its ratio to these interpolated between points"
    assert (told in words) == real


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_the_longest_caption_of_learned_spectra_keeps_within_its_words(left):
    """Unequal numbers of replicas, outliers, a minimiser that is not unique, and bins of both kinds."""
    rows = {"network": "quadratic", "teacher": "t", "noise_var": 0.5, "phase": "Ia", "left": left}
    table = pd.DataFrame(rows | {"replicas": [2, 4], "series": ["bin", "outlier"], "sound": [False, True]})
    words = learned_law.caption(table, {"t": "gamma = 0.75"})
    assert len(words.split()) <= MOST_WORDS
    assert "2 to 4 replicas" in words
    assert "Not unique: one of many minimisers." in words


def test_theory_of_real_inputs_is_drawn_as_finely_as_state_evolution():
    n_eff = np.geomspace(1, 1000, 61)
    evolution = pd.DataFrame(PANEL | {"n_eff": n_eff, "risk": 1 / (1 + n_eff)})
    simulated = pd.DataFrame(PANEL | {"n_eff": [2.0, 20.0, 200.0, 500.0], "risk_theory": 1.0})
    simulated["risk_inputs"] = [1.2, 1.1, 1.0, np.nan]
    drawn = excess_risk._real(simulated, evolution)
    inside = evolution[evolution["n_eff"].between(2, 200)]
    np.testing.assert_array_equal(drawn["n_eff"], inside["n_eff"])
    ratio = drawn["risk"].to_numpy() / inside["risk"].to_numpy()
    assert (np.diff(ratio) < 0).all()
    assert ratio[np.argmin(np.abs(drawn["n_eff"] - 20))] == pytest.approx(1.1, rel=1e-2)
    assert excess_risk._real(simulated.assign(risk_inputs=np.nan), evolution).empty


def test_dimensions_past_the_peak_have_points_on_both_sides_of_it():
    """The peak of the quadratic network is at n_eff = d/4, of the diagonal one at d."""
    assert past_the_peak("quadratic", {50: 2000.0, 100: 500.0, 200: 50.0}) == {50, 100}
    assert past_the_peak("diagonal", {50: 2000.0, 100: 500.0, 200: 50.0}) == {50, 100}
    # as far as they go
    assert past_the_peak("quadratic", {100: 20.0, 200: 50.0}) == {200}
    assert past_the_peak("quadratic", {100: 25.0, 200: 50.0 * (1 + 1e-12)}) == {100, 200}


@pytest.mark.parametrize(("far", "chosen"), [(60.1, 200), (50.0, 100)])
def test_both_networks_are_drawn_where_they_pass_their_peaks(far, chosen):
    """At a larger d, of which only few samples are trained, the quadratic network's line ended at its peak."""
    columns = {"noise_var": 0.5, "decay_coefficient": 1.0, "decay_exponent": 0.0, "risk": 1.0}
    reached = {"diagonal": {100: 1e4, 200: 1e4, 400: 1e4}, "quadratic": {100: 500.0, 200: far}}
    rows = [
        columns | {"network": network, "dim": dim, "n_eff": n_eff, "converged": True, "unique": True}
        for network, of in reached.items()
        for dim, last in of.items()
        for n_eff in (2.0, last)
    ]
    drawn = universality.plotted(pd.DataFrame(rows), pd.DataFrame(rows))
    assert set(drawn["dim"]) == {chosen}
    assert set(drawn["network"]) == set(reached)
