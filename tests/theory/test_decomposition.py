"""Error decomposition (Result 3) against the exact risk and against sampled weights."""

import numpy as np
import pandas as pd
import pytest

from helpers.drawn import COLUMNS
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.diagonal import decomposition as diagonal
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.quadratic import decomposition as quadratic
from scaling_spectra.plotting import result3_decomposition
from scaling_spectra.spectrum import power_law


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(300, 3.0), (3000, 3.0), (30_000, 3.0), (300_000, 300.0)])
def test_quadratic_parts_add_up_without_a_bulk(n_eff, weight_decay):
    dim = 10**5
    spectrum = merged_power_law(dim, 0.75)
    solution = theory_of("quadratic").state_evolution(spectrum, n_eff * dim, weight_decay, 0.5)
    assert solution.threshold > 2 * solution.delta
    parts = quadratic.decompose(spectrum, solution)
    assert parts.overfitting == 0
    assert parts.total == pytest.approx(solution.risk, rel=2e-3)


@pytest.mark.parametrize(
    ("n_eff", "weight_decay", "low", "high"),
    # phases IV, V, VIa, VIb
    [(30, 1e-5, 1.0, 1.05), (20_000, 1e-3, 0.95, 1.2), (1e6, 1e-2, 1.0, 3.0), (1e10, 1e-2, 2.45, 2.55)],
)
def test_quadratic_parts_hold_up_to_constants_with_a_bulk(n_eff, weight_decay, low, high):
    dim = 10**5
    spectrum = merged_power_law(dim, 0.75)
    solution = theory_of("quadratic").state_evolution(spectrum, n_eff * dim, weight_decay, 0.5)
    assert low < quadratic.decompose(spectrum, solution).total / solution.risk < high


def test_pure_noise_is_overfitting_only():
    spectrum = power_law(300, 30.0)  # one feature
    solution = theory_of("quadratic").state_evolution(spectrum, 0.15 * 300**2, 1e-4, 0.5)
    parts = quadratic.decompose(spectrum, solution)
    assert parts.overfitting == pytest.approx(solution.risk, rel=0.05)
    # R = Delta rho(n/d^2) for interpolated noise
    assert parts.overfitting == pytest.approx(0.5 * limits_of("quadratic").overfitting(0.15), rel=0.05)


@pytest.mark.parametrize(("samples", "weight_decay"), [(10, 0.1), (100, 1.0), (1000, 0.01), (1000, 10.0)])
def test_diagonal_parts_are_sampled_averages(samples, weight_decay):
    rng = np.random.default_rng(3)
    spectrum = power_law(50, 0.75)
    solution = theory_of("diagonal").state_evolution(spectrum, samples, weight_decay, 0.5)
    parts = diagonal.decompose(spectrum, solution)
    theta = spectrum.values * rng.standard_normal((40_000, 50))
    noise = solution.delta * rng.standard_normal(theta.shape)
    fitted_noise = np.maximum(np.abs(noise) - solution.threshold, 0) ** 2
    y = theta + noise
    kept = np.abs(y) > solution.threshold
    error = (y - solution.threshold * np.sign(y) - theta) ** 2 * kept
    for part, draws in (
        (parts.overfitting, fitted_noise.mean(1)),
        (parts.underfitting, (theta**2 * ~kept).mean(1)),
        (parts.approximation, (error - fitted_noise).mean(1)),
    ):
        assert part == pytest.approx(draws.mean(), abs=5 * draws.std() / np.sqrt(draws.size) + 1e-12)
    assert parts.total == pytest.approx(solution.risk, rel=1e-9)


@pytest.mark.parametrize("rounding", [-1e-16, 0.0, 1e-16])
def test_rounding_does_not_decide_what_is_drawn(rounding):
    of = {"dim": 20, "network": "diagonal", **COLUMNS}
    parts = {"overfitting": 0.0, "underfitting": 1.0, "approximation": [rounding, 0.5, 0.5]}
    table = pd.DataFrame({**parts, "risk": 1.0, "total": 1.0} | of)
    assert result3_decomposition._counts(table, "approximation").tolist() == [False, True, True]


def test_only_networks_in_the_table_have_panels():
    names = ["risk", "overfitting", "underfitting", "approximation", "displacement", "price_found", "price_lost"]
    of = {
        "dim": 20,
        "network": "diagonal",
        "noise_var": 0.5,
        "decay_coefficient": 1.0,
        "decay_exponent": 0.0,
        **COLUMNS,
    }
    table = pd.DataFrame(dict.fromkeys(names, 1.0) | {"n_eff": [1.0, 10.0], "found": 0.5} | of)
    named = dict.fromkeys(table["teacher"], "teacher")
    figure, _, _ = result3_decomposition.compose(table, named)
    assert len(figure.axes) == 1
