"""What feature learning is worth: study, table, checks and caption of the smoke build."""

import numpy as np
import pandas as pd
import pytest

from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.plotting import feature_learning_gain as gain_plot
from scaling_spectra.spectrum import power_law
from scaling_spectra_pipeline.checks import gain as gain_checks
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

NAME = "feature_learning_gain"
# of the quadratic network in the smoke build
DIM, N_EFF, NOISE = 20, 10, 0.5


@pytest.fixture(scope="module")
def study(smoke):
    """Collected table of two teachers' exponents, both networks."""
    return read(smoke / f"results/smoke/studies/{NAME}.csv", schema_of(NAME))


@pytest.fixture(scope="module")
def gain(smoke):
    """Table of theory along n_eff."""
    return read(smoke / "results/smoke/tables/gain_curves.csv", schema_of("gain_curves"))


def test_study_regularises_both_at_their_best(study):
    assert study["converged"].all()
    assert (study["relative_gap"] <= 1e-5).all()
    assert (study["lazy_risk"] <= study["lazy_risk_ridge_theory"] * (1 + 1e-12)).all()
    quadratic = study[(study["network"] == "quadratic") & (study["gamma"] == 0.75)]
    best = optimal_weight_decay("quadratic", power_law(DIM, 0.75), N_EFF * DIM, NOISE)
    np.testing.assert_allclose(quadratic["weight_decay"], best.weight_decay, rtol=1e-4)
    np.testing.assert_allclose(quadratic["risk_theory"], best.risk, rtol=1e-8)


def test_table_holds_theory_and_nothing_beats_bayes(gain):
    theory = theory_of("quadratic")
    for row in gain[(gain["network"] == "quadratic") & (gain["dim"] == DIM)].itertuples():
        spectrum = power_law(DIM, row.gamma)
        samples = problem_of("quadratic").samples(row.n_eff, DIM)
        assert row.lazy_risk == pytest.approx(theory.lazy_risk(spectrum, samples, NOISE), rel=1e-12)
        assert row.bayes_risk == pytest.approx(theory.bayes_risk(spectrum, samples, NOISE), rel=1e-6)
        assert row.gain == pytest.approx(row.lazy_risk / row.risk, rel=1e-12)
    assert gain_checks.nothing_beats_bayes("t", gain).passed
    wrong = gain.copy()
    wrong.loc[wrong["every_teacher"].idxmax(), "lazy_risk"] *= 1e-3
    assert not gain_checks.nothing_beats_bayes("t", wrong).passed


def test_gain_grows_as_feature_learning_falls_while_lazy_learning_waits(gain):
    """Largest gain ~ d^(1 - 1/(2 gamma)), near n_eff ~ d."""
    large = gain[(gain["teachers"] == 0) & gain["bayes_risk"].isna()]
    for (network, gamma), rows in large.groupby(["network", "gamma"]):
        tops = rows.loc[rows.groupby("dim")["gain"].idxmax()].sort_values("dim")
        exponent = np.diff(np.log(tops["gain"]))[0] / np.log(1e3)
        # the threshold of the diagonal network costs logarithms
        assert exponent == pytest.approx(1 - 1 / (2 * gamma), abs=0.03 if network == "quadratic" else 0.1)
        # inside the range that is looked at
        assert (tops["n_eff"] / tops["dim"]).between(0.09, 1.5).all()


def test_checks_notice_simulations_off_theory(study):
    many = pd.concat([study.assign(replica=study["replica"] + 3 * k) for k in range(3)], ignore_index=True)
    for column, judged in (("risk", 0), ("lazy_risk_ridge_theory", 1)):
        wrong = many.assign(**{column: 3 * many[column]})
        assert not gain_checks.gain_follows_theory("t", wrong, 1e-3)[judged].passed


def test_arrows_are_drawn_at_the_largest_gain(study, gain):
    named = {f"gamma{gamma!r}": f"gamma = {gamma:g}" for gamma in study["gamma"].unique().tolist()}
    _, points, _ = gain_plot.compose(study, gain, named)
    largest = points[points["series"] == gain_plot.LARGEST]
    assert len(largest) == 2 * study["network"].nunique() * 2
    tops = gain[gain["teachers"] > 0].groupby(["network", "gamma"])["gain"].max()
    assert largest.groupby(["network", "gamma"])["gain"].max().to_dict() == tops.to_dict()
