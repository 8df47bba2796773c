"""The price of a feature: its closed form against quadrature, its limits, and the sum over features against exact M."""

import numpy as np
import pytest
from scipy.integrate import quad

from scaling_spectra.free_probability.semicircle import tail_moment
from scaling_spectra.networks.quadratic.price import price
from scaling_spectra.networks.quadratic.theory import state_evolution
from scaling_spectra.spectrum import power_law


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
