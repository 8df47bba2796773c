"""LASSO, the convex equivalent of the diagonal network: optimality, agreement with other libraries, exact cases."""

import celer
import numpy as np
import pytest
from scipy import optimize

from scaling_spectra.networks.diagonal import active, lasso
from scaling_spectra.networks.diagonal.statistics import Statistics
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectrum import power_law


def sampled(dim, n, *, gamma=0.75, noise_var=0.5, seed=0):
    rng = np.random.default_rng([seed, dim, n])
    teacher = np.sqrt(dim) * np.arange(1, dim + 1) ** -gamma * rng.standard_normal(dim)
    inputs = rng.standard_normal((n, dim))
    return inputs, inputs @ teacher / np.sqrt(dim) + np.sqrt(noise_var) * rng.standard_normal(n), teacher


def assert_optimal(solution, inputs, labels, weight_decay, tol):
    """Subgradient conditions and gap, from their definitions."""
    design = inputs / np.sqrt(inputs.shape[1])
    residual = labels - design @ solution.weights
    primal = residual @ residual / 2 + weight_decay * np.abs(solution.weights).sum()
    assert solution.primal == pytest.approx(primal, rel=1e-10)
    assert solution.squared == pytest.approx(residual @ residual, rel=1e-7, abs=1e-12 * primal)
    correlation = design.T @ residual
    bound = min(1.0, weight_decay / np.abs(correlation).max())
    dual_point = bound * residual
    dual = labels @ labels / 2 - np.sum((labels - dual_point) ** 2) / 2
    assert primal - dual <= (tol + 1e-12) * primal
    assert np.abs(solution.correlation).max() <= weight_decay * (1 + 1e-12)
    active = solution.weights != 0
    np.testing.assert_allclose(
        correlation[active], weight_decay * np.sign(solution.weights[active]), rtol=1e-4, atol=1e-4 * weight_decay
    )


@pytest.mark.parametrize("noise_var", [0.0, 0.5])
@pytest.mark.parametrize("n", [1, 3, 30, 80, 100, 150, 1000])
@pytest.mark.parametrize("weight_decay", [1e-3, 0.01, 1.0, 10.0])
def test_every_regime_is_solved_to_a_gap_of_1e_10(weight_decay, n, noise_var):
    inputs, labels, _ = sampled(100, n, noise_var=noise_var)
    solution = lasso.solve(inputs, labels, weight_decay)
    assert solution.relative_gap <= 1e-10
    assert solution.unique
    assert_optimal(solution, inputs, labels, weight_decay, 1e-10)


@pytest.mark.parametrize(("n", "weight_decay"), [(20, 1.0), (90, 0.01), (700, 0.01), (700, 7.0)])
def test_supports_are_solved_alike_with_and_without_their_gram_matrix(monkeypatch, n, weight_decay):
    inputs, labels, _ = sampled(80, n)
    solution = lasso.solve(inputs, labels, weight_decay)
    monkeypatch.setattr(active, "APART", np.inf)
    by_reflections = lasso.solve(inputs, labels, weight_decay)
    assert solution.rank == by_reflections.rank
    np.testing.assert_allclose(solution.weights, by_reflections.weights, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [40, 300])
def test_another_library_finds_the_same_minimum(n):
    inputs, labels, _ = sampled(60, n, seed=1)
    design = inputs / np.sqrt(60)
    solution = lasso.solve(inputs, labels, 0.7)
    model = celer.Lasso(alpha=0.7 / n, fit_intercept=False, tol=1e-13).fit(design, labels)
    np.testing.assert_allclose(solution.weights, model.coef_, atol=1e-6)


def test_a_generic_quadratic_program_finds_the_same_minimum():
    """theta = p - q with p, q >= 0, by a bound-constrained quasi-Newton method."""
    inputs, labels, _ = sampled(8, 20)
    design = inputs / np.sqrt(8)

    def objective(split):
        residual = labels - design @ (split[:8] - split[8:])
        gradient = design.T @ residual
        return residual @ residual / 2 + 2.0 * split.sum(), np.concatenate([2.0 - gradient, 2.0 + gradient])

    result = optimize.minimize(
        objective, np.ones(16), jac=True, bounds=[(0, None)] * 16, options={"ftol": 1e-15, "gtol": 1e-10}
    )
    solution = lasso.solve(inputs, labels, 2.0)
    assert solution.primal == pytest.approx(result.fun, rel=1e-9)
    np.testing.assert_allclose(solution.weights, result.x[:8] - result.x[8:], atol=1e-4)


def test_orthogonal_designs_give_soft_thresholding():
    dim = 16
    rng = np.random.default_rng(0)
    design = np.linalg.qr(rng.standard_normal((40, dim)))[0]
    labels = 3 * rng.standard_normal(40)
    projected = design.T @ labels
    solution = lasso.solve(np.sqrt(dim) * design, labels, 1.5)
    expected = np.sign(projected) * np.maximum(np.abs(projected) - 1.5, 0)
    np.testing.assert_allclose(solution.weights, expected, atol=1e-12)


def test_weight_decay_above_the_threshold_leaves_no_weight():
    inputs, labels, _ = sampled(50, 30)
    threshold = np.abs(inputs.T @ labels).max() / np.sqrt(50)
    above, below = (lasso.solve(inputs, labels, factor * threshold) for factor in (1.0001, 0.999))
    assert not above.weights.any()
    assert above.relative_gap == 0
    assert above.unique
    assert np.count_nonzero(below.weights) == 1


def test_no_samples_and_zero_labels():
    for inputs, labels in ((np.empty((0, 5)), np.empty(0)), (np.ones((3, 5)), np.zeros(3))):
        solution = lasso.solve(inputs, labels, 1.0)
        assert not solution.weights.any()
        assert solution.primal == solution.relative_gap == 0


def test_noiseless_samples_beyond_the_unknowns_recover_the_teacher():
    inputs, labels, teacher = sampled(30, 60, noise_var=0.0)
    solution = lasso.solve(inputs, labels, 1e-9)
    np.testing.assert_allclose(solution.weights, teacher, atol=1e-7)


def test_equal_columns_make_the_minimum_not_unique():
    inputs, labels, _ = sampled(20, 50)
    inputs[:, 1] = inputs[:, 0]
    solution = lasso.solve(inputs, labels, 1.0)
    assert solution.relative_gap <= 1e-10
    assert not solution.unique


@pytest.mark.parametrize(("n", "noise_var"), [(15, 0.5), (45, 0.5), (5000, 0.5), (5000, 0.0)])
def test_statistics_reach_the_same_minimum(n, noise_var):
    inputs, labels, _ = sampled(40, n, noise_var=noise_var)

    def draw():
        for start in range(0, n, 777):
            yield inputs[start : start + 777], labels[start : start + 777]

    reference = lasso.solve(inputs, labels, 0.5)
    solution = lasso.solve_statistics(Statistics(40).add(draw()), 0.5)
    assert solution.relative_gap <= 1e-10
    assert_optimal(solution, inputs, labels, 0.5, 1e-9)
    np.testing.assert_allclose(solution.weights, reference.weights, atol=1e-7)


@pytest.mark.parametrize("weight_decay", [4.0, 12.0, 60.0])
def test_columns_left_out_at_first_change_nothing(weight_decay, monkeypatch):
    """Few columns solved alone give what all of them give, those too that only the residual of others brings in."""
    inputs, labels, _ = sampled(60, 300, seed=4)
    inputs[:, 30] = inputs[:, 0] + 0.3 * inputs[:, 30]
    monkeypatch.setattr(lasso, "FEW", 1.0)
    fast = lasso.solve(inputs, labels, weight_decay)
    for first in (1.0, 3.0):
        monkeypatch.setattr(lasso, "FIRST", first)
        few = lasso._solve_few(inputs, labels, weight_decay, 1e-10)
        assert_optimal(few, inputs, labels, weight_decay, 1e-10)
        np.testing.assert_allclose(few.weights, fast.weights, atol=1e-9)
    monkeypatch.setattr(lasso, "FEW", 0.0)
    slow = lasso.solve(inputs, labels, weight_decay)
    np.testing.assert_allclose(fast.weights, slow.weights, atol=1e-9)
    assert fast.relative_gap == pytest.approx(slow.relative_gap, abs=1e-10)
    assert fast.unique
    assert slow.unique


def test_a_column_that_could_replace_one_makes_few_columns_not_unique():
    inputs, labels, _ = sampled(60, 300, seed=4)
    inputs[:, 50] = inputs[:, 1]
    solution = lasso._solve_few(inputs, labels, 12.0, 1e-10)
    assert solution.relative_gap <= 1e-10
    assert not solution.unique


def test_arguments_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="weight_decay"):
        lasso.solve(np.ones((2, 3)), np.ones(2), 0.0)
    with pytest.raises(ValueError, match="labels: shape"):
        lasso.solve(np.ones((2, 3)), np.ones(3), 1.0)


DEGENERATE = {
    "a zero column": lambda x: x * (np.arange(x.shape[1]) != 3),
    "a repeated column": lambda x: np.column_stack([x[:, :-1], x[:, 0]]),
    "an opposite column": lambda x: np.column_stack([x[:, :-1], -x[:, 0]]),
    "a sum of columns": lambda x: np.column_stack([x[:, :-1], x[:, 0] + x[:, 1]]),
    "repeated samples": lambda x: np.vstack([x[: len(x) // 2]] * 2),
    "columns of any norm": lambda x: x * 10.0 ** np.linspace(-2, 2, x.shape[1]),
}


@pytest.mark.parametrize("weight_decay", [1e-4, 1.0])
@pytest.mark.parametrize("n", [12, 30, 80])
@pytest.mark.parametrize("kind", DEGENERATE)
def test_degenerate_designs_in_any_units_have_one_minimum(kind, n, weight_decay):
    dim = 16
    inputs, labels, _ = sampled(dim, n)
    inputs = DEGENERATE[kind](inputs)
    first = None
    for unit, label_unit in ((1.0, 1.0), (1e8, 1.0), (1e-8, 1e8), (1.0, 1e-8)):
        x, y, decay = inputs * unit, labels * label_unit, weight_decay * unit * label_unit
        for solution in (
            lasso.solve(x, y, decay),
            lasso.solve_statistics(Statistics(dim).add([(x, y)]), decay),
        ):
            assert solution.relative_gap <= 1e-8
            first = first or solution
            assert solution.primal / label_unit**2 == pytest.approx(first.primal, rel=1e-7)
            assert solution.unique == first.unique
        assert lasso.solve(x, y, decay).relative_gap <= 1e-9
    if weight_decay == 1.0:
        # of columns that depend on each other the active ones may still be independent
        assert first.unique or kind in ("a repeated column", "an opposite column", "a sum of columns")


def test_uniqueness_does_not_depend_on_the_norms_of_columns():
    """Squared pivots 1e-16 apart were taken for columns that depend on each other."""
    inputs, labels, _ = sampled(6, 40)
    for scales in (np.full(6, 1e-8), 10.0 ** np.array([0, 0, 0, -4, -4, -4])):
        assert lasso.solve(inputs * scales, labels, 1e-9).unique


def test_the_search_of_the_support_ends_at_the_minimum_from_anywhere():
    for seed in range(20):
        inputs, labels, _ = sampled(9, 6 if seed % 2 else 20, seed=seed)
        inputs[:, 1] = -inputs[:, 0]
        design = inputs / 3
        start = np.random.default_rng(seed).standard_normal(9)
        weights, changes = active.search(design, labels, 0.3, start)
        assert changes > 0
        residual = labels - design @ weights
        primal = residual @ residual / 2 + 0.3 * np.abs(weights).sum()
        assert primal == pytest.approx(lasso.solve(inputs, labels, 0.3).primal, rel=1e-9)
        assert np.abs(design.T @ residual).max() <= 0.3 * (1 + 1e-9)


def test_a_weight_that_left_the_path_leaves_no_digit():
    """Least-angle regression kept 3e-18 of a weight on some processors, and the support had one more."""
    replica = draw_replica("diagonal", power_law(100, 0.75), 0.5, 50, 0, 250924882)
    inputs, labels = (np.concatenate(parts) for parts in zip(*replica.draw(), strict=True))
    for seed in range(4):
        change = 1e-13 * seed * np.random.default_rng(seed).standard_normal(inputs.shape)
        solution = lasso.solve(inputs * (1 + change), labels, 0.01, tol=1e-7)
        assert solution.method.endswith("least-angle regression")
        assert np.count_nonzero(solution.weights) == 48
