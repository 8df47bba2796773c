"""Newton's method: steps in a trust region, and the weights of the diagonal network."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso

from scaling_spectra import trust_region
from scaling_spectra.networks.diagonal import newton
from scaling_spectra.networks.diagonal.certificate import Certificate


def assert_solves_subproblem(step, gradient, hessian, radius):
    """Conditions necessary and sufficient for the global minimum (More and Sorensen 1983)."""
    length = np.linalg.norm(step)
    shift = -(hessian @ step + gradient) @ step / length**2
    scale = np.abs(np.linalg.eigvalsh(hessian)).max()
    np.testing.assert_allclose(hessian @ step + shift * step, -gradient, atol=1e-9 * scale * length)
    assert length <= (1 + trust_region.BOUNDARY) * radius
    assert shift > -1e-9 * scale
    assert np.linalg.eigvalsh(hessian)[0] + shift > -1e-9 * scale
    assert shift < 1e-9 * scale or length == pytest.approx(radius, rel=2 * trust_region.BOUNDARY)


@pytest.mark.parametrize("radius", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("definite", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_step_is_the_global_minimum(seed, definite, radius):
    rng = np.random.default_rng(seed)
    hessian = rng.standard_normal((7, 7))
    hessian = hessian @ hessian.T + 1e-3 * np.eye(7) if definite else hessian + hessian.T
    gradient = rng.standard_normal(7)
    assert_solves_subproblem(trust_region.step(gradient, hessian, radius), gradient, hessian, radius)


def test_step_leaves_a_saddle_that_the_gradient_does_not_see():
    hessian, gradient = np.diag([-1.0, 1.0, 2.0]), np.array([0.0, 1.0, 1.0])
    step = trust_region.step(gradient, hessian, 3.0)
    assert abs(step[0]) > 2
    assert_solves_subproblem(step, gradient, hessian, 3.0)
    assert np.linalg.norm(trust_region.step(np.zeros(3), hessian, 3.0)) == pytest.approx(3.0)


@pytest.fixture
def problem():
    rng = np.random.default_rng(5)
    design, theta = rng.standard_normal((25, 30)) / 30**0.5, 30**0.5 * np.arange(1.0, 31) ** -0.75
    return design, design @ theta + 0.5 * rng.standard_normal(25)


def test_derivatives_agree_with_finite_differences(problem):
    objective, rng = newton.Objective(*problem, 0.3), np.random.default_rng(0)
    weights, moving, size = rng.standard_normal(60), np.arange(60), 1e-5
    _loss, slack = objective.loss_and_slack(weights)
    hessian = objective.hessian(weights, slack, moving)
    for direction in rng.standard_normal((3, 60)):
        ahead, behind = (objective.loss_and_slack(weights + sign * size * direction) for sign in (1, -1))
        slope = (ahead[0] - behind[0]) / (2 * size)
        assert slope == pytest.approx(2 * (slack * weights) @ direction, rel=1e-7)
        gradients = [2 * found[1] * (weights + sign * size * direction) for found, sign in ((ahead, 1), (behind, -1))]
        change = (gradients[0] - gradients[1]) / (2 * size)
        np.testing.assert_allclose(hessian @ direction, change, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("weight_decay", [1 / 30, 1.0])
@pytest.mark.parametrize("start", ["random", "all but one settled at zero"])
def test_steps_alone_find_the_lasso(problem, weight_decay, start):
    weights = 0.1 * np.random.default_rng(1).standard_normal(60)
    if start != "random":
        weights[1:] = 0.0
    certificate = Certificate(*problem, weight_decay)
    found, steps = newton.minimise(
        newton.Objective(*problem, weight_decay),
        weights,
        lambda theta, _steps: certificate.sharpen(theta, 1e-10) <= 1e-10,
        1000,
    )
    lasso = Lasso(alpha=weight_decay / 25, fit_intercept=False, tol=1e-14, max_iter=1_000_000).fit(*problem).coef_
    assert 0 < steps < 1000
    np.testing.assert_allclose(newton.effective_weight(found), lasso, atol=1e-4 * np.abs(lasso).max())


def test_steps_end_where_nothing_is_left_to_gain(problem):
    _found, steps = newton.minimise(newton.Objective(*problem, 1.0), np.ones(60), lambda _theta, _steps: False, 10_000)
    assert steps < 1000
