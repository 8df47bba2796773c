"""Correlated inputs: state evolution against simulations, limits and merged features; certified minima."""

import itertools
from functools import partial

import numpy as np
import pytest

from scaling_spectra.correlated_diagram import LINES, boundaries
from scaling_spectra.correlated_rates import predicted, rates
from scaling_spectra.networks.diagonal import correlated as diagonal
from scaling_spectra.networks.diagonal.theory import state_evolution as white_diagonal
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic import correlated as quadratic
from scaling_spectra.networks.quadratic.gaussian import GaussianMeasurements
from scaling_spectra.networks.quadratic.theory import state_evolution as white_quadratic
from scaling_spectra.spectrum import from_values, power_law
from scaling_spectra.whitened import DECAYS, rotate, variances, whiten, whitened_power_law

NOISE = 0.5
NETWORKS = ("diagonal", "quadratic")
WHITE = {"diagonal": white_diagonal, "quadratic": white_quadratic}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("n_eff", "weight_decay"), [(20, 0.01), (20, 1.0), (300, 3.0)])
def test_white_inputs_are_a_special_case(network, n_eff, weight_decay):
    dim, module = 60, correlated_of(network)
    samples = n_eff * (dim if network == "quadratic" else 1)
    spectrum = power_law(dim, 0.75)
    expected = WHITE[network](spectrum, samples, weight_decay, NOISE)
    for decay in DECAYS:
        features = whiten(spectrum.values, variances(dim, 0.0, "aligned"), module.POWER, decay)
        found = module.state_evolution(features, samples, weight_decay, NOISE)
        assert found.risk == pytest.approx(expected.risk, rel=1e-8)
        assert found.train_loss == pytest.approx(expected.train_loss, rel=1e-8)


@pytest.mark.parametrize("network", NETWORKS)
def test_matched_decay_is_white_inputs_with_a_steeper_teacher(network):
    dim, module = 60, correlated_of(network)
    samples = 30 * (dim if network == "quadratic" else 1)
    features = whiten(
        power_law(dim, 0.75).values, variances(dim, 0.5, "random", np.random.default_rng(1)), 2, "matched"
    )
    expected = WHITE[network](from_values(features.scales), samples, 1.0, NOISE)
    assert module.state_evolution(features, samples, 1.0, NOISE).risk == pytest.approx(expected.risk, rel=1e-8)


@pytest.mark.parametrize(("exponent", "distance"), [(0.5, 0.4859), (1.0, 0.3042)])
def test_numbers_of_a_second_program(exponent, distance):
    """d = 60, gamma = 0.75, lambda = 1, n_eff = 20, by a half circle of 64 nodes and a numerical Jacobian."""
    features = whiten(power_law(60, 0.75).values, variances(60, exponent, "aligned"), 2, "plain")
    assert quadratic.state_evolution(features, 1200, 1.0, NOISE).risk / 2 == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("position", ["aligned", "against"])
@pytest.mark.parametrize(("n_eff", "weight_decay"), [(10, 0.02), (300, 0.3)])
def test_merged_features_change_nothing(network, position, n_eff, weight_decay):
    dim, module = 3000, correlated_of(network)
    samples = n_eff * (dim if network == "quadratic" else 1)
    merged = whitened_power_law(dim, 0.75, 1.0, position, module.POWER, "plain")
    full = whiten(power_law(dim, 0.75).values, variances(dim, 1.0, position), module.POWER, "plain")
    assert merged.scales.size < dim / 4
    few, all_of_them = (module.state_evolution(part, samples, weight_decay, NOISE) for part in (merged, full))
    assert few.risk == pytest.approx(all_of_them.risk, rel=1e-8)
    assert few.threshold == pytest.approx(all_of_them.threshold, rel=1e-8)


def test_a_rotation_by_nothing_is_no_rotation():
    scales, variance = power_law(25, 0.75).values, variances(25, 0.5, "aligned")
    features, rotated = whiten(scales, variance, 2, "plain"), rotate(scales, variance, np.eye(25), "plain")
    found = [quadratic.state_evolution(part, 250, 1.0, NOISE).risk for part in (features, rotated)]
    assert found[0] == pytest.approx(found[1], rel=1e-8)


def gaussian_risks(exponent, position, n_eff, weight_decay, dim, replicas, rng):
    """Risks with Gaussian measurements of the covariance of (x x^T - Sigma)/sqrt(d), and state evolution."""
    scales, samples = power_law(dim, 0.75).values, round(n_eff * dim)
    if position == "rotated":
        variance, rotation = variances(dim, exponent, "aligned"), np.linalg.qr(rng.standard_normal((dim, dim)))[0]
        features = rotate(scales, variance, rotation, "plain")
        teacher = features.teacher
    else:
        variance = variances(dim, exponent, position)
        features = whiten(scales, variance, 2, "plain")
        teacher = np.diag(features.scales)
    rows, columns = np.triu_indices(dim)
    risks = []
    for _ in range(replicas):
        white = GaussianMeasurements(
            np.sqrt(2 / dim) * rng.standard_normal((samples, rows.size)), np.zeros(samples), dim
        )
        labels = white.forward_symmetric(teacher) + np.sqrt(NOISE) * rng.standard_normal(samples)
        data = GaussianMeasurements(white.rows * np.sqrt(variance[rows] * variance[columns]), labels, dim)
        solution = convex.solve_measured(data, weight_decay * dim, tol=1e-6, memory=1e9)
        assert solution.relative_gap <= 1e-6
        whitened = np.sqrt(variance)[:, None] * solution.factor
        risks.append(2 * np.sum((whitened @ whitened.T - teacher) ** 2) / dim)
    return np.array(risks), quadratic.state_evolution(features, samples, weight_decay, NOISE).risk


def agrees(risks, expected, allowed=4.0, finite=0.02):
    """Mean within `allowed` standard errors and a finite-size share of state evolution."""
    error = risks.std(ddof=1) / np.sqrt(risks.size)
    return abs(risks.mean() - expected) <= allowed * np.hypot(error, finite * expected / allowed)


@pytest.mark.parametrize("point", [(0.5, "aligned", 10, 1.0), (0.5, "rotated", 15, 1.0)])
def test_state_evolution_is_that_of_gaussian_measurements(point):
    risks, expected = gaussian_risks(*point, dim=25, replicas=8, rng=np.random.default_rng(5))
    assert agrees(risks, expected)


@pytest.mark.soak
@pytest.mark.parametrize("position", ["aligned", "against", "rotated"])
@pytest.mark.parametrize("exponent", [0.5, 1.0])
@pytest.mark.parametrize(("n_eff", "weight_decay"), [(5, 0.3), (10, 1.0), (30, 1.0), (30, 0.1)])
def test_state_evolution_at_many_points(position, exponent, n_eff, weight_decay):
    risks, expected = gaussian_risks(exponent, position, n_eff, weight_decay, 40, 24, np.random.default_rng(9))
    assert agrees(risks, expected)


@pytest.mark.parametrize(("position", "exponent", "samples"), [("aligned", 0.5, 100), ("against", 1.0, 300)])
def test_lasso_with_correlated_inputs_follows_its_own_teacher(position, exponent, samples):
    dim, rng = 120, np.random.default_rng(3)
    variance = variances(dim, exponent, position)
    features = whiten(power_law(dim, 0.75).values, variance, 1, "plain")
    distances, expected = [], []
    for _ in range(20):
        teacher = features.scales * rng.standard_normal(dim)
        white = rng.standard_normal((samples, dim))
        labels = white @ teacher / np.sqrt(dim) + np.sqrt(NOISE) * rng.standard_normal(samples)
        draw = partial(lambda *block: iter([block]), white * np.sqrt(variance), labels)
        record = diagonal.prepare(draw, teacher, variance, width=1.0, tol=1e-8)(1.0)
        assert record.converged
        own = diagonal.conditional_state_evolution(teacher, features.prices, samples, 1.0, NOISE).risk
        distances.append(record.risk - own)
        expected.append(own)
    assert abs(np.mean(distances)) <= 4 * np.std(distances) / np.sqrt(20) + 0.02 * np.mean(expected)


@pytest.mark.parametrize("samples", [40, 400])
def test_quadratic_minimum_with_correlated_inputs_is_that_of_whitened_ones(samples):
    """The penalty of S is Tr Sigma^(-1) S' of the whitened S': a proximal step on the samples themselves stays."""
    dim, rng = 8, np.random.default_rng(2)
    variance = variances(dim, 1.0, "aligned")
    teacher = whiten(power_law(dim, 0.75).values, variance, 2, "plain").scales
    inputs = rng.standard_normal((samples, dim)) * np.sqrt(variance)
    z = (np.einsum("ni,nj->nij", inputs, inputs) - np.diag(variance)) / np.sqrt(dim)
    labels = np.einsum("nii,i->n", z, teacher / variance) + np.sqrt(NOISE) * rng.standard_normal(samples)
    record = quadratic.prepare(lambda: iter([(inputs, labels)]), teacher, variance, width=1.0, tol=1e-10)(0.5)
    assert record.converged
    data = quadratic.measurements(iter([(inputs[:30], labels[:30]), (inputs[30:], labels[30:])]), variance)
    solution = convex.solve_measured(data, 0.5 * dim, tol=1e-10, memory=1e9)
    learned = solution.factor @ solution.factor.T
    objective = np.sum((labels - np.einsum("nij,ij->n", z, learned)) ** 2) + 0.5 * dim * np.trace(learned)
    assert record.objective == pytest.approx(objective, rel=1e-9)
    gradient = -2 * np.einsum("n,nij->ij", labels - np.einsum("nij,ij->n", z, learned), z) + 0.5 * dim * np.eye(dim)
    step = 1e-3 / samples
    values, vectors = np.linalg.eigh(learned - step * gradient)
    np.testing.assert_allclose(
        (vectors * np.maximum(values, 0)) @ vectors.T, learned, atol=1e-5 * np.abs(learned).max()
    )
    root = np.sqrt(variance)
    whitened = root[:, None] * learned * root
    assert record.risk == pytest.approx(2 * np.sum((whitened - np.diag(teacher)) ** 2) / dim, rel=1e-6)


def test_what_is_out_of_range_is_refused():
    with pytest.raises(ValueError, match="position: 'sideways' is not one of aligned, against, random"):
        variances(5, 0.5, "sideways")
    with pytest.raises(ValueError, match="decay: 'none' is not one of plain, matched"):
        whiten(np.ones(3), np.ones(3), 2, "none")
    with pytest.raises(ValueError, match="samples: -1 is not positive and finite"):
        quadratic.state_evolution(whiten(np.ones(3), np.ones(3), 2, "plain"), -1, 1.0, 0.5)


@pytest.mark.parametrize("n_eff", [4, 20])
def test_a_network_trained_on_correlated_inputs_reaches_that_minimum(n_eff):
    from scaling_spectra.networks.quadratic import correlated_training

    dim, rng = 12, np.random.default_rng(4)
    variance = variances(dim, 1.0, "aligned")
    teacher = whiten(power_law(dim, 0.75).values, variance, 2, "plain").scales
    white = rng.standard_normal((n_eff * dim, dim))
    labels = (white**2 @ teacher - teacher.sum()) / np.sqrt(dim) + np.sqrt(NOISE) * rng.standard_normal(len(white))
    block = white * np.sqrt(variance), labels
    exact = quadratic.prepare(lambda: iter([block]), teacher, variance, width=1.0, tol=1e-9)(1.0)
    options = {"width": 1.0, "tol": 1e-6, "max_evaluations": 5000, "init_scale": 0.1}
    train = correlated_training.prepare(lambda: iter([block]), teacher, variance, **options)
    trained = train(1.0, np.random.default_rng(0))
    assert trained.converged
    assert trained.objective == pytest.approx(exact.objective, rel=2e-6)
    assert trained.risk == pytest.approx(exact.risk, rel=0.02)


@pytest.mark.parametrize(
    ("network", "gamma", "exponent", "limit", "decay"),
    [
        # of 3000 features the largest would mix with more directions than there are
        ("quadratic", 2.0, 1.0, "noise", "plain"),
        # what 300 features miss is not small beside Delta
        ("diagonal", 0.55, 0.5, "noise", "plain"),
        *(
            pytest.param(network, gamma, exponent, *case, marks=pytest.mark.soak)
            for network, gamma, exponent, case in itertools.product(
                NETWORKS,
                (0.55, 0.6, 1.0, 1.25, 2.0, 4.0),
                (0.5, 1.0),
                (("shrinkage", "plain"), ("noise", "plain"), ("noise", "matched")),
            )
        ),
    ],
)
def test_windows_lie_where_the_exponent_holds(network, gamma, exponent, limit, decay):
    (rate,) = rates(network, gamma, exponent, 0.5, 10**12, [(limit, decay, "aligned")])
    assert np.isfinite(rate.slope)
    if np.isfinite(rate.predicted) and not rate.logarithmic:
        assert rate.slope == pytest.approx(rate.predicted, abs=0.011)


def test_half_is_half_whatever_its_last_digit():
    """At a = 1/2 what the largest features mix with sums up to a logarithm: no single power."""
    exact, next_to_it, above = (
        predicted("quadratic", 0.75, exponent, "noise", "plain") for exponent in (0.5, 0.5 * (1 + 1e-13), 0.51)
    )
    assert np.isnan([exact, next_to_it]).all()
    assert np.isfinite(above)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("gamma", [0.55, 0.75, 4.0])
def test_boundaries_are_found_from_the_least_dimension_on(network, gamma):
    """A root finder's error ended them at d = 2, which a configuration could ask for."""
    for exponent in (0.0, 1.0, 4.0):
        lines = list(boundaries(network, gamma, exponent, NOISE, 1000, np.array([1.0, 1e3, 1e6])))
        assert [name for name, _, _ in lines] == list(LINES)
        assert all(np.isfinite(decays).all() and (decays > 0).all() for _, _, decays in lines)
