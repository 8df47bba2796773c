"""Training of few hidden units: stationary points, their curvature, and the bound of the convex relaxation."""

import numpy as np
import pytest

from scaling_spectra.networks.quadratic import convex, narrow, theory
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.replicas import draw_replica
from scaling_spectra.spectrum import power_law

DIM, SAMPLES, DECAY = 20, 600, 0.3


@pytest.fixture(scope="module")
def replica():
    return draw_replica("quadratic", power_law(DIM, 1.25), 0.1, SAMPLES, 0, 0)


def trained(replica, hidden, seed=0, decay=DECAY, **options):
    settings = {"tol": 1e-6, "max_evaluations": 5000, "init_scale": 0.1} | options
    train = narrow.prepare(replica.draw, replica.teacher, hidden=hidden, **settings)
    return train(decay, np.random.default_rng(seed))


def objective(data, penalty, factor):
    return float(np.sum((data.labels - data.forward(factor)) ** 2) + penalty * np.sum(factor**2))


def test_curvature_is_that_of_the_objective(replica):
    """Against a dense Hessian by finite differences of the objective, at weights that are no minimum."""
    inputs, labels = (np.concatenate(parts) for parts in zip(*replica.draw(), strict=True))
    data, penalty = Measurements(inputs[:60, :6], labels[:60]), 3.0
    factor = 0.1 * np.random.default_rng(1).standard_normal((6, 2))
    step, size = 1e-4, factor.size
    units = step * np.eye(size).reshape(size, 6, 2)

    def at(*moves):
        return objective(data, penalty, factor + sum(moves))

    hessian = np.array([[at(a, b) - at(a, -b) - at(-a, b) + at(-a, -b) for a in units] for b in units]) / (4 * step**2)
    values, vectors = np.linalg.eigh(hessian)
    found, direction = narrow.least_curvature(data, penalty, factor)
    assert values[0] < 0
    assert found == pytest.approx(values[0] / (2 * penalty), rel=1e-4)
    assert abs(np.sum(direction.ravel() * vectors[:, 0])) == pytest.approx(1, abs=1e-4)


def test_stationary_points_lie_above_the_relaxation_and_near_state_evolution(replica):
    inputs, labels = (np.concatenate(parts) for parts in zip(*replica.draw(), strict=True))
    for hidden in (1, 3):
        record = trained(replica, hidden)
        assert record.stationary
        assert record.gradient <= 1e-6
        assert record.curvature >= -1e-4
        wide = convex.solve(inputs, labels, DECAY * np.sqrt(hidden * DIM))
        assert record.bound == pytest.approx(wide.dual_value)
        assert record.objective > wide.primal
        share = hidden / DIM
        predicted = theory.state_evolution(power_law(DIM, 1.25), SAMPLES, DECAY, 0.1, width=share)
        assert record.risk == pytest.approx(predicted.risk, rel=0.15)
        assert record.spectrum.shape == (hidden,)


def test_more_units_than_the_minimiser_needs_reach_the_relaxation(replica):
    """A minimum to second order of deficient rank is a global one."""
    record = trained(replica, DIM - 1, decay=20.0)
    assert record.spectrum[-1] < 1e-6 * record.spectrum[0]
    assert record.relaxation_gap < 1e-5


def test_a_spent_budget_and_a_saddle_are_told(replica):
    assert not trained(replica, 3, max_evaluations=5).stationary
    # W = 0 is stationary, and a saddle
    record = trained(replica, 3, init_scale=1e-12, tol=1e-3)
    assert record.stationary
    assert record.risk == pytest.approx(trained(replica, 3).risk, rel=0.3)
