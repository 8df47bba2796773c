"""Slope fits: exact on power laws, covering on noisy ones."""

import numpy as np
import pytest

from scaling_spectra.fits import fit_slope, slope


def test_power_law_is_recovered_whatever_the_weights():
    n_eff = np.array([1.0, 3.0, 7.0, 40.0])
    rng = np.random.default_rng(0)
    assert slope(n_eff, 5 * n_eff**-0.7, rng.uniform(0.1, 1, 4)) == pytest.approx(-0.7, abs=1e-12)


def test_weighted_slope_agrees_with_polyfit():
    rng = np.random.default_rng(1)
    n_eff, values, weights = np.geomspace(1, 50, 6), rng.uniform(1, 2, 6), rng.uniform(0.1, 1, 6)
    expected = np.polyfit(np.log(n_eff), np.log(values), 1, w=np.sqrt(weights))[0]
    assert slope(n_eff, values, weights) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("count", [4, 12])
def test_intervals_cover_as_often_as_they_say(count):
    """Replicas with a scatter they share with their reference and one of their own; 400 experiments."""
    rng = np.random.default_rng(2)
    n_eff = np.geomspace(1, 30, 5)
    hits = difference_hits = 0
    narrower = []
    for _ in range(400):
        shared, own = 0.2 * rng.standard_normal((count, 5)), 0.1 * rng.standard_normal((count, 5))
        fit = fit_slope(
            n_eff,
            n_eff**-0.5 * np.exp(shared + own),
            n_eff**-0.6 * np.exp(shared),
            confidence=0.95,
            resamples=300,
            rng=rng,
        )
        hits += fit.low <= -0.5 <= fit.high
        difference_hits += abs(fit.slope - fit.reference - 0.1) <= fit.difference_half_width
        narrower.append(fit.difference_half_width / (fit.high - fit.low) * 2)
    # weights estimated from few replicas cost some coverage
    assert 0.89 <= hits / 400 <= 0.99
    assert 0.89 <= difference_hits / 400 <= 0.99
    assert np.median(narrower) < 0.7


def test_one_replica_is_not_enough():
    ones = np.ones((1, 3))
    with pytest.raises(ValueError, match="replicas: 1 is not enough"):
        fit_slope(np.arange(1.0, 4), ones, ones, confidence=0.9, resamples=100, rng=np.random.default_rng(0))
