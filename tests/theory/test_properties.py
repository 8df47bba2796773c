"""What holds for every spectrum, noise and weight decay: properties of the numerical core, tried on drawn examples."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.stieltjes import stieltjes
from scaling_spectra.free_probability.density import density
from scaling_spectra.networks import names
from scaling_spectra.networks.diagonal import certificate as diagonal
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.quadratic import certificate as quadratic
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.spectrum import from_values

# the same examples at every run
FEW = settings(max_examples=12, deadline=None, derandomize=True)


def log_uniform(low, high):
    return st.floats(np.log(low), np.log(high)).map(lambda x: float(np.exp(x)))


scales = st.lists(st.floats(0, 4), min_size=2, max_size=12).filter(lambda values: max(values) > 0.2)
spectra = scales.map(from_values)
variances = log_uniform(0.02, 10)
noises = log_uniform(1e-2, 4)
decays = log_uniform(1e-2, 10)
# effective samples over dimension: from the interpolator to many samples
ratios = log_uniform(0.05, 20)
networks = st.sampled_from(names())


def samples(network, spectrum, ratio):
    dim = spectrum.dim
    return ratio * dim / problem_of(network).effective_samples(1, dim)


@FEW
@given(spectra, variances, st.floats(-6, 8), log_uniform(0.01, 5))
def test_stieltjes_transform_solves_the_subordination_equation(spectrum, variance, real, imaginary):
    z = complex(real, imaginary)
    g = stieltjes(spectrum, variance, np.array([z]))[0]
    assert g.imag < 0
    assert g == pytest.approx(np.mean(1 / (z - variance * g - spectrum.values)), rel=1e-10)
    # |g| <= 1/Im z for every law, and its variance adds to that of the scales
    assert abs(g) <= 1 / imaginary + 1e-12


@FEW
@given(spectra, variances)
def test_density_is_that_of_a_probability_law_with_added_variances(spectrum, variance):
    edge = 2.01 * np.sqrt(variance)
    grid = np.linspace(spectrum.values[-1] - edge, spectrum.values[0] + edge, 1201)
    rho, hilbert = density(spectrum, variance, grid)
    assert (rho >= 0).all()
    assert np.isfinite(hilbert).all()
    assert np.trapezoid(rho, grid) == pytest.approx(1, abs=5e-3)
    mean = np.trapezoid(rho * grid, grid)
    assert mean == pytest.approx(spectrum.values.mean(), abs=2e-2)
    spread = np.trapezoid(rho * (grid - mean) ** 2, grid)
    assert spread == pytest.approx(spectrum.values.var() + variance, rel=2e-2)


@FEW
@given(networks, spectra, ratios, decays, noises)
def test_state_evolution_solves_its_equations(network, spectrum, ratio, weight_decay, noise_var):
    n, dim = samples(network, spectrum, ratio), spectrum.dim
    point = theory_of(network).state_evolution(spectrum, n, weight_decay, noise_var)
    # delta^2 = (Delta + R) d/(kappa n_eff), lambda = kappa n_eff/d b (1 - fitted/samples)
    if network == "diagonal":
        unit, fitted = n / dim, point.divergence / n
    else:
        unit, fitted = 4 * n / dim**2, point.divergence * dim**2 / n
    assert point.delta**2 == pytest.approx((noise_var + point.risk) / unit, rel=1e-6)
    assert weight_decay == pytest.approx(unit * point.threshold * (1 - fitted), rel=1e-5)
    assert 0 <= fitted < 1
    assert point.train_loss == pytest.approx((noise_var + point.risk) * (1 - fitted) ** 2, rel=1e-5)


@FEW
@given(networks, spectra, ratios, decays, noises, log_uniform(0.1, 10))
def test_units_do_not_matter(network, spectrum, ratio, weight_decay, noise_var, unit):
    """Labels in other units: scales and lambda by c, Delta by c^2; then delta and b by c, the risk by c^2."""
    n, solve = samples(network, spectrum, ratio), theory_of(network).state_evolution
    one = solve(spectrum, n, weight_decay, noise_var)
    other = solve(from_values(unit * spectrum.values), n, unit * weight_decay, unit**2 * noise_var)
    assert other.delta == pytest.approx(unit * one.delta, rel=1e-6)
    assert other.threshold == pytest.approx(unit * one.threshold, rel=1e-5)
    assert other.risk == pytest.approx(unit**2 * one.risk, rel=1e-6)


@FEW
@given(networks, spectra, ratios, decays, noises)
def test_nobody_does_better_than_bayes(network, spectrum, ratio, weight_decay, noise_var):
    theory, n = theory_of(network), samples(network, spectrum, ratio)
    best = theory.bayes_risk(spectrum, n, noise_var)
    zero = (1 if network == "diagonal" else 2) * np.mean(spectrum.values**2)
    assert 0 <= best <= zero * (1 + 1e-9)
    assert theory.state_evolution(spectrum, n, weight_decay, noise_var).risk >= best * (1 - 1e-6)
    # more samples, or less noise, are never worse for the optimal learner
    assert theory.bayes_risk(spectrum, 1.5 * n, noise_var) <= best * (1 + 1e-6)
    assert theory.bayes_risk(spectrum, n, 0.5 * noise_var) <= best * (1 + 1e-6)


@FEW
@given(st.integers(2, 8), st.integers(1, 12), decays, st.integers(0, 2**31))
def test_duality_gaps_bound_every_weight(dim, n, weight_decay, seed):
    """No objective lies below the bound that another weight vector certifies."""
    rng = np.random.default_rng(seed)
    inputs, labels = rng.standard_normal((n, dim)), rng.standard_normal(n)
    assume(np.linalg.norm(labels) > 1e-3)
    design = inputs / np.sqrt(dim)
    weights = [np.zeros(dim), *rng.standard_normal((3, dim))]
    objectives = [0.5 * np.sum((labels - design @ w) ** 2) + weight_decay * np.abs(w).sum() for w in weights]
    gaps = [diagonal.Certificate(design, labels, weight_decay).sharpen(w, 1e-10) for w in weights]
    bounds = [objective * (1 - gap) for objective, gap in zip(objectives, gaps, strict=True)]
    assert min(gaps) >= -1e-12
    assert max(bounds) <= min(objectives) * (1 + 1e-10)
    # S = U U^T
    factors = [np.zeros((dim, 1)), *rng.standard_normal((3, dim, dim))]
    objectives = []
    for factor in factors:
        outputs = (np.sum((inputs @ factor) ** 2, axis=1) - np.sum(factor**2)) / np.sqrt(dim)
        objectives.append(np.sum((labels - outputs) ** 2) + weight_decay * np.sum(factor**2))
    data = Measurements(inputs, labels)
    gaps = [quadratic.Certificate(data, weight_decay).sharpen(factor, 1e-8) for factor in factors]
    bounds = [objective * (1 - gap) for objective, gap in zip(objectives, gaps, strict=True)]
    assert min(gaps) >= -1e-12
    assert max(bounds) <= min(objectives) * (1 + 1e-10)
