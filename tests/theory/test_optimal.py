"""Optimal weight decay against exhaustive search, measured constants and bounds."""

import numpy as np
import pytest

from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import lowest, optimal_weight_decay
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import power_law

NETWORKS = ("diagonal", "quadratic")


@pytest.mark.parametrize("width", [1.0, 4.0])
@pytest.mark.parametrize(("network", "samples"), [("diagonal", 20), ("diagonal", 900), ("quadratic", 600)])
def test_no_weight_decay_of_a_fine_grid_is_better(network, samples, width):
    spectrum, theory = power_law(60, 0.8), theory_of(network)
    best = optimal_weight_decay(network, spectrum, samples, 0.5, width=width)
    grid = np.geomspace(1e-4, 1e3, 400)
    risks = [point.risk for point in theory.curve(spectrum, samples, grid, 0.5, width=width)]
    assert best.risk <= min(risks) * (1 + 1e-12)
    assert best.risk == pytest.approx(min(risks), rel=1e-3)
    again = theory.state_evolution(spectrum, samples, best.weight_decay, 0.5, width=width)
    assert again.risk == pytest.approx(best.risk, rel=1e-9)


def test_width_only_rescales_the_weight_decay():
    spectrum = power_law(50, 0.8)
    narrow, wide = (optimal_weight_decay("quadratic", spectrum, 800, 0.5, width=width) for width in (1.0, 9.0))
    assert wide.weight_decay * 3 == pytest.approx(narrow.weight_decay, rel=1e-5)


@pytest.mark.parametrize("count", [1, 3])
def test_given_teachers(count):
    rng = np.random.default_rng(4)
    spectrum, theory = power_law(60, 0.8), theory_of("diagonal")
    teachers = spectrum.values * rng.standard_normal((count, 60))
    best = optimal_weight_decay("diagonal", spectrum, 40, 0.5, teachers=teachers)
    for factor in (0.9, 1.1):
        lam = factor * best.weight_decay
        others = [theory.conditional_state_evolution(teacher, 40, lam, 0.5).risk for teacher in teachers]
        assert np.mean(others) > best.risk


@pytest.mark.parametrize(("exponent", "constant"), [(0.3, 2.95), (0.6, 2.82), (0.9, 2.75), (1.2, 2.12), (1.4, 0.40)])
def test_constants_of_the_quadratic_network_at_large_dim(exponent, constant):
    # lambda_opt / sqrt(n_eff/d) close to 4 sqrt(Delta) until n_eff nears d^(2 gamma)
    dim = 10**12
    n_eff = float(dim) ** exponent
    best = optimal_weight_decay("quadratic", merged_power_law(dim, 0.75), n_eff * dim, 0.5)
    assert best.weight_decay / np.sqrt(n_eff / dim) == pytest.approx(constant, abs=0.01)


# the threshold of the diagonal network costs a power of log(d/n)
@pytest.mark.parametrize(("network", "spread"), [("diagonal", 1.5), ("quadratic", 1.1)])
def test_corollary_optimal_risk_has_the_rate_of_the_bayes_optimal_risk(network, spread):
    dim, gamma, theory = 10**10, 0.75, theory_of(network)
    spectrum = merged_power_law(dim, gamma)
    ratios = []
    for exponent in (0.4, 0.6, 0.8):
        n = float(dim) ** exponent * (dim if network == "quadratic" else 1)
        bayes = theory.bayes_risk(spectrum, n, 0.5)
        best = optimal_weight_decay(network, spectrum, n, 0.5).risk
        ratios.append(best / bayes)
    assert min(ratios) > 1
    assert max(ratios) < 4
    assert max(ratios) / min(ratios) < spread


@pytest.mark.parametrize("network", NETWORKS)
def test_without_noise_and_with_enough_samples_none_is_best(network):
    samples = 4 * 60**2
    best = optimal_weight_decay(network, power_law(60, 0.8), samples, 0.0)
    assert best.weight_decay == 0
    assert best.risk < 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_a_gain_that_risks_are_not_known_to_is_none(seed):
    """Risks to 1e-7 whose least lies lower than that of lambda -> 0 by less: whether it does is not to be known."""
    rng = np.random.default_rng(seed)

    class Path:
        def to(self, samples, weight_decay):
            gain = 3e-8 * np.exp(-(np.log(weight_decay) ** 2) / 8)
            known = 1 - gain + weight_decay**2 + 1e-8 * rng.standard_normal()
            rest = dict.fromkeys(("delta", "threshold", "divergence", "train_loss", "residual"), 0.0)
            return StateEvolution(risk=known, **rest)

        def restart(self, samples, weight_decay, solution):
            """Each point is known by itself."""

    assert lowest([Path()], 1.0, -20.0, 3.0, flat=1e-6).weight_decay == 0.0
    assert lowest([Path()], 1.0, -20.0, 3.0).weight_decay > 0.0
