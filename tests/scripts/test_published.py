"""Published numbers: their teachers, constants of denoising, thresholds, the table and its check."""

import runpy

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.drawn import POWER_LAW, draw, ensemble
from scaling_spectra.marchenko_pastur import marchenko_pastur
from scaling_spectra.networks.quadratic import spike
from scaling_spectra.networks.quadratic.limits import INTERPOLATION, RECOVERY
from scaling_spectra.networks.quadratic.price import price
from scaling_spectra.networks.quadratic.recovery import recovery, uniqueness
from scaling_spectra.networks.quadratic.theory import state_evolution
from scaling_spectra.records import SOLVED
from scaling_spectra.spectrum import Spectrum, power_law
from scaling_spectra_pipeline import published_numbers
from scaling_spectra_pipeline.checks.published import numbers_are_those_published
from scaling_spectra_pipeline.published_theory import bayes_error, power_law_of, weight_decay
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of


@pytest.mark.parametrize("width", [0.5, 3.0])
def test_eigenvalues_of_drawn_weights_have_their_moments(width):
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((600, int(600 * width)))
    values = np.linalg.eigvalsh(weights @ weights.T) / (600 * width)
    law = marchenko_pastur(width, 600)
    assert law.dim == pytest.approx(600)
    for power in (1, 2, 3, 4):
        assert law.mean(law.values**power) == pytest.approx(np.mean(values**power), rel=0.02)
    assert law.mean(law.values**2) == pytest.approx(1 + 1 / width, rel=1e-12)
    with pytest.raises(ValueError, match="width: 1 is not a positive number other than 1"):
        marchenko_pastur(1, 600)


def test_losses_of_one_feature_are_those_of_sampled_matrices():
    rng, dim, scale = np.random.default_rng(1), 300, 1.6
    losses = []
    for _ in range(12):
        noise = rng.standard_normal((dim, dim))
        observed = (noise + noise.T) / np.sqrt(2 * dim)
        observed[0, 0] += scale
        values, vectors = np.linalg.eigh(observed)
        learned = values[-1] * np.outer(vectors[:, -1], vectors[:, -1])
        learned[0, 0] -= scale
        losses.append(np.sum(learned**2))
    error = np.std(losses, ddof=1) / np.sqrt(len(losses))
    assert spike.kept_loss(scale) == pytest.approx(np.mean(losses), abs=3 * error + 10 / dim)
    # the soft threshold at the edge of the noise is that of the price of a feature
    assert spike.loss(5.0, spike.outlier(5.0)[0] - 2) == pytest.approx(price(5.0, 2.0), rel=1e-9)


def test_our_state_evolution_is_the_published_one():
    dim, noise_var = published_numbers.DIM, published_numbers.NOISE_VAR
    for point in published_numbers.NETWORKS[::3]:
        decay = weight_decay(point.samples, dim)
        found = state_evolution(power_law_of(dim), point.samples, decay, noise_var).risk / 2
        assert found == pytest.approx(point.evolution, rel=4e-3)


def test_our_bayes_optimal_risk_is_the_published_one():
    for noise_var, ratio, error in published_numbers.BAYES[::4]:
        assert bayes_error(noise_var, ratio) == (pytest.approx(error, rel=1e-5), SOLVED)


def test_thresholds_are_the_published_ones():
    for known in published_numbers.RECOVERY:
        teacher = marchenko_pastur(known.kappa, 1e6)
        assert uniqueness(teacher) == pytest.approx(known.unique, rel=1e-6)
        assert recovery(teacher) == pytest.approx(known.recovered, rel=1e-6)
    assert uniqueness(Spectrum(np.zeros(1), np.ones(1))) == pytest.approx(INTERPOLATION, rel=1e-6)
    assert recovery(power_law(50, 0.75)) == pytest.approx(RECOVERY, rel=1e-6)


def test_state_evolution_recovers_from_its_threshold_on():
    teacher = marchenko_pastur(0.25, 1e6)
    ratio = recovery(teacher)
    below, above = (state_evolution(teacher, share * ratio * 1e12, 1e-7, 0.0).risk for share in (0.97, 1.03))
    assert below > 1e-3
    assert above < 1e-9


@pytest.fixture(scope="module")
def comparison(smoke):
    """Table of the smoke build."""
    return read(smoke / "results/smoke/tables/published_comparison.csv", schema_of("published_comparison"))


def test_every_published_number_is_compared(comparison):
    theirs = comparison[comparison["source"] != "this project"]
    assert theirs[["title", "files"]].notna().all(axis=None)
    counts = theirs.groupby(["found", "theory"]).size()
    assert counts["published networks", "state evolution"] == len(published_numbers.NETWORKS)
    assert counts["published Bayes-optimal error", "Bayes-optimal risk"] == len(published_numbers.BAYES)
    assert counts["published constant", "outlier"] == len(published_numbers.DENOISING)
    assert counts["published threshold", "state evolution"] == 1 + 2 * len(published_numbers.RECOVERY)
    assert (comparison["found"] == "networks of this project").any()


def test_lines_go_through_what_is_predicted_at_the_published_points(smoke, comparison):
    """They joined these points, a kink at each."""
    curves = read(smoke / "results/smoke/tables/published_curves.csv", schema_of("published_curves"))
    for theory, place in (("state evolution", "dim"), ("Bayes-optimal risk", "noise_var")):
        points = comparison[(comparison["theory"] == theory) & comparison["found"].ne("published threshold")]
        for value, rows in points.groupby(place):
            line = curves[(curves["theory"] == theory) & (curves[place] == value)].sort_values("ratio")
            assert len(line) > rows["ratio"].nunique()
            found = np.interp(np.log(rows["ratio"]), np.log(line["ratio"]), np.log(line["predicted"]))
            np.testing.assert_allclose(np.exp(found), rows["predicted"], rtol=0.03)


def test_check_finds_a_number_that_is_not_the_published_one(comparison):
    assert all(finding.passed for finding in numbers_are_those_published("t", comparison))
    for found, theory, factor in (
        ("published state evolution", "state evolution", 1.005),
        ("published networks", "real inputs", 1.3),
        ("published Bayes-optimal error", "Bayes-optimal risk", 1.001),
        ("published threshold", "state evolution", 1.0001),
        # of few replicas
        ("networks of this project", "state evolution", 20.0),
    ):
        wrong = comparison.copy()
        first = wrong.index[(wrong["found"] == found) & (wrong["theory"] == theory)][0]
        wrong.loc[first, "quotient"] *= factor
        failed = [finding for finding in numbers_are_those_published("t", wrong) if not finding.passed]
        assert len(failed) == 1
        assert failed[0].detail.startswith("1 of ")
        assert f"{found} outside what {theory} allows" in failed[0].detail


def test_an_unsolved_point_is_a_row_that_says_so(tmp_path, monkeypatch):
    study = runpy.run_path(str(ROOT / "scripts/studies/published.py"))

    def fail(*_, **__):
        raise np.linalg.LinAlgError("no convergence")

    monkeypatch.setitem(study["main"].__globals__, "training_of", fail)
    output = tmp_path / "published.csv"
    data, of = [draw(tmp_path / "d.npz", "quadratic", 10, 2, 1)], ensemble("quadratic", 10)
    study["main"](data, str(output), of, POWER_LAW, 6.0, 2, 1, 1.0, 1e-5, {})
    rows = read(output, schema_of("published"))
    assert rows["risk"].isna().all()
    assert rows["status"].str.contains("no convergence").all()
    assert pd.notna(rows["risk_theory"]).all()
