"""Quadratic networks of p < d hidden units: all solutions, risk against width, the best width.

The network learns the p largest eigenvalues of S* + delta G, less the threshold b. Direction i, at l = s + t/s with
squared overlap 1 - t/s^2, adds (l - b)((l - b) - 2 s (1 - t/s^2)) to d M: it pays while s^2 + b s > 3 t. Hence the
best width, for b = 0 the optimal hard threshold of singular values of Gavish & Donoho,

    p* = #{i : s_i > (sqrt(b^2 + 12 t) - b)/2}  ~  (4 n_eff/(3 Delta))^(1/(2 gamma)).
"""

from collections.abc import Callable

import numpy as np

from scaling_spectra.arrays import Array, Indices
from scaling_spectra.free_probability.top_part import top_part
from scaling_spectra.narrow import BestWidth
from scaling_spectra.networks.quadratic.equations import ROUGH
from scaling_spectra.networks.quadratic.few_units import equations_of
from scaling_spectra.networks.quadratic.theory import state_evolution
from scaling_spectra.records import StateEvolution, attempt_solution
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import TIE, rounded

# widths at which a minimum is looked for: all up to the first, then this many a factor of e; widths around the least
# risk that are then tried one by one
EVERY, PER_LOG, NEIGHBOURS = 8, 8, 64


def solutions(
    spectrum: Spectrum, samples: float, weight_decay: float, noise_var: float, *, width: float, tol: float = 1e-10
) -> list[StateEvolution]:
    """Solutions reached from wide networks and from where nothing is learned; one if both are the same.

    Parameters as in `state_evolution`, which returns the first. Of p >= d hidden units there is only one.
    """
    found: list[StateEvolution] = []
    for solution in equations_of(spectrum, samples, weight_decay, noise_var, width).branches(tol):
        if all(abs(np.log(solution.delta / known.delta)) > ROUGH for known in found):
            found.append(solution)
    return found


def objective(spectrum: Spectrum, samples: float, weight_decay: float, width: float, solution: StateEvolution) -> float:
    """Mean squared residual and penalty lambda |W|_F^2/n at a solution: of several, the minimum has the least."""
    top = top_part(spectrum, solution.delta**2, solution.threshold, width)
    # |W|_F^2 = sqrt(p d) Tr S, Tr S = d M1
    penalty: float = weight_decay * np.sqrt(width) * spectrum.dim**2 * top.first / samples
    return solution.train_loss + penalty


def width_curve(
    spectrum: Spectrum, samples: float, weight_decay: float | Array, noise_var: float, hidden: Indices
) -> list[StateEvolution]:
    """State evolution at numbers p of hidden units, shape (k,); each from the next larger one.

    `weight_decay` is one for all, or of shape (k,). A width without a solution has the status that says why.
    """
    decays = np.broadcast_to(np.asarray(weight_decay, dtype=float), hidden.shape)
    found: dict[int, StateEvolution] = {}
    start = None
    for place in np.argsort(-hidden, kind="stable"):
        solution = attempt_solution(
            state_evolution,
            spectrum,
            samples,
            float(decays[place]),
            noise_var,
            width=float(hidden[place] / spectrum.dim),
            start=start,
        )
        found[int(place)] = solution
        start = solution if solution.solved else start
    return [found[place] for place in range(hidden.size)]


def pays(spectrum: Spectrum, solution: StateEvolution) -> int:
    """Number of directions s > (sqrt(b^2 + 12 t) - b)/2 that lower the risk, at the noise of a solution."""
    t, b = solution.delta**2, solution.threshold
    # the form without cancellation
    least = 6 * t / (np.sqrt(b**2 + 12 * t) + b)
    return rounded(float(spectrum.weights[spectrum.values > least * (1 + TIE)].sum()))


def best_width_law(
    spectrum: Spectrum, samples: float, weight_decay: Callable[[int], float], noise_var: float
) -> BestWidth:
    """p* of the law: the largest p at whose own noise p directions pay, or 1.

    Parameters
    ----------
    weight_decay : callable
        lambda as a function of p.
    """

    def at(hidden: int) -> StateEvolution:
        width = hidden / spectrum.dim
        return state_evolution(spectrum, samples, weight_decay(hidden), noise_var, width=width)

    low, dim = 1, rounded(spectrum.dim)
    high = 2
    while high <= dim and pays(spectrum, at(high)) >= high:
        low, high = high, 2 * high
    high = min(high, dim + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if pays(spectrum, at(middle)) >= middle else (low, middle)
    return BestWidth(low, at(low))


def best_width(spectrum: Spectrum, samples: float, weight_decay: Callable[[int], float], noise_var: float) -> BestWidth:
    """Number of hidden units of the least risk in state evolution; of equal ones the least.

    The risk has several minima in p: widths a tenth apart are tried first, then all around the best.
    """
    dim = rounded(spectrum.dim)
    stages = np.geomspace(EVERY, dim, max(2, int(PER_LOG * np.log(max(dim / EVERY, 1))) + 1))
    tried = np.unique(np.concatenate([np.arange(1, min(EVERY, dim) + 1), np.minimum(np.rint(stages), dim).astype(int)]))
    best = _least(spectrum, samples, weight_decay, noise_var, tried)
    place = int(np.searchsorted(tried, best.hidden))
    around = np.arange(tried[max(place - 1, 0)] + 1, tried[min(place + 1, tried.size - 1)])
    if around.size <= 1:
        return best
    around = np.unique(around[np.rint(np.linspace(0, around.size - 1, min(around.size, NEIGHBOURS))).astype(int)])
    return _least(spectrum, samples, weight_decay, noise_var, np.union1d(around, [best.hidden]))


def _least(
    spectrum: Spectrum, samples: float, weight_decay: Callable[[int], float], noise_var: float, hidden: Indices
) -> BestWidth:
    decays = np.array([weight_decay(int(p)) for p in hidden])
    found = width_curve(spectrum, samples, decays, noise_var, hidden)
    risks = np.array([solution.risk for solution in found])
    first = int(np.flatnonzero(risks <= np.nanmin(risks) * (1 + TIE))[0])
    return BestWidth(int(hidden[first]), found[first])
