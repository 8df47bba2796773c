"""Optimal weight decay: the lambda that minimises the risk of state evolution (Corollary 1)."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import minimize_scalar

from scaling_spectra.arrays import Array
from scaling_spectra.continuation import Continuation
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import SOLVED, StateEvolution, joint_status
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import rounded

# points of the scan per unit of log lambda
STEPS_PER_UNIT = 2
# relative difference below which two risks are equal
FLAT = 1e-9
# where lambda -> 0 is best, networks are trained at this fraction of `suppressing`: what risk it adds is next to none
VANISHING = 1e-5


@dataclass(frozen=True)
class Optimum:
    """Best weight decay of one network, spectrum, number of samples and noise.

    Attributes
    ----------
    weight_decay : float
        lambda_opt; zero if no weight decay is better than lambda -> 0, NaN if none is solved.
    solutions : tuple of StateEvolution
        State evolution of each teacher there (at the smallest lambda tried if `weight_decay` is zero).
    """

    weight_decay: float
    solutions: tuple[StateEvolution, ...]

    @property
    def status(self) -> str:
        """``solved``, or why the risk is NaN."""
        return joint_status(self.solutions)

    @property
    def risk(self) -> float:
        """Smallest risk, averaged over the teachers."""
        return mean_risk(self.solutions)


def suppressing(network: str, spectrum: Spectrum, n_eff: float) -> float:
    """The lambda at which b = s_1 where delta -> 0: no weight survives."""
    return float(limits_of(network).SAMPLES_FACTOR * spectrum.values[0] * n_eff / spectrum.dim)


def mean_risk(solutions: tuple[StateEvolution, ...]) -> float:
    """Average risk of several teachers."""
    return sum(solution.risk for solution in solutions) / len(solutions)


def optimal_weight_decay(
    network: str,
    spectrum: Spectrum,
    samples: float,
    noise_var: float,
    *,
    teachers: Array | None = None,
    width: float = 1.0,
) -> Optimum:
    """Minimise the risk of state evolution over lambda.

    The risk may have several local minima, one between any two features: a scan over all scales
    finds the lowest, a bounded minimisation in log lambda refines it.

    Parameters
    ----------
    network : str
    spectrum : Spectrum
        Scales of the teacher.
    samples : float
        n > 0.
    noise_var : float
        Delta >= 0.
    teachers : ndarray, shape (r, d), optional
        Weights of given teachers, whose average risk is minimised; without them the average over all teachers
        of this spectrum.
    width : float
        p/d (quadratic network).
    """
    theory, limits = theory_of(network), limits_of(network)
    if teachers is None:
        solvers, top = [partial(theory.state_evolution, spectrum, width=width)], 3 * float(spectrum.values[0])
    else:
        solvers = [partial(theory.conditional_state_evolution, teacher, width=width) for teacher in teachers]
        top = float(np.max(np.abs(teachers)))
    n_eff = problem_of(network).effective_samples(samples, spectrum.dim)
    to_weight_decay = limits.SAMPLES_FACTOR * n_eff / spectrum.dim / np.sqrt(width)
    noise = np.sqrt((noise_var + spectrum.mean(spectrum.values**2)) / to_weight_decay)
    highest = top + 2 * limits.bulk_edge(spectrum.dim) * noise
    # the best threshold is never below about delta^2/s_1, what shrinkage gains against the noise of the top feature
    gain = noise_var / to_weight_decay / top if noise_var > 0 else 1e-4 * np.min(spectrum.values[spectrum.values > 0])
    low, high = np.log(to_weight_decay * np.array([min(1e-2 * gain, 1e-6 * highest), highest]))

    return lowest([Continuation(partial(solve, noise_var=noise_var)) for solve in solvers], samples, low, high)


def lowest(paths: list[Continuation], samples: float, low: float, high: float, *, flat: float = FLAT) -> Optimum:
    """Weight decay of least risk, averaged over several problems, with log lambda between `low` and `high`.

    Parameters
    ----------
    paths : list of Continuation
        State evolution of each problem.
    flat : float
        The smallest lambda counts as the best if its risk is larger by less, relatively: more than risks are uncertain.
    """

    def at(log_lam: float) -> tuple[StateEvolution, ...]:
        return tuple(path.to(samples, float(np.exp(log_lam))) for path in paths)

    grid = np.linspace(high, low, rounded((high - low) * STEPS_PER_UNIT) + 1)
    scan = [at(log_lam) for log_lam in grid]
    solved = [k for k, points in enumerate(scan) if joint_status(points) == SOLVED]
    if not solved:
        return Optimum(float("nan"), scan[0])
    grid, scan = grid[solved], [scan[k] for k in solved]
    risks = np.array([mean_risk(points) for points in scan])
    if risks[-1] <= min(risks) * (1 + flat):
        return Optimum(0.0, scan[-1])
    # of equally good weight decays the largest
    best = np.flatnonzero(risks <= min(risks) * (1 + FLAT))[0]
    for path, found in zip(paths, scan[best], strict=True):
        path.restart(samples, float(np.exp(grid[best])), found)
    around = (grid[best + 1], grid[max(best - 1, 0)])

    def risk(log_lam: float) -> float:
        return float(np.nan_to_num(mean_risk(at(log_lam)), nan=np.inf))

    found = minimize_scalar(risk, bounds=around, method="bounded", options={"xatol": 1e-7})
    at_best = at(found.x)
    if joint_status(at_best) != SOLVED:
        return Optimum(float(np.exp(grid[best])), scan[best])
    return Optimum(float(np.exp(found.x)), at_best)
