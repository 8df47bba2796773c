"""State evolution of the diagonal network with correlated inputs x ~ N(0, Sigma), Sigma diagonal as the network is.

In whitened inputs the weights sigma_i theta_i behave as eta(theta*'_i + delta z_i; b r_i) with the prices
r_i = 1/sigma_i, or one if weight decay is matched to the inputs; the two equations of white inputs hold as they are.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal import lasso
from scaling_spectra.networks.diagonal.moments import conditional_moments, priced_moments
from scaling_spectra.networks.diagonal.record import record
from scaling_spectra.networks.diagonal.statistics import Blocks, Statistics
from scaling_spectra.networks.diagonal.theory import settle
from scaling_spectra.records import StateEvolution, TrainingRecord, of_convex
from scaling_spectra.whitened import Whitened

# a feature's scale s_i sigma_i^k, its price sigma_i^(-k)
POWER = 1


def state_evolution(
    features: Whitened,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-9,
) -> StateEvolution:
    """Solve state evolution averaged over teachers theta*_i ~ N(0, s_i^2).

    Parameters and errors as in `theory.state_evolution`, for whitened features.
    """
    at = partial(priced_moments, features.scales, features.prices, features.weights)
    of = (samples, weight_decay, noise_var, start, tol, features.least_price)
    return settle(at, features.dim, features.energy, *of)


def conditional_state_evolution(
    teacher: Array,
    prices: Array,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-9,
) -> StateEvolution:
    """The same for one whitened teacher theta*'_i = sigma_i theta*_i and its prices, shape (d,) each."""
    at = partial(conditional_moments, teacher, prices=prices)
    of = (samples, weight_decay, noise_var, start, tol, float(prices.min()))
    return settle(at, teacher.size, float(np.mean(teacher**2)), *of)


def prepare(
    draw: Callable[[], Blocks], teacher: Array, variances: Array, *, width: float, tol: float
) -> Callable[[float], TrainingRecord]:
    """Function of lambda that returns the record of the global minimum, the LASSO on correlated inputs.

    Parameters
    ----------
    draw : callable
        Yields blocks (inputs, labels); the inputs have covariance Sigma = diag(variances).
    teacher : ndarray, shape (d,)
        sigma_i theta*_i, for the risk only; weights in the record are whitened too.
    """
    statistics = Statistics(teacher.size).add(draw())

    def solve(weight_decay: float) -> TrainingRecord:
        solution = lasso.solve_statistics(statistics, weight_decay=weight_decay, tol=tol)
        fit = (solution.weights, solution.squared, statistics.samples)
        own = {"rank": solution.rank} | of_convex(solution)
        return record(*fit, weight_decay, teacher, tol=tol, deviations=np.sqrt(variances), **own)

    return solve
