"""Newton's method on the first layer of the diagonal network."""

import celer
import numpy as np
import pytest
from scipy.linalg import LinAlgError
from scipy.optimize import minimize_scalar
from sklearn.linear_model import Lasso

from scaling_spectra.networks.diagonal import newton
from scaling_spectra.networks.diagonal.certificate import Certificate
from scaling_spectra.networks.interface.training import training_of

DIM = 30
# fewer rows than weights ask for the products of rows, more for normal equations
ROWS = (12, 25, 60)


def sampled(n, dim=DIM, noise=0.5, seed=5):
    rng = np.random.default_rng([seed, n])
    design, theta = rng.standard_normal((n, dim)) / dim**0.5, dim**0.5 * np.arange(1.0, dim + 1) ** -0.75
    return design, design @ theta + noise * rng.standard_normal(n)


def objective_of(design, labels, weight_decay):
    return newton.Objective(design, labels, design.T @ design, weight_decay)


def profiled(design, labels, weight_decay, first):
    """Best second layer for w and the loss there, from the definition."""
    hidden = design * first
    second = np.linalg.solve(hidden.T @ hidden + weight_decay * np.eye(first.size), hidden.T @ labels)
    residual = labels - hidden @ second
    return second, residual @ residual + weight_decay * (second @ second + first @ first)


@pytest.mark.parametrize("n", ROWS)
def test_second_layer_is_the_best_for_the_first(n):
    design, labels = sampled(n)
    first = np.random.default_rng(0).standard_normal(DIM)
    first[[3, 7]] = 0.0
    point = objective_of(design, labels, 0.3).at(first)
    second, loss = profiled(design, labels, 0.3, first)
    np.testing.assert_allclose(point.second, second, atol=1e-10)
    assert point.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(point.second, point.pull * first, atol=1e-9)


@pytest.mark.parametrize("n", ROWS)
def test_step_solves_the_equations_of_finite_differences(n):
    """H p = -g with 2 lambda |1 - q^2| in place of 2 lambda (1 - q^2) on the diagonal."""
    design, labels = sampled(n)
    objective, decay, size = objective_of(design, labels, 0.3), 0.3, 1e-5
    first = 0.5 + np.random.default_rng(1).random(DIM)
    point = objective.at(first)

    def gradient(w):
        return np.array(
            [
                (profiled(design, labels, decay, w + e)[1] - profiled(design, labels, decay, w - e)[1])
                for e in size * np.eye(DIM)
            ]
        ) / (2 * size)

    slack = 1 - point.pull**2
    np.testing.assert_allclose(gradient(first), 2 * decay * slack * first, rtol=1e-6, atol=1e-6)
    columns = (
        [objective.at(first + e).pull for e in size * np.eye(DIM)],
        [objective.at(first - e).pull for e in size * np.eye(DIM)],
    )
    ahead, behind = (
        2 * decay * (1 - np.array(q) ** 2) * (first + sign * size * np.eye(DIM))
        for q, sign in zip(columns, (1, -1), strict=True)
    )
    hessian = (ahead - behind) / (2 * size) + np.diag(2 * decay * (np.abs(slack) - slack))
    step, slope = objective.step(point)
    assert (slack < 0).any()
    assert (slack > 0).any()
    np.testing.assert_allclose(hessian @ step, -2 * decay * slack * first, rtol=1e-5, atol=1e-5)
    assert slope == pytest.approx(2 * decay * slack * first @ step, rel=1e-12)
    assert slope < 0


def test_a_weight_at_zero_moves_a_share_of_the_way_to_its_best_value():
    design, labels = sampled(25)
    objective = objective_of(design, labels, 0.3)
    first = np.ones(DIM)
    first[0] = 0.0
    change = objective.revival(objective.at(first))

    def loss(square):
        return profiled(design, labels, 0.3, np.append(np.sqrt(square), first[1:]))[1]

    best = minimize_scalar(loss, bounds=(0, 100), method="bounded", options={"xatol": 1e-8}).x
    assert change[0] ** 2 == pytest.approx(newton.REVIVED * best, rel=1e-5)
    assert not change[1:].any()


@pytest.mark.parametrize("n", ROWS)
@pytest.mark.parametrize("weight_decay", [1 / DIM, 1.0])
@pytest.mark.parametrize("start", ["random", "all but one at zero", "zero"])
def test_steps_alone_find_the_lasso(n, weight_decay, start):
    """From saddles too: without moving weights that feel no gradient, all starts but the first fail."""
    design, labels = sampled(n)
    first = 0.1 * np.random.default_rng(1).standard_normal(DIM)
    first[1 if start == "all but one at zero" else 0 if start == "zero" else DIM :] = 0.0
    objective, certificate = objective_of(design, labels, weight_decay), Certificate(design, labels, weight_decay)
    found = newton.minimise(objective, first, lambda theta: certificate.relative_gap(theta) <= 1e-12, 1000)
    lasso = Lasso(alpha=weight_decay / n, fit_intercept=False, tol=1e-14, max_iter=1_000_000).fit(design, labels).coef_
    assert objective.evaluations < 200
    np.testing.assert_allclose(found.first * found.second, lasso, atol=1e-6 * np.abs(lasso).max())


def test_steps_end_where_nothing_is_left_to_gain():
    objective = objective_of(*sampled(25), 1.0)
    newton.minimise(objective, np.ones(DIM), lambda _theta: False, 10_000)
    assert objective.evaluations < 100


def train(inputs, labels, weight_decay, seed=0, **options):
    settings = {"max_evaluations": 20_000, "init_scale": 0.1} | options
    prepare = training_of("diagonal").prepare
    fit = prepare(lambda: [(inputs, labels)], np.zeros(inputs.shape[1]), width=1.0, tol=1e-5, **settings)
    return fit(weight_decay, np.random.default_rng(seed))


def small_case(index):
    """Random size, lambda and design: plain, with equal columns, dependent columns, columns of unlike length."""
    rng = np.random.default_rng([7, index])
    dim, n = int(rng.integers(10, 61)), int(np.exp(rng.uniform(np.log(2), np.log(300))))
    weight_decay, noise = 10 ** rng.uniform(-4, 2), (0.0, 0.5)[index % 2]
    inputs, kind = rng.standard_normal((n, dim)), index // 2 % 4
    if kind == 1:
        inputs[:, 1], inputs[:, 3] = inputs[:, 0], -inputs[:, 2]
    elif kind == 2:
        inputs[:, 5], inputs[:, 4] = 0.0, inputs[:, 0] + inputs[:, 1]
    elif kind == 3:
        inputs *= np.exp(rng.uniform(-3, 3, dim))
    theta = dim**0.5 * np.arange(1, dim + 1) ** -0.75 * rng.standard_normal(dim)
    return inputs, inputs @ theta / dim**0.5 + noise**0.5 * rng.standard_normal(n), weight_decay


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "cases", [range(48), pytest.param(range(48, 2000), marks=pytest.mark.soak)], ids=["some", "many"]
)
def test_training_reaches_the_global_minimum_of_any_small_problem(cases):
    """Certified, and by an independent solver of the LASSO not above the minimum."""
    for index in cases:
        inputs, labels, weight_decay = small_case(index)
        record = train(inputs, labels, weight_decay, seed=index)
        # rounding of long columns shows beside short ones
        bound = 1e-7 if index // 2 % 4 == 3 else 1.01e-10
        assert record.relative_gap < bound, index
        assert record.iterations < 300, index
        n, design = labels.size, inputs / inputs.shape[1] ** 0.5
        fitted = celer.Lasso(alpha=weight_decay / n, fit_intercept=False, tol=1e-12, max_iter=20).fit(design, labels)
        rest = labels - design @ fitted.coef_
        assert record.objective <= (rest @ rest / 2 + weight_decay * np.abs(fitted.coef_).sum()) * (1 + bound), index


def test_factors_that_fail_leave_a_row_that_says_so(monkeypatch):
    def fail(*_arguments, **_options):
        raise LinAlgError

    inputs, labels, _ = small_case(0)
    monkeypatch.setattr(newton, "cho_factor", fail)
    record = train(inputs, labels, 1e-3)
    assert not record.converged
    assert record.relative_gap > 1e-5
    assert record.solver == "L-BFGS, Newton"
