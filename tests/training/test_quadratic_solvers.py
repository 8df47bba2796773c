"""Convex solvers of the quadratic network: optimality, agreement, exact cases, uniqueness."""

import clarabel
import numpy as np
import pytest
from scipy import sparse

from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.measurements import Measurements, StreamedMeasurements
from scaling_spectra.networks.quadratic.solvers import admm, interior_point, proximal_gradient
from scaling_spectra.networks.quadratic.solvers.anderson import Anderson
from scaling_spectra.networks.quadratic.statistics import Statistics


def sampled(dim, n_eff, *, gamma=1.0, noise_var=0.5, seed=0):
    """Inputs, labels and the teacher's eigenvalues."""
    rng = np.random.default_rng([seed, dim])
    n = round(n_eff * dim)
    inputs = rng.standard_normal((n, dim))
    teacher = np.sqrt(dim) * np.arange(1, dim + 1) ** -gamma
    labels = (inputs**2 @ teacher - teacher.sum()) / np.sqrt(dim) + np.sqrt(noise_var) * rng.standard_normal(n)
    return inputs, labels, teacher


def run(name, inputs, labels, penalty, tol):
    data = Measurements(inputs, labels)
    if name == "proximal gradient":
        return proximal_gradient.solve(data, penalty, tol=tol, max_iterations=20_000)
    if name == "interior point":
        return interior_point.solve(data, penalty, tol=tol)
    rough = proximal_gradient.solve(data, penalty, tol=1e-2, max_iterations=30)
    factorise = name == "ADMM"
    return admm.solve(data, penalty, tol=tol, max_iterations=2000, start=rough.factor, factorise=factorise)


def dense(inputs):
    dim = inputs.shape[1]
    return (inputs[:, :, None] * inputs[:, None, :] - np.eye(dim)) / np.sqrt(dim)


def assert_certified(solution, inputs, labels, penalty, tol):
    """Primal and dual values, dual feasibility, gap and complementary slackness, from dense measurements."""
    z = dense(inputs)
    matrix = solution.factor @ solution.factor.T
    residual = labels - np.einsum("mij,ij->m", z, matrix)
    primal = residual @ residual + penalty * np.trace(matrix)
    dual = solution.dual @ labels - solution.dual @ solution.dual / 4
    slack = penalty * np.eye(inputs.shape[1]) - np.einsum("m,mij->ij", solution.dual, z)
    assert solution.primal == pytest.approx(primal, rel=1e-9)
    assert solution.squared == pytest.approx(residual @ residual, rel=1e-6, abs=1e-9 * primal)
    assert solution.dual_value == pytest.approx(dual, rel=1e-9)
    assert np.linalg.eigvalsh(slack)[0] >= -1e-10 * penalty
    assert primal - dual <= (tol + 1e-11) * primal
    # P - D = |r - u/2|^2 + Tr[S M], both terms non-negative
    assert np.sum(matrix * slack) <= (tol + 1e-11) * primal
    assert np.sum((residual - solution.dual / 2) ** 2) <= (tol + 1e-11) * primal


SOLVERS = ("proximal gradient", "ADMM", "ADMM by conjugate gradients", "interior point")


@pytest.mark.parametrize(("dim", "n_eff", "weight_decay"), [(20, 8, 1.0), (20, 4, 0.3), (16, 30, 0.05)])
@pytest.mark.parametrize("name", SOLVERS)
def test_each_solver_meets_the_optimality_conditions(name, dim, n_eff, weight_decay):
    inputs, labels, _ = sampled(dim, n_eff)
    penalty = weight_decay * dim
    solution = run(name, inputs, labels, penalty, 1e-8)
    assert name.startswith(solution.method)
    assert solution.relative_gap <= 1e-8
    assert_certified(solution, inputs, labels, penalty, 1e-8)


@pytest.mark.parametrize(
    ("n_eff", "weight_decay", "gamma", "noise_var"),
    [(6, 1 / 30, 1.0, 0.5), (10, 1e-3, 0.6, 0.0), (12, 0.3, 2.0, 0.5), (14, 1e-4, 1.0, 0.0)],
)
def test_solvers_agree_near_interpolation(n_eff, weight_decay, gamma, noise_var):
    inputs, labels, _ = sampled(30, n_eff, gamma=gamma, noise_var=noise_var)
    first = run("ADMM", inputs, labels, 30 * weight_decay, 1e-8)
    second = run("interior point", inputs, labels, 30 * weight_decay, 1e-8)
    assert max(first.relative_gap, second.relative_gap) <= 1e-8
    assert first.primal == pytest.approx(second.primal, rel=2e-8)
    difference = first.factor @ first.factor.T - second.factor @ second.factor.T
    assert np.linalg.norm(difference) <= 2e-3 * np.linalg.norm(second.factor.T @ second.factor)
    assert first.factor.shape == second.factor.shape


def conic_optimum(inputs, labels, penalty):
    """min |t|^2 + c Tr S with t = y - A(S), S >= 0, by a general conic solver."""
    n, dim = inputs.shape
    z = dense(inputs)
    # clarabel's triangle: columns of the upper half, off-diagonal entries times sqrt(2)
    columns, rows = np.tril_indices(dim)
    weights = np.where(rows == columns, 1.0, np.sqrt(2.0))
    triangle = z[:, rows, columns] * weights
    size = rows.size
    quadratic = sparse.block_diag([2 * sparse.eye(n), sparse.csc_matrix((size, size))], format="csc")
    linear = np.concatenate([np.zeros(n), penalty * (rows == columns)])
    equalities = sparse.hstack([sparse.eye(n), sparse.csc_matrix(triangle)])
    cone = sparse.hstack([sparse.csc_matrix((size, n)), -sparse.eye(size)])
    constraints = sparse.vstack([equalities, cone], format="csc")
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_rel = settings.tol_gap_abs = settings.tol_feas = 1e-10
    cones = [clarabel.ZeroConeT(n), clarabel.PSDTriangleConeT(dim)]
    offsets = np.concatenate([labels, np.zeros(size)])
    solution = clarabel.DefaultSolver(quadratic, linear, constraints, offsets, cones, settings).solve()
    matrix = np.zeros((dim, dim))
    matrix[rows, columns] = np.array(solution.x[n:]) / weights
    return solution.obj_val, matrix + np.triu(matrix, 1).T


@pytest.mark.parametrize(("n_eff", "weight_decay"), [(3, 1.0), (8, 0.1), (20, 3.0)])
def test_a_conic_solver_finds_the_same_minimum(n_eff, weight_decay):
    inputs, labels, _ = sampled(10, n_eff, seed=2)
    value, matrix = conic_optimum(inputs, labels, 10 * weight_decay)
    solution = convex.solve(inputs, labels, 10 * weight_decay, tol=1e-9)
    assert solution.primal == pytest.approx(value, rel=1e-7)
    np.testing.assert_allclose(solution.factor @ solution.factor.T, matrix, atol=2e-4 * np.linalg.norm(matrix))


def test_penalties_above_the_threshold_leave_no_weight():
    inputs, labels, _ = sampled(12, 5)
    threshold = 2 * np.linalg.eigvalsh(np.einsum("m,mij->ij", labels, dense(inputs)))[-1]
    above = convex.solve(inputs, labels, 1.0001 * threshold)
    assert above.factor.shape == (12, 0)
    assert above.relative_gap == 0
    assert above.unique
    assert_certified(above, inputs, labels, 1.0001 * threshold, 0)
    below = convex.solve(inputs, labels, 0.999 * threshold)
    assert below.factor.shape == (12, 1)


def test_no_samples_and_zero_labels():
    nothing = convex.solve(np.empty((0, 5)), np.empty(0), 1.0)
    assert nothing.factor.shape == (5, 0)
    assert nothing.primal == nothing.dual_value == nothing.relative_gap == 0
    silent = convex.solve(np.ones((3, 5)), np.zeros(3), 1.0)
    assert silent.factor.shape == (5, 0)
    assert silent.relative_gap == 0


def test_noiseless_samples_beyond_the_unknowns_recover_the_teacher():
    """n > d(d + 1)/2, Delta = 0: S = S* + O(lambda), and first order in lambda from the normal equations."""
    dim, weight_decay = 14, 1e-6
    inputs, labels, teacher = sampled(dim, 12, noise_var=0.0)
    solution = convex.solve(inputs, labels, weight_decay * dim, tol=1e-8)
    z = dense(inputs).reshape(len(inputs), -1)
    first_order = np.linalg.pinv(z.T @ z) @ np.eye(dim).ravel() * weight_decay * dim / 2
    expected = np.diag(teacher) - first_order.reshape(dim, dim)
    np.testing.assert_allclose(solution.factor @ solution.factor.T, expected, atol=1e-6)


def test_one_sample_has_a_closed_form():
    """One sample, S = s v v^T along x: minimise (y - s a)^2 + c s, a = (|x|^2 - 1)/sqrt(d)."""
    dim, penalty = 6, 0.7
    x = np.random.default_rng(3).standard_normal(dim)
    gain = (x @ x - 1) / np.sqrt(dim)
    assert gain > 0
    label = 5.0
    weight = (label - penalty / (2 * gain)) / gain
    solution = convex.solve(x[None], np.array([label]), penalty, tol=1e-10)
    expected = weight * np.outer(x, x) / (x @ x)
    np.testing.assert_allclose(solution.factor @ solution.factor.T, expected, atol=1e-4)
    assert solution.primal == pytest.approx((label - weight * gain) ** 2 + penalty * weight, rel=1e-9)


def test_one_negative_label_fixes_only_the_trace():
    """x^T S x >= 0: y < 0 asks Tr S = -sqrt(d) y with S x = 0, and says nothing else of S."""
    x = np.random.default_rng(3).standard_normal(6)
    solution = convex.solve(x[None], np.array([-5.0]), 0.01, tol=1e-8)
    assert not solution.unique
    assert np.sum(solution.factor**2) == pytest.approx(5 * np.sqrt(6) - 0.01 / 2 * 6, rel=1e-4)


@pytest.mark.parametrize(("n_eff", "weight_decay", "unique"), [(0.5, 1e-4, False), (2, 1e-3, False), (6, 1.0, True)])
def test_unique_minima_do_not_depend_on_the_solver(n_eff, weight_decay, unique):
    """Two solvers meet at a minimum flagged as unique and part at one flagged as not."""
    inputs, labels, _ = sampled(30, n_eff, seed=1)
    penalty = 30 * weight_decay
    solution = convex.solve(inputs, labels, penalty, tol=1e-8)
    other = run("ADMM", inputs, labels, penalty, 1e-8)
    assert solution.unique == unique
    matrices = [found.factor @ found.factor.T for found in (solution, other)]
    distance = np.linalg.norm(matrices[0] - matrices[1]) / np.linalg.norm(matrices[0])
    assert distance < 1e-3 if unique else distance > 1e-2
    assert solution.primal == pytest.approx(other.primal, rel=2e-8)


def test_streamed_samples_are_solved_near_interpolation():
    inputs, labels, _ = sampled(24, 9)
    data = StreamedMeasurements(lambda: iter([(inputs[:100], labels[:100]), (inputs[100:], labels[100:])]))
    streamed = convex.solve_measured(data, 0.1)
    assert "ADMM" in streamed.method
    assert_certified(streamed, inputs, labels, 0.1, 1e-6)


def test_streamed_samples_and_statistics_reach_the_same_minimum():
    inputs, labels, _ = sampled(15, 40)
    reference = convex.solve(inputs, labels, 15.0, tol=1e-9)

    def draw():
        for start in range(0, len(inputs), 250):
            yield inputs[start : start + 250], labels[start : start + 250]

    streamed = convex.solve_measured(StreamedMeasurements(draw), 15.0, tol=1e-9)
    reduced = convex.solve_measured(Statistics(15).add(draw()), 15.0, tol=1e-9)
    assert_certified(streamed, inputs, labels, 15.0, 1e-9)
    assert reduced.dual is None
    for solution in (streamed, reduced):
        assert solution.relative_gap <= 1e-9
        assert solution.unique
        assert solution.primal == pytest.approx(reference.primal, rel=2e-9)
        assert solution.factor.shape == reference.factor.shape


@pytest.mark.parametrize("gamma", [0.6, 2.0])
@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("weight_decay", [1e-4, 0.04, 1.0, 5.0])
def test_every_regime_reaches_the_tolerance(gamma, noise_var, weight_decay):
    for n_eff in (0.5, 3, 10, 13, 20, 100):
        inputs, labels, _ = sampled(25, n_eff, gamma=gamma, noise_var=noise_var)
        solution = convex.solve(inputs, labels, 25 * weight_decay, tol=1e-6)
        assert solution.relative_gap <= 1e-6, (n_eff, solution.method)


def test_results_are_identical_from_run_to_run():
    inputs, labels, _ = sampled(20, 10)
    first, second = (convex.solve(inputs, labels, 0.2) for _ in range(2))
    np.testing.assert_array_equal(first.factor, second.factor)
    np.testing.assert_array_equal(first.dual, second.dual)


def test_penalties_that_are_not_positive_are_refused():
    with pytest.raises(ValueError, match="penalty"):
        convex.solve(np.ones((2, 3)), np.ones(2), 0.0)


def test_anderson_solves_a_linear_fixed_point_in_as_many_steps_as_unknowns():
    rng = np.random.default_rng(0)
    matrix = 0.9 * np.linalg.qr(rng.standard_normal((5, 5)))[0]
    offset = rng.standard_normal(5)
    memory, point = Anderson(10), np.zeros(5)
    for _ in range(7):
        image = matrix @ point + offset
        memory.push(image - point, image)
        (point,) = memory.extrapolate()
    np.testing.assert_allclose(point, np.linalg.solve(np.eye(5) - matrix, offset), rtol=1e-5)


DEGENERATE = {
    "repeated samples": lambda x: np.vstack([x[: len(x) // 2]] * 2),
    "one sample": lambda x: np.repeat(x[:1], len(x), axis=0),
    "opposite samples": lambda x: np.vstack([x[: len(x) // 2], -x[: len(x) // 2]]),
    "zero samples": lambda x: x * (np.arange(len(x)) > 1)[:, None],
    "a zero column": lambda x: x * (np.arange(x.shape[1]) != 2),
    "a repeated column": lambda x: np.column_stack([x[:, :-1], x[:, 0]]),
}


@pytest.mark.parametrize("n", [6, 60])
@pytest.mark.parametrize("kind", DEGENERATE)
def test_degenerate_samples_in_any_units_have_one_minimum(kind, n):
    dim, rng = 7, np.random.default_rng(n)
    inputs = DEGENERATE[kind](rng.standard_normal((n, dim)))
    labels = (inputs**2 - 1) @ (2 / np.arange(1, dim + 1)) / np.sqrt(dim) + rng.standard_normal(n)
    first = None
    for unit in (1.0, 1e8, 1e-8):
        y, penalty = unit * labels, unit * 0.3 * dim
        for solution in (
            convex.solve(inputs, y, penalty, tol=1e-7),
            convex.solve_measured(StreamedMeasurements(lambda y=y: [(inputs, y)]), penalty, tol=1e-7),
            convex.solve_measured(Statistics(dim).add([(inputs, y)]), penalty, tol=1e-7),
        ):
            assert solution.relative_gap <= 1e-7
            first = first or solution
            assert solution.primal / unit**2 == pytest.approx(first.primal, rel=3e-7)
            assert solution.unique == first.unique
    if n > 6:
        # some directions are never measured, or one sample alone
        assert first.unique == (kind in ("repeated samples", "opposite samples", "zero samples"))
