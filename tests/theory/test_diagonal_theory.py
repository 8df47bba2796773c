"""State evolution of the diagonal network against integrals, simulation and limits."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.linear_model import Lasso

from scaling_spectra.networks.diagonal import theory
from scaling_spectra.spectrum import Spectrum, from_values, power_law


@pytest.mark.parametrize(
    ("samples", "weight_decay", "delta", "threshold", "risk", "divergence"),
    [
        (20, 0.01, 2.720169, 3.655569, 0.979864, 19.7264),
        (50, 1, 1.324823, 2.479369, 0.377578, 9.6672),
        (100, 10, 1.275732, 10.037785, 1.127492, 0.3764),
        (100, 0.01, 2.085083, 0.165243, 3.847569, 93.9483),
        (1000, 1, 0.231867, 0.108210, 0.037623, 75.8676),
        (1000, 10, 0.254082, 1.008143, 0.145578, 8.0776),
    ],
)
def test_published_numbers(samples, weight_decay, delta, threshold, risk, divergence):
    solution = theory.state_evolution(power_law(100, 1.0), samples, weight_decay, 0.5)
    found = (solution.delta, solution.threshold, solution.risk, solution.divergence)
    assert found == pytest.approx((delta, threshold, risk, divergence), rel=1e-4)


def soft(y, b):
    return np.sign(y) * max(abs(y) - b, 0.0)


def expected(function, kinks):
    """E function(z), z standard normal, by adaptive quadrature between the kinks."""
    points = sorted({-12.0, 12.0, *[k for k in kinks if abs(k) < 12]})
    return sum(quad(lambda z: function(z) * norm.pdf(z), *piece, epsabs=1e-14)[0] for piece in pairwise(points))


@pytest.mark.parametrize(
    ("samples", "weight_decay", "noise_var"), [(3, 0.3, 0.5), (9, 0.01, 0.5), (40, 2.0, 0.1), (30, 0.05, 0.0)]
)
def test_conditional_equations_hold_by_quadrature(samples, weight_decay, noise_var):
    teacher = np.array([3.0, -1.2, 0.7, 0.1, 0.0, 0.02, -2.5, 0.4])
    s = theory.conditional_state_evolution(teacher, samples, weight_decay, noise_var)
    risk, divergence = 0.0, 0.0
    for theta in teacher:
        kinks = [(s.threshold - theta) / s.delta, (-s.threshold - theta) / s.delta]
        risk += expected(lambda z, t=theta: (soft(t + s.delta * z, s.threshold) - t) ** 2, kinks) / teacher.size
        divergence += 1 - norm.cdf(kinks[0]) + norm.cdf(kinks[1])
    assert s.risk == pytest.approx(risk, rel=1e-9)
    assert s.divergence == pytest.approx(divergence, rel=1e-9)
    assert s.delta**2 == pytest.approx((noise_var + risk) * teacher.size / samples, rel=1e-9)
    assert weight_decay == pytest.approx(s.threshold * (samples - divergence) / teacher.size, rel=1e-8)


@pytest.mark.parametrize(("samples", "weight_decay", "noise_var"), [(3, 0.3, 0.5), (9, 0.01, 0.5), (30, 0.05, 0.0)])
def test_average_over_teachers_by_quadrature(samples, weight_decay, noise_var):
    spectrum = from_values(np.array([3.0, 1.2, 0.7, 0.1, 0.0, 0.02]))
    s = theory.state_evolution(spectrum, samples, weight_decay, noise_var)
    risk, divergence = 0.0, 0.0
    for scale in spectrum.values:
        t = np.hypot(scale, s.delta)
        kink = s.threshold / t
        shrink, spread = scale**2 / t**2, scale * s.delta / t  # posterior of theta* given y = t u
        missed = expected(lambda u, t=t, w=shrink: (soft(t * u, s.threshold) - w * t * u) ** 2, [-kink, kink])
        risk += (spread**2 + missed) / 6
        divergence += 2 * norm.sf(kink)
    assert s.risk == pytest.approx(risk, rel=1e-9)
    assert s.divergence == pytest.approx(divergence, rel=1e-9)
    assert s.delta**2 == pytest.approx((noise_var + risk) * 6 / samples, rel=1e-9)
    assert weight_decay == pytest.approx(s.threshold * (samples - divergence) / 6, rel=1e-8)


def test_average_equals_mean_over_many_conditional_teachers():
    # d copies of one scale: the empirical law of theta* is the prior itself, up to 1/sqrt(d)
    rng = np.random.default_rng(0)
    teacher = 1.3 * rng.standard_normal(400_000)
    conditional = theory.conditional_state_evolution(teacher, 2e5, 0.4, 0.5)
    average = theory.state_evolution(Spectrum(np.array([1.3]), np.array([4e5])), 2e5, 0.4, 0.5)
    assert conditional.risk == pytest.approx(average.risk, rel=0.01)
    assert conditional.divergence == pytest.approx(average.divergence, rel=0.01)


@pytest.mark.parametrize(("samples", "weight_decay"), [(100, 1.0), (400, 0.02), (1000, 8.0)])
def test_lasso_simulation(samples, weight_decay):
    dim, noise_var, replicas = 200, 0.5, 30
    rng = np.random.default_rng(7)
    teacher = power_law(dim, 1.0).values * rng.standard_normal(dim)
    predicted = theory.conditional_state_evolution(teacher, samples, weight_decay, noise_var)
    risks, losses, sizes = np.empty((3, replicas))
    for k in range(replicas):
        x = rng.standard_normal((samples, dim)) / np.sqrt(dim)
        y = x @ teacher + np.sqrt(noise_var) * rng.standard_normal(samples)
        lasso = Lasso(alpha=weight_decay / samples, fit_intercept=False, tol=1e-7, max_iter=100_000).fit(x, y)
        risks[k] = np.mean((lasso.coef_ - teacher) ** 2)
        losses[k] = np.mean((y - x @ lasso.coef_) ** 2)
        sizes[k] = np.count_nonzero(lasso.coef_)
    for values, prediction in (
        (risks, predicted.risk),
        (losses, predicted.train_loss),
        (sizes, predicted.divergence),
    ):
        error = values.std(ddof=1) / np.sqrt(replicas)
        assert abs(values.mean() - prediction) < 4 * error + 0.01 * prediction


def test_random_sweep_without_failure():
    rng = np.random.default_rng(1)
    for k in range(2000):
        dim = int(10 ** rng.uniform(1.7, 2.7))
        spectrum = power_law(dim, rng.uniform(0.6, 2))
        samples, weight_decay = 10 ** rng.uniform(np.log10(0.5), np.log10(1e4 * dim)), 10 ** rng.uniform(-6, 3)
        noise_var = rng.choice([0.0, 0.5])
        if k % 2:
            solution = theory.state_evolution(spectrum, samples, weight_decay, noise_var)
        else:
            teacher = spectrum.values * rng.standard_normal(dim)
            solution = theory.conditional_state_evolution(teacher, samples, weight_decay, noise_var)
        assert solution.residual <= 1e-10


def test_tiny_noise_keeps_its_digits():
    # n >> d without noise: weights are theta* - b sign(theta*), so R = b^2 to leading order
    spectrum = power_law(100, 0.75)
    solution = theory.state_evolution(spectrum, 1e7, 1e-6, 0.0)
    assert solution.threshold == pytest.approx(1e-6 * 100 / (1e7 - 100), rel=1e-6)
    assert solution.risk == pytest.approx(solution.threshold**2, rel=1e-4)


def test_huge_weight_decay_kills_every_weight():
    spectrum = power_law(50, 1.0)
    solution = theory.state_evolution(spectrum, 25, 1e4, 0.5)
    signal = np.mean(spectrum.values**2)
    assert solution.risk == pytest.approx(signal, rel=1e-12)
    assert solution.divergence == pytest.approx(0, abs=1e-12)
    assert solution.train_loss == pytest.approx(0.5 + signal, rel=1e-12)


def test_labels_without_signal_and_noise():
    solution = theory.state_evolution(from_values(np.zeros(4)), 2, 1.0, 0.0)
    assert (solution.risk, solution.delta, solution.threshold) == (0.0, 0.0, 2.0)


def test_curve_agrees_with_cold_solves():
    spectrum = power_law(80, 0.9)
    samples = np.geomspace(1, 1e5, 25)
    for noise_var in (0.0, 0.5):
        for n, warm in zip(samples, theory.curve(spectrum, samples, np.array(0.05), noise_var), strict=True):
            cold = theory.state_evolution(spectrum, n, 0.05, noise_var)
            assert warm.risk == pytest.approx(cold.risk, rel=1e-9)


def test_bayes_risk_solves_its_equation_and_bounds_every_weight_decay():
    spectrum = power_law(60, 0.8)
    for samples, noise_var in [(5, 0.5), (60, 0.5), (3000, 0.5), (30, 0.0)]:
        risk = theory.bayes_risk(spectrum, samples, noise_var)
        delta2 = (noise_var + risk) * 60 / samples
        v = spectrum.values**2
        assert risk == pytest.approx(np.mean(v * delta2 / (v + delta2)), rel=1e-10)
        assert risk < theory.lazy_risk(spectrum, samples, noise_var)
        for weight_decay in np.geomspace(1e-2, 30, 8):
            assert risk < theory.state_evolution(spectrum, samples, weight_decay, noise_var).risk
    assert theory.bayes_risk(spectrum, 60, 0.0) == 0.0


def test_lazy_risk_is_ridge_regression():
    dim, noise_var, samples = 150, 0.5, 120
    rng = np.random.default_rng(5)
    spectrum = from_values(np.full(dim, 1.5))  # Gaussian weights: the best ridge is the posterior mean
    risks = []
    for _ in range(40):
        teacher = 1.5 * rng.standard_normal(dim)
        x = rng.standard_normal((samples, dim)) / np.sqrt(dim)
        y = x @ teacher + np.sqrt(noise_var) * rng.standard_normal(samples)
        ridge = np.linalg.solve(x.T @ x + noise_var / 1.5**2 * np.eye(dim), x.T @ y)
        risks.append(np.mean((ridge - teacher) ** 2))
    error = np.std(risks, ddof=1) / np.sqrt(40)
    assert theory.lazy_risk(spectrum, samples, noise_var) == pytest.approx(np.mean(risks), abs=4 * error)
    assert theory.lazy_risk(spectrum, 30, 0.0) == pytest.approx(1.5**2 * (1 - 30 / 150), rel=1e-12)
    assert theory.lazy_risk(spectrum, 300, 0.0) == 0.0


@pytest.mark.parametrize(
    ("name", "samples", "weight_decay", "noise_var"),
    [
        ("samples", 0, 1, 0.5),
        ("samples", np.nan, 1, 0.5),
        ("weight_decay", 5, -1, 0.5),
        ("weight_decay", 5, np.inf, 0.5),
        ("noise_var", 5, 1, -0.1),
    ],
)
def test_bad_values_are_named(name, samples, weight_decay, noise_var):
    with pytest.raises(ValueError, match=rf"^{name}: "):
        theory.state_evolution(power_law(5, 1.0), samples, weight_decay, noise_var)


def test_impossible_tolerance_raises():
    with pytest.raises(theory.StateEvolutionError, match="residual"):
        theory.state_evolution(power_law(5, 1.0), 3, 0.1, 0.5, tol=-1.0)


@pytest.mark.parametrize("seed", range(40))
def test_no_solution_runs_away_at_interpolation(seed):
    """At n = d both sides of the equation for delta agree to any relative tolerance as delta -> infinity."""
    rng = np.random.default_rng(seed)
    dim = 400
    teacher = np.sqrt(dim) * np.arange(1, dim + 1) ** -0.75 * rng.standard_normal(dim)
    at_peak = theory.conditional_state_evolution(teacher, dim, 1 / dim, 0.5)
    beside = theory.conditional_state_evolution(teacher, 1.01 * dim, 1 / dim, 0.5)
    again = theory.conditional_state_evolution(teacher, dim, 1 / dim, 0.5, start=beside)
    assert at_peak.risk == pytest.approx(again.risk, rel=1e-8)
    assert beside.risk < at_peak.risk < 2 * beside.risk


def test_posterior_mean_of_a_given_teacher_against_simulation():
    rng, spectrum, noise_var = np.random.default_rng(8), power_law(200, 0.75), 0.5
    variance = spectrum.values**2
    teacher = spectrum.values * rng.standard_normal(200)
    teacher[0] = 3 * spectrum.values[0]  # far from the average teacher
    for n in (40, 300):
        risks = []
        for _ in range(40):
            design = rng.standard_normal((n, 200)) / np.sqrt(200)
            labels = design @ teacher + np.sqrt(noise_var) * rng.standard_normal(n)
            gram = design @ (variance[:, None] * design.T) + noise_var * np.eye(n)
            mean = variance * (design.T @ np.linalg.solve(gram, labels))
            risks.append(np.mean((mean - teacher) ** 2))
        predicted = theory.conditional_bayes_risk(teacher, spectrum, n, noise_var)
        assert predicted == pytest.approx(np.mean(risks), abs=3.5 * np.std(risks) / np.sqrt(40) + 0.01 * predicted)


def test_posterior_mean_of_the_average_teacher_has_the_bayes_risk():
    # the risk is linear in theta*_i^2
    spectrum = power_law(300, 1.0)
    for n in (10, 100, 3000):
        risk = theory.conditional_bayes_risk(spectrum.values, spectrum, n, 0.5)
        assert risk == pytest.approx(theory.bayes_risk(spectrum, n, 0.5), rel=1e-9)
