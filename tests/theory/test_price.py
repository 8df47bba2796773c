"""The price of a feature: its closed form against quadrature, its limits, and the sum over features against exact M."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erf

from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.free_probability.semicircle import tail_moment
from scaling_spectra.networks.diagonal import decomposition as diagonal
from scaling_spectra.networks.diagonal.moments import risks as risks_of
from scaling_spectra.networks.quadratic import entries
from scaling_spectra.networks.quadratic.decomposition import decompose
from scaling_spectra.networks.quadratic.price import own_entries, price
from scaling_spectra.networks.quadratic.theory import state_evolution
from scaling_spectra.spectrum import Spectrum, power_law


def by_quadrature(r, beta):
    """m(s)/delta^2 from its definition: two integrals over the semicircle."""

    def kernel(x):
        def slope(y):
            quotient = (max(x - beta, 0) - max(y - beta, 0)) / (x - y) if abs(x - y) > 1e-9 else float(x > beta)
            return quotient * np.sqrt(max(4 - y * y, 0)) / (2 * np.pi)

        return quad(slope, -2, 2, points=[p for p in (beta, x) if -2 < p < 2] or None, limit=200)[0]

    def integrand(t):
        x = 2 * np.cos(t)
        gain = max(x * x - beta * beta, 0) if x > beta else 0.0
        return (gain - 4 * kernel(x)) * r * (np.cos(t) - r) / (1 - 2 * r * np.cos(t) + r * r) / np.pi

    points = [np.arccos(beta / 2)] if beta < 2 else None
    found = quad(integrand, 0, np.pi, points=points, limit=200, epsabs=1e-8)[0]
    if r > 1:
        place = r + 1 / r
        found += max(place**2 - beta**2, 0) - 4 * kernel(place)
    return r * r - found


@pytest.mark.parametrize(("r", "beta"), [(0.8, 1.5), (1.3, 0.01), (5.0, 0.5), (4.0, 2.5)])
def test_closed_form_is_the_integral(r, beta):
    assert price(r, beta) == pytest.approx(by_quadrature(r, beta), abs=2e-8)


@pytest.mark.parametrize("beta", [1e-3, 0.7, 1.6, 1.999])
def test_forms_meet_and_pass_detection_smoothly(beta):
    for edge, step in ((0.5, 1e-9), (1.0, 1e-9), (2.0, 1e-9)):
        below, above = price(np.array([edge - step, edge + step]), beta)
        assert below == pytest.approx(above, rel=1e-7)
    r = np.geomspace(1e-6, 1e6, 400)
    found = price(r, beta)
    assert (np.diff(found) > 0).all()
    assert (found > 0).all()
    assert (found <= r**2).all()
    assert price(0.0, beta) == 0


def test_without_a_bulk_it_is_what_is_lost_or_shrunk():
    r, beta = np.array([0.5, 2.0, 2.4, 30.0]), 2.5
    h = 1 / r - beta
    # the third feature's outlier is above the threshold, the second's on it
    expected = np.where(r + 1 / r > beta, h**2 + 2 * (r + h) / r, r**2)
    np.testing.assert_allclose(price(r, beta), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("dim", "gamma", "n_eff", "weight_decay", "accuracy"),
    [
        (2000, 1.5, 45, 5e-4, 1e-3),
        (2000, 1.0, 45, 5e-4, 5e-3),
        (200, 0.75, 14, 5e-3, 0.02),
        (2000, 1.0, 6000, 5e-4, 0.02),
    ],
)
def test_features_add_up_to_the_exact_risk(dim, gamma, n_eff, weight_decay, accuracy):
    """Few features (K/d up to a tenth), with a surviving bulk: where one another's places do not matter yet."""
    spectrum = power_law(dim, gamma)
    point = state_evolution(spectrum, n_eff * dim, weight_decay, 0.5)
    beta = point.threshold / point.delta
    assert beta < 2
    parts = tail_moment(beta, 2) + float(np.mean(price(spectrum.values / point.delta, beta)))
    assert parts * point.delta**2 == pytest.approx(point.risk / 2, rel=accuracy)


@pytest.mark.parametrize(("r", "beta"), [(1.5, 0.6), (4.0, 1.8)])
def test_rows_and_columns_of_sampled_matrices_hold_what_is_predicted(r, beta):
    """And the whole difference that the feature makes is its price."""
    rng, dim = np.random.default_rng(0), 150
    drawn = []
    for _ in range(30):
        noise = rng.standard_normal((dim, dim))
        found = []
        for scale in (r, 0.0):
            observed = (noise + noise.T) / np.sqrt(2 * dim)
            observed[0, 0] += scale
            values, vectors = np.linalg.eigh(observed)
            error = (vectors * np.maximum(values - beta, 0)) @ vectors.T
            error[0, 0] -= scale
            found += [entries.own_entries(error, 1)[0], np.sum(error**2)]
        drawn.append([found[0], found[2], found[1] - found[3]])
    mean, spread = np.mean(drawn, axis=0), np.std(drawn, axis=0, ddof=1) / np.sqrt(len(drawn))
    expected = own_entries(r, beta), own_entries(0.0, beta), price(r, beta)
    for place in range(3):
        assert mean[place] == pytest.approx(expected[place], abs=3 * spread[place] + 3 / dim)


def test_parts_of_the_paper_and_prices_where_features_are_found():
    """The paper's K' term does well for few features, and gives less than nothing for many; prices do not."""
    shares = []
    for gamma, dim, n_eff in ((1.5, 20_000, 140.0), (0.75, 200, 100.0), (0.75, 200, 1000.0)):
        spectrum = power_law(dim, gamma)
        point = state_evolution(spectrum, n_eff * dim, 1e-3, 0.5)
        parts = decompose(spectrum, point, gamma=gamma)
        assert parts.found == pytest.approx(np.mean(spectrum.values > point.delta))
        shares.append([(parts.total + parts.displacement) / point.risk, parts.priced / point.risk])
        # K' of another teacher is not known
        assert np.isnan(decompose(spectrum, point).displacement)
    (few, few_priced), (some, some_priced), (all_found, all_priced) = shares
    assert few == pytest.approx(1, abs=0.01)
    assert few_priced == pytest.approx(1, abs=1e-3)
    assert some < 0.6
    assert some_priced == pytest.approx(1, abs=0.05)
    assert all_found < 0
    assert all_priced == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize("beta", [1e-3, 0.7, 1.7])
def test_faint_features_cost_what_small_ones_do_whatever_the_rounding(beta):
    r = np.array([1e-17, 1e-12, 1e-9, 1e-6])
    # d R/d s^2 of a weight without signal is the chance that it is cut
    np.testing.assert_allclose(diagonal.price(r, beta), r**2 * erf(beta / np.sqrt(2)), rtol=1e-9)
    few = price(r, beta) / r**2
    assert few == pytest.approx(np.full(4, few[-1]), rel=1e-5)
    s = np.array([0.3, 0.9, 1.1, 8.0])
    risks = risks_of(np.append(s, 0.0) ** 2, 1.0, beta)
    np.testing.assert_allclose(diagonal.price(s, beta), risks[:-1] - risks[-1], rtol=1e-9)


def test_rounding_makes_no_feature_cheaper_than_nothing():
    scales = np.geomspace(1e-6, 1e6, 200)
    for beta in (1e-300, 1e-18, 1e-16):
        assert np.all(diagonal.price(scales, beta) >= 0)
        assert np.all(price(scales, beta) >= 0)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
@pytest.mark.parametrize("beta", [0.2, 1.0, 1.9, 2.5])
def test_all_orders_of_strong_features(share, beta):
    spectrum = Spectrum(np.array([1e6, 0.0]), np.array([share, 1 - share]))
    bulk = (1 - share) ** 2 * tail_moment(beta / np.sqrt(1 - share), 2)
    known = share * (beta**2 + 2) - share**2 + bulk
    assert half_line(spectrum, 1.0, beta).distance == pytest.approx(float(known), rel=1e-5)
    # the first order is that of prices, the bulk's and those of the features
    few = 1e-4
    slope = ((1 - few) ** 2 * tail_moment(beta / np.sqrt(1 - few), 2) - tail_moment(beta, 2)) / few + beta**2 + 2
    assert float(price(1e4, beta)) == pytest.approx(float(slope), rel=2e-3)
