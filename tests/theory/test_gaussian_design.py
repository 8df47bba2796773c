"""Gaussian measurements, the effective model at finite d, and the error by entries."""

import numpy as np
import pytest

from scaling_spectra.networks.quadratic import convex, effective, problem, theory
from scaling_spectra.networks.quadratic.entries import PARTS, error_entries
from scaling_spectra.networks.quadratic.gaussian import GaussianMeasurements, draw_gaussian
from scaling_spectra.spectrum import from_values, power_law


def svec(matrices):
    """Upper triangles of symmetric matrices, shape (n, d, d), that keep inner products."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return matrices[:, rows, columns] * np.where(rows == columns, 1.0, np.sqrt(2.0))


def symmetric(count, dim, rng):
    """Z of the Gaussian design, entry by entry: variance 1/d off and 2/d on the diagonal."""
    upper = np.triu(rng.standard_normal((count, dim, dim)), 1) / np.sqrt(dim)
    diagonal = rng.standard_normal((count, dim)) * np.sqrt(2 / dim)
    return upper + upper.swapaxes(1, 2) + diagonal[:, :, None] * np.eye(dim)


def test_both_ensembles_have_one_covariance():
    """2/d times the identity, in svec, for (x x^T - I)/sqrt(d) and for the Gaussian design."""
    rng, dim, count = np.random.default_rng(0), 5, 40_000
    inputs = rng.standard_normal((count, dim))
    of_inputs = svec((inputs[:, :, None] * inputs[:, None, :] - np.eye(dim)) / np.sqrt(dim))
    gaussian = draw_gaussian(np.ones(dim), 15, 0.5, rng).rows
    drawn = np.concatenate([gaussian, *(draw_gaussian(np.ones(dim), 15, 0.5, rng).rows for _ in range(2000))])
    for rows in (of_inputs, svec(symmetric(count, dim, rng)), drawn):
        np.testing.assert_allclose(rows.T @ rows / len(rows), 2 / dim * np.eye(15), atol=0.025)


def test_measurements_agree_with_dense_matrices():
    rng = np.random.default_rng(1)
    z, labels = symmetric(30, 6, rng), rng.standard_normal(30)
    data = GaussianMeasurements(svec(z), labels, 6)
    factor = rng.standard_normal((6, 3))
    expected = np.einsum("mij,ij->m", z, factor @ factor.T)
    np.testing.assert_allclose(data.forward(factor), expected, rtol=1e-12)
    np.testing.assert_allclose(data.adjoint(labels), np.einsum("m,mij->ij", labels, z), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(data.kernel(), np.einsum("mij,nij->mn", z, z), rtol=1e-11, atol=1e-12)
    evaluation = data.evaluate(factor)
    np.testing.assert_allclose(evaluation.residual, labels - expected, rtol=1e-12)
    np.testing.assert_allclose(evaluation.adjoint, data.adjoint(labels - expected), rtol=1e-12)
    with pytest.raises(ValueError, match="rows: shape"):
        GaussianMeasurements(svec(z), labels[:-1], 6)


def test_as_many_measurements_as_unknowns_and_one_stand_for_all():
    """T of Z = Q T and Q^T y give the minimiser and, with the rest of y, the objective and the gap."""
    rng, dim = np.random.default_rng(2), 7
    teacher = np.sqrt(dim) * np.arange(1, dim + 1) ** -1.0
    rows = svec(symmetric(60, dim, rng))
    labels = rows @ svec(np.diag(teacher)[None])[0] + rng.standard_normal(60)
    orthogonal, upper = np.linalg.qr(rows)
    reached = orthogonal.T @ labels
    unreached = np.linalg.norm(labels - orthogonal @ reached)
    reduced = GaussianMeasurements(np.vstack([upper, np.zeros((1, rows.shape[1]))]), np.append(reached, unreached), dim)
    for penalty in (0.5, 7.0):
        full, few = (
            convex.solve_measured(data, penalty, tol=1e-9)
            for data in (GaussianMeasurements(rows, labels, dim), reduced)
        )
        assert max(full.relative_gap, few.relative_gap) <= 1e-9
        assert few.primal == pytest.approx(full.primal, rel=2e-9)
        assert few.unique
        np.testing.assert_allclose(few.factor @ few.factor.T, full.factor @ full.factor.T, atol=1e-3)


def test_drawn_measurements_have_the_law_of_all():
    """Mean and variance of sum z z^T (Wishart), and the mean of |y|^2."""
    rng, dim, samples = np.random.default_rng(3), 3, 20
    teacher = np.array([2.0, 1.0, 0.5])
    data = [draw_gaussian(teacher, samples, 0.5, rng) for _ in range(4000)]
    assert data[0].rows.shape == (7, 6)
    moments = np.array([d.rows.T @ d.rows for d in data]) * dim / 2
    np.testing.assert_allclose(moments.mean(0), samples * np.eye(6), atol=0.5)
    np.testing.assert_allclose(moments.var(0), samples * (1 + np.eye(6)), rtol=0.15)
    squared = np.mean([d.labels_squared for d in data])
    assert squared == pytest.approx(samples * (2 * np.sum(teacher**2) / dim + 0.5), rel=0.02)


def test_without_penalty_the_risk_is_that_of_least_squares():
    """R = Delta D/(n - D - 1), D = d(d + 1)/2, far from the boundary of the cone."""
    dim, samples, noise_var = 6, 90, 0.5
    teacher = np.full(dim, 20.0)
    risks = []
    for seed in range(120):
        data = draw_gaussian(teacher, samples, noise_var, np.random.default_rng(seed))
        factor = convex.solve_measured(data, 1e-6, tol=1e-10).factor
        risks.append(problem.risk(factor @ factor.T, teacher))
    error = np.std(risks) / np.sqrt(len(risks))
    assert np.mean(risks) == pytest.approx(noise_var * 21 / (samples - 22), abs=4 * error)
    assert error < 0.04 * np.mean(risks)


@pytest.mark.parametrize("samples", [25, 400])
def test_few_and_many_gaussian_measurements_are_certified_near_interpolation(samples):
    teacher = power_law(8, 0.75).values
    for penalty in (1e-3, 1.0):
        data = draw_gaussian(teacher, samples, 0.5, np.random.default_rng(4))
        solution = convex.solve_measured(data, penalty, tol=1e-8)
        assert solution.relative_gap <= 1e-8
        matrix = solution.factor @ solution.factor.T
        residual = data.labels - data.forward_symmetric(matrix)
        slack = penalty * np.eye(8) - data.adjoint(solution.dual)
        assert np.linalg.eigvalsh(slack)[0] >= -1e-9 * penalty
        dual = solution.dual @ data.labels - solution.dual @ solution.dual / 4
        assert residual @ residual + penalty * np.trace(matrix) - dual <= 1.01e-8 * solution.primal


def test_divergence_is_the_sum_of_all_derivatives():
    """Of the map X -> (X - b)_+, by finite differences along an orthonormal basis of symmetric matrices."""
    rng, dim, step = np.random.default_rng(5), 4, 1e-5
    teacher, noise = np.array([2.0, 1.0, 0.4, 0.1]), effective.goe(4, 1, rng)

    def learned(matrix):
        values, vectors = np.linalg.eigh(matrix)
        return (vectors * np.maximum(values, 0)) @ vectors.T

    draws = effective.effective_draws(teacher, 0.7, 0.3, noise)
    centre = np.diag(teacher - 0.3) + 0.7 * noise[0]
    np.testing.assert_allclose(draws.learned[0], learned(centre), atol=1e-12)
    assert draws.distance[0] == pytest.approx(np.sum((learned(centre) - np.diag(teacher)) ** 2) / dim)
    total = 0.0
    for i in range(dim):
        for j in range(i, dim):
            direction = np.zeros((dim, dim))
            direction[i, j] = direction[j, i] = 1.0 if i == j else np.sqrt(0.5)
            change = learned(centre + step * direction) - learned(centre - step * direction)
            total += np.sum(change * direction) / (2 * step)
    assert draws.divergence[0] == pytest.approx(total / dim**2, rel=1e-6)


def test_the_effective_model_tends_to_state_evolution():
    """At d = 120 and n_eff = 100, averages over few draws are within 2 % of the limits, self-consistent or not."""
    dim, samples = 120, 12_000
    teacher = power_law(dim, 1.0).values
    limit = theory.state_evolution(power_law(dim, 1.0), samples, 1.0, 0.5)
    noise = effective.goe(dim, 12, np.random.default_rng(6))
    draws = effective.effective_draws(teacher, limit.delta, limit.threshold, noise)
    consistent, again = effective.self_consistent(teacher, samples, 1.0, 0.5, noise, limit)
    for found in (draws, again):
        assert 2 * found.distance.mean() == pytest.approx(limit.risk, rel=0.02)
        assert found.divergence.mean() == pytest.approx(limit.divergence, rel=0.02)
    assert consistent.risk == 2 * again.distance.mean()
    assert consistent.delta == pytest.approx(limit.delta, rel=0.01)
    assert consistent.residual <= 1e-4


def test_self_consistency_has_a_closed_form_where_nothing_is_cut():
    """M = delta^2 (d + 1)/d + b^2 and D = (d + 1)/2d at finite d; R = Delta D'/(n - D'), D' = d(d + 1)/2, at b = 0."""
    dim, samples, weight_decay, noise_var = 6, 90, 0.5, 0.5
    teacher, alpha = np.full(6, 20.0), 90 / 36
    limit = theory.state_evolution(from_values(teacher), samples, weight_decay, noise_var)
    noise = effective.goe(dim, 8_000, np.random.default_rng(7))
    found, draws = effective.self_consistent(teacher, samples, weight_decay, noise_var, noise, limit, tol=1e-8)
    divergence = (dim + 1) / (2 * dim)
    assert found.divergence == pytest.approx(divergence, rel=1e-12)
    threshold = weight_decay / (4 * (alpha - divergence))
    assert found.threshold == pytest.approx(threshold, rel=1e-6)
    squared = (noise_var / 2 + threshold**2) / (2 * alpha - 2 * divergence)
    assert found.delta**2 == pytest.approx(squared, rel=0.01)
    assert found.risk == pytest.approx(2 * draws.distance.mean())
    assert found.train_loss == pytest.approx((noise_var + found.risk) * (1 - divergence / alpha) ** 2, rel=1e-6)


def test_error_entries_sum_to_the_risk_and_tell_bias_from_noise():
    rng, dim, count, top = np.random.default_rng(8), 6, 4000, 2
    teacher = np.array([3.0, 2.0, 1.0, 0.5, 0.2, 0.1])
    bias = np.array([0.4, -0.1, 0.7, 0, 0, 0])
    noise = 0.3 * effective.goe(dim, count, rng)
    learned = np.diag(teacher + bias) + noise
    parts = error_entries(learned, teacher, top)
    assert tuple(parts) == PARTS
    risks = [problem.risk(matrix, teacher) for matrix in learned]
    np.testing.assert_allclose(sum(parts.values()), risks, rtol=1e-12)
    variance = 0.09 / dim
    expected = {
        "systematic": np.sum(bias[:top] ** 2),
        "diagonal_noise": top * 2 * variance,
        "rows": 2 * (1 + 2 * 4) * variance,
        "rest": bias[2] ** 2 + (4 * 2 + 4 * 3) * variance,
    }
    for name, value in expected.items():
        error = parts[name].std() / np.sqrt(count)
        assert parts[name].mean() == pytest.approx(2 / dim * value, abs=4 * error)
    # the error of a squared mean, b^2: 2 b times that of the mean, for each entry
    spread = 2 / dim * 2 * np.linalg.norm(bias[:top]) * np.sqrt(2 * variance)
    assert parts["systematic"].std() == pytest.approx(spread, rel=0.05)


def test_rows_of_diagonal_errors_are_exactly_zero():
    rng = np.random.default_rng(9)
    teacher = np.arange(1.0, 8.0)
    for top in range(8):
        learned = np.apply_along_axis(np.diag, 1, rng.standard_normal((50, 7)))
        assert np.all(error_entries(learned, teacher, top)["rows"] == 0)


def test_error_entries_of_one_replica_are_refused():
    with pytest.raises(ValueError, match="learned: 1 replica"):
        error_entries(np.zeros((1, 3, 3)), np.ones(3), 1)


# M at gamma = 1, Delta = 0.5, d = 40, lambda = 1: n_eff, limit, then mean and standard error over many seeds with
# inputs and with Gaussian measurements
MEASURED = [(10, 0.4482, 0.5223, 0.0025, 0.448, 0.010), (30, 0.1635, 0.1753, 0.0006, 0.1659, 0.0005)]


@pytest.mark.parametrize(("n_eff", "limit", "inputs", "inputs_error", "gaussian", "gaussian_error"), MEASURED)
def test_inputs_deviate_and_gaussian_measurements_do_not(n_eff, limit, inputs, inputs_error, gaussian, gaussian_error):
    dim, replicas = 40, 16
    spectrum, samples = power_law(dim, 1.0), 40 * n_eff
    teacher = spectrum.values
    assert theory.state_evolution(spectrum, samples, 1.0, 0.5).risk / 2 == pytest.approx(limit, abs=5e-5)
    found = {"inputs": [], "gaussian": []}
    for seed in range(replicas):
        rng = np.random.default_rng([seed, n_eff])
        x = rng.standard_normal((samples, dim))
        labels = problem.outputs(teacher, x) + np.sqrt(0.5) * rng.standard_normal(samples)
        solutions = {
            "inputs": convex.solve(x, labels, dim, tol=1e-5),
            "gaussian": convex.solve_measured(draw_gaussian(teacher, samples, 0.5, rng), dim, tol=1e-5),
        }
        for name, solution in solutions.items():
            assert solution.relative_gap <= 1e-5
            assert solution.unique
            found[name].append(problem.risk(solution.factor @ solution.factor.T, teacher) / 2)
    means = {name: np.mean(values) for name, values in found.items()}
    errors = {name: np.std(values, ddof=1) / np.sqrt(replicas) for name, values in found.items()}
    assert means["inputs"] == pytest.approx(inputs, abs=3.5 * np.hypot(errors["inputs"], inputs_error))
    assert means["gaussian"] == pytest.approx(gaussian, abs=3.5 * np.hypot(errors["gaussian"], gaussian_error))
    if n_eff == 10:  # 16 % of the risk, in errors of a few percent
        assert means["inputs"] - means["gaussian"] > 2 * np.hypot(*errors.values())
