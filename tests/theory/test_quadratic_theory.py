"""State evolution of the quadratic network against published numbers, real-axis integrals and limits."""

from itertools import pairwise

import numpy as np
import pytest

from scaling_spectra.free_probability.density import density
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.free_probability.support import support
from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.quadratic import equations, theory
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.spectrum import Spectrum, from_values, power_law


@pytest.mark.parametrize(
    ("samples", "weight_decay", "delta", "threshold", "distance", "divergence"),
    [
        (500, 0.01, 3.279739, 4.264841, 0.825668, 0.049414),
        (2000, 1, 1.202311, 1.801380, 0.328221, 0.061217),
        (5000, 10, 1.060222, 5.058236, 0.874071, 0.005757),
        (5000, 0.01, 0.780184, 0.015204, 0.358687, 0.335567),
        (20000, 1, 0.273118, 0.150676, 0.048375, 0.340807),
        (20000, 10, 0.348324, 1.276115, 0.235317, 0.040929),
    ],
)
def test_published_numbers(samples, weight_decay, delta, threshold, distance, divergence):
    solution = theory.state_evolution(power_law(100, 1.0), samples, weight_decay, 0.5)
    found = (solution.delta, solution.threshold, solution.risk / 2, solution.divergence)
    assert found == pytest.approx((delta, threshold, distance, divergence), rel=1e-4)


def real_axis_integrals(spectrum, variance, threshold):
    """mean(s^2) - J - 2 b M1 + 4 t D and D from the density, interval by interval."""
    node, weight = np.polynomial.legendre.leggauss(200)
    theta = np.pi * (node + 1) / 2
    first, second, divergence = 0.0, 0.0, 0.0
    for low, high in support(spectrum, variance).edges:
        if high <= threshold:
            continue
        for a, b in pairwise(np.linspace(max(low, threshold), high, 7)):
            x = (a + b) / 2 - (b - a) / 2 * np.cos(theta)
            rho, hilbert = density(spectrum, variance, x)
            rho = rho * (b - a) / 2 * np.sin(theta) * weight * np.pi / 2
            first += rho @ (x - threshold)
            second += rho @ (x - threshold) ** 2
            divergence += (rho * hilbert) @ (x - threshold)
    energy = spectrum.mean(spectrum.values**2)
    return energy - second - 2 * threshold * first + 4 * variance * divergence, divergence


@pytest.mark.parametrize(
    ("gamma", "n_eff", "weight_decay", "noise_var"),
    [(0.75, 3, 0.1, 0.5), (1.0, 10, 1.0, 0.0), (1.0, 7.5, 1e-3, 0.5), (1.5, 30, 5.0, 0.5), (1.0, 60, 1.0, 0.1)],
)
def test_solution_satisfies_both_equations_on_the_real_axis(gamma, n_eff, weight_decay, noise_var):
    dim = 30
    spectrum = power_law(dim, gamma)
    solution = theory.state_evolution(spectrum, n_eff * dim, weight_decay, noise_var)
    alpha, t, b = n_eff / dim, solution.delta**2, solution.threshold
    distance, divergence = real_axis_integrals(spectrum, t, b)
    assert solution.risk == pytest.approx(2 * distance, rel=1e-5)
    assert solution.divergence == pytest.approx(divergence, rel=1e-5)
    assert 2 * alpha * t == pytest.approx(distance + noise_var / 2, rel=1e-5)
    assert weight_decay == pytest.approx(4 * b * (alpha - solution.divergence), rel=1e-8)
    shrink = 1 - solution.divergence / alpha
    assert solution.train_loss == pytest.approx((noise_var + solution.risk) * shrink**2, rel=1e-8)


def random_points(count, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        dim = int(np.exp(rng.uniform(np.log(50), np.log(1e5))))
        n_eff = np.exp(rng.uniform(np.log(0.5), np.log(100 * dim)))
        yield dim, rng.uniform(0.6, 2), n_eff * dim, 10 ** rng.uniform(-6, 3), float(rng.choice([0, 0.5]))


def test_random_points_are_solved_to_many_digits():
    """Default against tightened tolerance, from the default's solution and from nothing."""
    for dim, gamma, samples, weight_decay, noise_var in random_points(60, 0):
        spectrum = merged_power_law(dim, gamma)
        found = theory.state_evolution(spectrum, samples, weight_decay, noise_var)
        tight = theory.state_evolution(spectrum, samples, weight_decay, noise_var, tol=1e-12)
        assert found.residual <= 1e-10
        for name in ("delta", "threshold", "risk", "train_loss"):
            assert getattr(found, name) == pytest.approx(getattr(tight, name), rel=1e-8)


def test_merged_tail_changes_nothing():
    for dim, gamma, samples, weight_decay, noise_var in random_points(25, 1):
        n_eff, dim = samples / dim, min(dim, 5000)
        exact = theory.state_evolution(power_law(dim, gamma), n_eff * dim, weight_decay, noise_var)
        merged = theory.state_evolution(merged_power_law(dim, gamma), n_eff * dim, weight_decay, noise_var)
        assert (merged.delta, merged.threshold, merged.risk) == pytest.approx(
            (exact.delta, exact.threshold, exact.risk), rel=1e-8
        )


@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("weight_decay", [1e-6, 1.0, 1e3])
@pytest.mark.parametrize(
    "values",
    [np.ones(100), np.r_[np.full(5, 6.0), np.zeros(95)], 10 * np.exp(-np.arange(100.0) / 5), np.linspace(0, 3, 100)],
    ids=["flat", "low rank", "exponential", "uniform"],
)
def test_other_spectra(values, weight_decay, noise_var):
    spectrum = from_values(values)
    for alpha in (0.003, 0.1, 0.24, 0.26, 0.49, 0.51, 3.0):
        solution = theory.state_evolution(spectrum, alpha * 1e4, weight_decay, noise_var)
        half = half_line(spectrum, solution.delta**2, solution.threshold, tol=1e-15)
        error = 2 * alpha * solution.delta**2
        assert half.distance + noise_var / 2 == pytest.approx(error, rel=1e-9)
        # 4 b (alpha - D) = lambda, without the cancellation
        assert half.divergence + weight_decay / (4 * solution.threshold) == pytest.approx(alpha, rel=1e-9)


def test_nothing_is_learned_at_large_weight_decay():
    spectrum, samples = power_law(100, 1.0), 500.0
    energy = spectrum.mean(spectrum.values**2)
    solution = theory.state_evolution(spectrum, samples, 1e3, 0.5)
    assert (solution.risk, solution.divergence) == (pytest.approx(2 * energy, rel=1e-14), 0)
    assert solution.threshold == pytest.approx(1e3 / (4 * 0.05))
    assert solution.train_loss == pytest.approx(2 * energy + 0.5)


def test_everything_is_learned_without_noise_and_many_samples():
    """alpha > 1/2, Delta = 0, lambda -> 0: M = b^2 + t, D = 1/2 and 2 alpha t = M."""
    alpha, weight_decay = 0.8, 1e-4
    solution = theory.state_evolution(power_law(100, 1.0), alpha * 1e4, weight_decay, 0.0)
    b = weight_decay / (4 * (alpha - 0.5))
    assert solution.threshold == pytest.approx(b, rel=1e-12)
    assert solution.risk == pytest.approx(2 * b**2 * (1 + 1 / (2 * alpha - 1)), rel=1e-12)


def test_width_rescales_the_weight_decay():
    spectrum = power_law(60, 1.0)
    wide = theory.state_evolution(spectrum, 600, 0.5, 0.5, width=4.0)
    assert wide == theory.state_evolution(spectrum, 600, 1.0, 0.5)


def test_start_changes_nothing_but_the_time():
    spectrum = power_law(100, 0.75)
    far = theory.state_evolution(spectrum, 1e5, 30.0, 0.5)
    for samples, weight_decay in ((100, 1e-4), (2500, 1e-5), (3000, 1.0)):
        cold = theory.state_evolution(spectrum, samples, weight_decay, 0.5)
        warm = theory.state_evolution(spectrum, samples, weight_decay, 0.5, start=far)
        assert (warm.delta, warm.threshold, warm.risk) == pytest.approx(
            (cold.delta, cold.threshold, cold.risk), rel=1e-8
        )


def test_curve_and_map_are_the_points():
    spectrum = power_law(80, 1.0)
    samples, weight_decay = np.array([100.0, 1000.0, 7000.0]), np.array([1e-3, 0.1, 10.0])
    path = theory.curve(spectrum, samples, weight_decay, 0.5)
    grid = theory.risk_map(spectrum, samples, weight_decay, 0.5)
    for i, n in enumerate(samples):
        for j, lam in enumerate(weight_decay):
            point = theory.state_evolution(spectrum, n, lam, 0.5).risk
            assert grid[i, j] == pytest.approx(point, rel=1e-8)
            if i == j:
                assert path[i].risk == pytest.approx(point, rel=1e-8)
    assert len(theory.curve(spectrum, samples, 0.1, 0.5)) == 3


def test_conditional_on_a_teacher_is_its_spectrum():
    values = np.array([0.5, 4.0, 1.0, 0.0, 2.0])
    assert theory.conditional_state_evolution(values, 20, 0.3, 0.1) == theory.state_evolution(
        from_values(values), 20, 0.3, 0.1
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"samples": 0.0}, "samples: 0.0"),
        ({"weight_decay": -1.0}, "weight_decay: -1.0"),
        ({"weight_decay": np.inf}, "weight_decay: inf"),
        ({"noise_var": -0.1}, "noise_var: -0.1"),
        ({"noise_var": np.nan}, "noise_var: nan"),
        ({"width": 0.0}, "width: 0.0"),
        ({"tol": 0.0}, "tol: 0.0"),
    ],
)
def test_bad_values_are_refused(change, message):
    arguments = {"samples": 100.0, "weight_decay": 1.0, "noise_var": 0.5} | change
    with pytest.raises(ValueError, match=f"^{message} "):
        theory.state_evolution(power_law(20, 1.0), **arguments)


def test_no_solution_within_the_tolerance_is_an_error_of_one_line(monkeypatch):
    monkeypatch.setattr(equations, "NEWTON_STEPS", 1)
    with pytest.raises(StateEvolutionError, match=r"no solution to 1e-10 .* weight_decay = 0.3") as caught:
        theory.state_evolution(power_law(50, 1.0), 777, 0.3, 0.5)
    assert "\n" not in str(caught.value)


def slope(rays, spectrum, noise_var=0.5):
    """d log R / d log n between two points (n, lambda)."""
    risks = [theory.state_evolution(spectrum, n, lam, noise_var).risk for n, lam in rays]
    return np.log(risks[1] / risks[0]) / np.log(rays[1][0] / rays[0][0])


@pytest.mark.parametrize(
    ("gamma", "exponents", "weight_decay", "noise_var", "expected"),
    [
        # II, III, the optimal line, VIa, VIb and IV without noise; lambda as powers of d and n_eff
        (0.75, (0.8, 0.9), lambda n, d: d**0.1, 0.5, -2 / 3),
        (0.75, (2.2, 2.3), lambda n, d: d**0.8, 0.5, -2),
        (0.75, (0.6, 0.9), lambda n, d: 4.2 * np.sqrt(0.5 * n / d), 0.5, -1 / 3),
        (1.5, (1.4, 1.8), lambda n, d: 0.1 * np.sqrt(n / d), 0.5, -1),
        (0.75, (1.7, 1.9), lambda n, d: 1e-3 * n * d**-1.25, 0.5, -1),
        (0.75, (0.3, 0.5), lambda n, d: 1e-3 * n**0.25 * d**-0.5, 0.0, -1 / 2),
    ],
    ids=["II", "III", "optimal", "VIa", "VIb", "IV0"],
)
def test_rates_at_huge_dimension(gamma, exponents, weight_decay, noise_var, expected):
    dim = 1e12
    rays = [(dim ** (1 + e), weight_decay(dim**e, dim)) for e in exponents]
    assert slope(rays, merged_power_law(dim, gamma), noise_var) == pytest.approx(expected, abs=0.01)


def test_interpolation_peak():
    """R ~ lambda^(-2/3) at n = d^2/4."""
    dim = 10**12
    risks = [theory.state_evolution(merged_power_law(dim, 1.5), dim**2 / 4, lam, 0.5).risk for lam in (1e-3, 1e-4)]
    assert np.log10(risks[1] / risks[0]) == pytest.approx(2 / 3, abs=0.01)


@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("n_eff", [2.0, 10.0, 30.0])
def test_bayes_risk_bounds_every_weight_decay_and_the_lazy_risk(n_eff, noise_var):
    spectrum, samples = power_law(80, 1.0), n_eff * 80
    bayes = theory.bayes_risk(spectrum, samples, noise_var)
    trained = [p.risk for p in theory.curve(spectrum, samples, np.geomspace(1e-3, 1e2, 30), noise_var)]
    assert 0 < bayes < min(trained) < theory.lazy_risk(spectrum, samples, noise_var)
    # with noise the best weight decay comes close
    assert noise_var == 0 or min(trained) < 2 * bayes


def test_bayes_risk_satisfies_its_equation():
    """2 alpha t = M + Delta/2 with M = t - (4 pi^2/3) t^2 int mu^3, from the density."""
    dim, samples, noise_var = 30, 300.0, 0.5
    spectrum, alpha = power_law(dim, 1.0), samples / dim**2
    distance = theory.bayes_risk(spectrum, samples, noise_var) / 2
    t = (distance + noise_var / 2) / (2 * alpha)
    cubed = 0.0
    node, weight = np.polynomial.legendre.leggauss(60)
    theta = np.pi * (node + 1) / 2
    for low, high in support(spectrum, t).edges:
        for a, b in pairwise(np.linspace(low, high, 9)):
            rho, _ = density(spectrum, t, (a + b) / 2 - (b - a) / 2 * np.cos(theta))
            cubed += rho**3 @ (np.sin(theta) * weight) * np.pi * (b - a) / 4
    assert distance == pytest.approx(t - 4 * np.pi**2 / 3 * t**2 * cubed, rel=1e-5)


def test_bayes_risk_without_noise_ends_at_as_many_samples_as_unknowns():
    dim = 60
    spectrum = power_law(dim, 0.75)
    threshold = (dim**2 - dim) / 2
    assert theory.bayes_risk(spectrum, 0.97 * threshold, 0.0) > 1e-4
    assert theory.bayes_risk(spectrum, 1.01 * threshold, 0.0) == 0
    assert theory.bayes_risk(merged_power_law(dim, 0.75), 0.97 * threshold, 0.0) > 1e-4
    assert theory.bayes_risk(merged_power_law(dim, 0.75), 1.01 * threshold, 0.0) == 0


def test_bayes_risk_is_close_for_merged_spectra():
    for samples in (300 * 5.0, 300 * 30.0):
        exact = theory.bayes_risk(power_law(300, 0.75), samples, 0.5)
        assert theory.bayes_risk(merged_power_law(300, 0.75), samples, 0.5) == pytest.approx(exact, rel=2e-4)


@pytest.mark.parametrize("noise_var", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("alpha", [1e-3, 0.3, 0.6, 50.0])
def test_lazy_risk_solves_its_equations(alpha, noise_var):
    spectrum = power_law(100, 0.75)
    energy = spectrum.mean(spectrum.values**2)
    distance = theory.lazy_risk(spectrum, alpha * 1e4, noise_var) / 2
    t = (distance + noise_var / 2) / (2 * alpha)
    assert distance * (energy + t) == pytest.approx(energy * t, rel=1e-12)
    assert (distance == 0) == (noise_var == 0 and alpha >= 0.5)


def test_lazy_risk_published_numbers():
    """Best ridge of kernel regression at d = 40, gamma = 0.75, Delta = 0.5."""
    spectrum = power_law(40, 0.75)
    found = [theory.lazy_risk(spectrum, 40.0 * n, 0.5) / 2 for n in (3, 10, 30, 100)]
    assert found == pytest.approx([1.992, 1.331, 0.332, 0.0605], abs=6e-4)


def test_weighted_spectra_count_multiplicities():
    repeated = Spectrum(np.array([3.0, 0.0]), np.array([4.0, 36.0]))
    written = from_values(np.r_[np.full(4, 3.0), np.zeros(36)])
    for function in (theory.bayes_risk, theory.lazy_risk):
        assert function(repeated, 300.0, 0.5) == pytest.approx(function(written, 300.0, 0.5), rel=1e-8)
    point = theory.state_evolution(repeated, 300.0, 0.2, 0.5)
    assert point.risk == pytest.approx(theory.state_evolution(written, 300.0, 0.2, 0.5).risk, rel=1e-8)
