"""Ridge regression: its path against direct solutions, its theory against closed forms and simulations."""

from itertools import product

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge

from scaling_spectra.networks import names, supports
from scaling_spectra.networks.interface.lazy import lazy_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.replicas import draw_replica
from scaling_spectra.ridge import isotropic_risk
from scaling_spectra.spectrum import from_values, power_law

NOISE = 0.5


def sampled(network, dim, samples, replica=0):
    replica = draw_replica(network, power_law(dim, 0.75), NOISE, samples, replica, 11)
    return replica, lazy_of(network).prepare(replica.draw, replica.teacher)


def joined(replica):
    blocks = list(replica.draw())
    return np.concatenate([x for x, _ in blocks]), np.concatenate([y for _, y in blocks])


# as many samples as unknowns and fewer: both ways to decompose
@pytest.mark.parametrize("samples", [15, 30, 31, 200])
def test_path_of_the_diagonal_network_is_ridge_regression(samples):
    replica, path = sampled("diagonal", 30, samples)
    x, y = joined(replica)
    for ridge in (1e-3, 0.3, 50.0):
        found = Ridge(alpha=ridge, fit_intercept=False, tol=1e-12).fit(x / np.sqrt(30), y).coef_
        assert path.risk(ridge) == pytest.approx(np.mean((found - replica.teacher) ** 2), rel=1e-8)


@pytest.mark.parametrize("samples", [20, 77, 78, 300])
def test_path_of_the_quadratic_network_is_kernel_ridge_regression(samples):
    replica, path = sampled("quadratic", 12, samples)
    x, y = joined(replica)
    z = (x[:, :, None] * x[:, None, :] - np.eye(12)).reshape(samples, -1) / np.sqrt(12)
    for ridge in (1e-2, 1.0, 50.0):
        dual = KernelRidge(alpha=ridge, kernel="precomputed").fit(z @ z.T, y).dual_coef_
        found = (z.T @ dual).reshape(12, 12)
        expected = problem_of("quadratic").risk(found, replica.teacher)
        assert path.risk(ridge) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("network", [name for name in names() if supports(name, "lazy")])
def test_best_ridge_is_not_beaten_on_a_fine_grid(network):
    for samples in (10, 100, 1000):
        _, path = sampled(network, 20, samples)
        ridge, risk = path.best()
        assert risk == path.risk(ridge)
        assert risk <= min(path.risk(trial) for trial in np.geomspace(1e-6, 1e6, 2000)) * (1 + 1e-9)


@pytest.mark.parametrize("network", [name for name in names() if supports(name, "lazy")])
@pytest.mark.parametrize("n_eff", [0.5, 3.0, 40.0, 300.0, 1e4])
def test_theory_at_the_best_ridge_is_the_lazy_risk(network, n_eff):
    """The fixed point in V against the closed form of `lazy_risk`, and no ridge beside it is better."""
    lazy, theory = lazy_of(network), theory_of(network)
    teacher, samples = power_law(60, 0.75).values, problem_of(network).samples(60 * n_eff, 60) / 60
    best = lazy.best_ridge(teacher, NOISE)
    found = lazy.risk(teacher, samples, best, NOISE)
    assert found == pytest.approx(theory.lazy_risk(from_values(teacher), samples, NOISE), rel=1e-9)
    for function in (lazy.risk, lazy.finite_size_risk):
        least = function(teacher, samples, best, NOISE)
        assert least < min(function(teacher, samples, factor * best, NOISE) for factor in (0.8, 1.25))


# few samples are shrunk much by any ridge
@pytest.mark.parametrize(("ratio", "shrinkage"), [(0.2, 5.0), (0.2, 60.0), *product([1.0, 3.0], [0.01, 0.5, 20.0])])
def test_theory_of_equal_norms_is_shrinkage_of_a_noisy_teacher(ratio, shrinkage):
    """State evolution: theta = (theta* + delta z)/(1 + t), delta^2 = (Delta + R)/ratio, rho = t (ratio - 1/(1 + t))."""
    energy, left = 2.0, 1 / (1 + shrinkage)
    ridge = shrinkage * (ratio - left)
    risk = left**2 * (shrinkage**2 * energy + NOISE / ratio) / (1 - left**2 / ratio)
    assert isotropic_risk(energy, ratio, ridge, NOISE) == pytest.approx(risk, rel=1e-9)


def test_limits_of_the_theory():
    assert isotropic_risk(2.0, 3.0, 1e9, NOISE) == pytest.approx(2.0, rel=1e-8)
    assert isotropic_risk(2.0, 1e-9, 0.25, NOISE) == pytest.approx(2.0, rel=1e-8)
    # min-norm interpolation and ordinary least squares
    assert isotropic_risk(2.0, 0.4, 1e-9, NOISE) == pytest.approx(2 * 0.6 + NOISE * 0.4 / 0.6, rel=1e-6)
    assert isotropic_risk(2.0, 5.0, 1e-9, NOISE) == pytest.approx(NOISE / 4, rel=1e-6)


def test_theory_of_unequal_norms_against_a_gaussian_design():
    dim, samples, ridge, rng = 150, 225, 0.3, np.random.default_rng(3)
    norms, risks = np.array([0.25, 1.75]), []
    for _ in range(60):
        teacher = np.sqrt(2.0) * rng.standard_normal(dim)
        teacher *= np.sqrt(2 * dim) / np.linalg.norm(teacher)
        z = np.sqrt(rng.choice(norms, samples) / dim)[:, None] * rng.standard_normal((samples, dim))
        y = z @ teacher + np.sqrt(NOISE) * rng.standard_normal(samples)
        found = np.linalg.solve(z.T @ z + ridge * np.eye(dim), z.T @ y)
        risks.append(np.mean((found - teacher) ** 2))
    mean, error = np.mean(risks), np.std(risks, ddof=1) / np.sqrt(len(risks))
    assert isotropic_risk(2.0, samples / dim, ridge, NOISE, norms) == pytest.approx(mean, abs=4 * error)
    assert abs(isotropic_risk(2.0, samples / dim, ridge, NOISE) - mean) > 8 * error


def simulated(network, dim, samples, count):
    lazy, risks = lazy_of(network), []
    for number in range(count):
        replica, path = sampled(network, dim, samples, number)
        ridge = lazy.best_ridge(replica.teacher, NOISE)
        risks.append(
            [path.risk(ridge)] + [f(replica.teacher, samples, ridge, NOISE) for f in (lazy.risk, lazy.finite_size_risk)]
        )
    found, plain, corrected = np.array(risks).T
    errors = [np.std(found / other, ddof=1) / np.sqrt(count) for other in (plain, corrected)]
    return [(np.mean(found / other) - 1, error) for other, error in zip((plain, corrected), errors, strict=True)]


@pytest.mark.parametrize("samples", [40, 200, 1000])
def test_simulations_of_the_diagonal_network_follow_the_theory(samples):
    (deviation, error), _ = simulated("diagonal", 100, samples, 40)
    assert abs(deviation) < 4 * error + 0.02


def test_finite_size_explains_the_deviation_of_the_quadratic_network():
    """At d = 20 and n_eff = 100 the proportional limit is 8 % off, counting unknowns and norms leaves 2 %."""
    (plain, plain_error), (corrected, error) = simulated("quadratic", 20, 2000, 80)
    assert plain > 4 * plain_error
    assert abs(corrected) < 3 * error + 0.03
    assert abs(corrected) < plain / 2
