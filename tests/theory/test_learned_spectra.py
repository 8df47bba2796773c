"""Laws of the learned weights (Result 2) against random matrices and sampled weights."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from scaling_spectra.networks.diagonal import learned as diagonal
from scaling_spectra.networks.diagonal.theory import state_evolution as diagonal_state_evolution
from scaling_spectra.networks.quadratic import learned as quadratic
from scaling_spectra.networks.quadratic.theory import state_evolution as quadratic_state_evolution
from scaling_spectra.spectrum import power_law


def sample_quadratic(spectrum, solution, rng):
    """Eigenvalues and eigenvectors of (S* + delta G - b)_+, largest first."""
    dim = spectrum.values.size
    noise = rng.standard_normal((dim, dim))
    noise = (noise + noise.T) / np.sqrt(2 * dim)
    values, vectors = np.linalg.eigh(np.diag(spectrum.values) + solution.delta * noise)
    return np.maximum(values - solution.threshold, 0)[::-1], vectors[:, ::-1]


# phases IV, VIa (b < 2 delta), II (b > 2 delta)
@pytest.mark.parametrize(("n_eff", "weight_decay"), [(20, 0.01), (200, 0.3), (200, 15.0)])
def test_quadratic_zeros_density_and_bulk(n_eff, weight_decay):
    dim, rng = 300, np.random.default_rng(2)
    spectrum = power_law(dim, 1.0)
    solution = quadratic_state_evolution(spectrum, n_eff * dim, weight_decay, 0.5)
    samples = np.array([sample_quadratic(spectrum, solution, rng)[0] for _ in range(4)])
    zero = quadratic.zero_mass(spectrum, solution)
    assert zero == pytest.approx(np.mean(samples == 0), abs=0.004)
    bulk = quadratic.bulk(spectrum, solution)
    if not bulk.size:
        assert solution.threshold > 1.9 * solution.delta
        return
    top = bulk[-1, 1]
    grid = np.linspace(0, 1.02 * top, 4001)[1:]
    density = quadratic.density(spectrum, solution, grid)
    cumulative = np.cumsum(density) * (grid[1] - grid[0])
    found = [np.mean((samples > 0) & (samples <= x)) for x in grid]
    assert np.max(np.abs(cumulative - found)) < 0.006
    # the bulk ends there
    beyond = np.mean(samples > top, axis=1) * dim
    assert np.all(np.abs(beyond - quadratic.outliers(spectrum, solution).positions.size) <= 1)


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(20, 0.01), (200, 15.0)])
def test_quadratic_outliers(n_eff, weight_decay):
    dim, rng = 300, np.random.default_rng(5)
    spectrum = power_law(dim, 1.0)
    solution = quadratic_state_evolution(spectrum, n_eff * dim, weight_decay, 0.5)
    outliers = quadratic.outliers(spectrum, solution)
    assert outliers.positions.size >= 2
    places, overlaps = [], []
    for _ in range(30):
        values, vectors = sample_quadratic(spectrum, solution, rng)
        places.append(values[:2])
        overlaps.append(np.diag(vectors)[:2] ** 2)
    for draws, predicted in ((places, outliers.positions[:2]), (overlaps, outliers.overlaps[:2])):
        draws = np.array(draws)
        error = draws.std(0, ddof=1) / np.sqrt(30)
        assert np.all(np.abs(draws.mean(0) - predicted) < 4 * error + 0.003)
    # without the rest of the spectrum: s + delta^2/s - b and 1 - delta^2/s^2
    s, t = outliers.scales[0], solution.delta**2
    assert outliers.positions[0] == pytest.approx(s + t / s - solution.threshold, rel=0.02)
    assert outliers.overlaps[0] == pytest.approx(1 - t / s**2, rel=0.02)


def test_quadratic_full_rank_has_no_zeros_and_no_bulk_deep_in_phase_vib():
    spectrum = power_law(30, 0.75)
    solution = quadratic_state_evolution(spectrum, 1e7 * 30, 1e-3, 0.5)
    assert quadratic.zero_mass(spectrum, solution) == 0
    assert quadratic.bulk(spectrum, solution).size == 0
    assert quadratic.outliers(spectrum, solution).positions == pytest.approx(spectrum.values, rel=1e-3)


@pytest.mark.parametrize(("samples", "weight_decay"), [(60, 0.05), (60, 2.0), (2000, 0.5)])
def test_diagonal_law_is_that_of_sampled_weights(samples, weight_decay):
    rng = np.random.default_rng(8)
    spectrum = power_law(40, 0.8)
    solution = diagonal_state_evolution(spectrum, samples, weight_decay, 0.5)
    teachers = spectrum.values * rng.standard_normal((20_000, 40))
    y = teachers + solution.delta * rng.standard_normal(teachers.shape)
    weights = np.sign(y) * np.maximum(np.abs(y) - solution.threshold, 0)
    zero = diagonal.zero_mass(spectrum, solution)
    assert zero == pytest.approx(np.mean(weights == 0), abs=0.003)
    for low, high in ((1e-12, 0.3), (0.3, 2.0), (-1.0, -1e-12)):
        mass = quad(lambda x: diagonal.density(spectrum, solution, np.array([x]))[0], low, high)[0]
        found = np.mean((weights > low) & (weights <= high))
        assert mass == pytest.approx(found, abs=5 * np.sqrt(mass / weights.size) + 1e-6)
    grid = np.linspace(1e-9, 60, 200_001)
    total = 2 * np.trapezoid(diagonal.density(spectrum, solution, grid), grid)
    assert total + zero == pytest.approx(1, abs=1e-6)


def test_diagonal_law_of_a_given_teacher():
    teacher = np.array([4.0, -2.0, 0.1, 0.0])
    solution = diagonal_state_evolution(power_law(4, 1.0), 6, 0.5, 0.5)
    b, delta = solution.threshold, solution.delta
    zero = np.mean(norm.cdf((b - teacher) / delta) - norm.cdf((-b - teacher) / delta))
    assert diagonal.conditional_zero_mass(teacher, solution) == pytest.approx(zero, rel=1e-10)
