"""State evolution of the quadratic network, its Bayes-optimal risk and the lazy baseline.

With alpha = n/d^2, t = delta^2 and the half-line integrals of mu = law(s) boxplus semicircle(t) above b,

    2 alpha t = M(t, b) + Delta/2,        lambda sqrt(p/d) = 4 b (alpha - D(t, b)),

M the mean squared distance between (S* + delta G - b)_+ and S*, D its normalised divergence; of fewer than d hidden
units the p largest eigenvalues are kept.
"""

from dataclasses import replace
from functools import partial

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.continuation import follow
from scaling_spectra.free_probability.denoising import optimal_distance
from scaling_spectra.merging import merge
from scaling_spectra.networks.quadratic.equations import ROUGH, WIDE, require_parameters
from scaling_spectra.networks.quadratic.few_units import BY_DECAY, BY_WIDTH, LEAP, equations_of
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum, from_values
from scaling_spectra.ties import TIE

# the Bayes-optimal risk: denoisers evaluated before it is given up, and steps of its secant
MOST_DENOISINGS = 100
SECANT_STEPS = 10
# how many steps without a risk of passing a solution are taken at once, the shortest step down in log t, and how close
# to the solution the rough denoiser brings it
FARTHEST = 8.0
SHORTEST = 0.1
NEAR = 1e-5


def state_evolution(
    spectrum: Spectrum,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-10,
) -> StateEvolution:
    """Solve the state-evolution equations.

    Parameters
    ----------
    spectrum : Spectrum
        Eigenvalues of the teacher.
    samples : float
        n > 0, not n_eff.
    weight_decay : float
        lambda > 0.
    noise_var : float
        Delta >= 0.
    width : float
        Number of hidden units over dimension, p/d. Of fewer than d the p largest eigenvalues are learned; where that
        leaves several solutions, the one that is continued in p from wide networks is taken (`branch` says so).
    start : StateEvolution, optional
        Solution at a neighbouring point; only the time depends on it.
    tol : float
        Largest relative residual of the two equations, where double precision attains it: just below the edge of
        the bulk a last digit of b is worth more. `accuracy` is what was attained.

    Returns
    -------
    StateEvolution
        `risk` is R = 2 M, `divergence` is D = div/d^2.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    StateEvolutionError
        If the residual stays above `tol` and above what rounding explains.
    """
    require_parameters(noise_var, samples=samples, weight_decay=weight_decay, width=width, tol=tol)
    equations = equations_of(spectrum, samples, weight_decay, noise_var, width)
    try:
        found = equations.nothing_learned() or equations.nothing_cut()
        if found is None and start is not None:
            found = equations.solve(np.log([start.delta**2, start.threshold]), tol)
            # few hidden units leave several solutions: one far from the start belongs to another branch
            if found is not None and width < 1 and abs(np.log(found.delta / start.delta)) > LEAP / 2:
                found = None
            known = BY_DECAY if start.branch == BY_DECAY else BY_WIDTH
            found = found and replace(found, branch=WIDE if found.cut == -np.inf else known)
        found = found or next(equations.branches(tol), None)
        reason = f"no solution to {tol:g}"
    except ArithmeticError as error:
        found, reason = None, str(error)
    if found is None:
        raise StateEvolutionError(
            f"state evolution (quadratic): {reason} at dim = {spectrum.dim:g}, "
            f"samples = {samples:g}, weight_decay = {weight_decay:g}, noise_var = {noise_var:g}, width = {width:g}"
        )
    return found


def conditional_state_evolution(
    teacher: Array,
    samples: float,
    weight_decay: float,
    noise_var: float,
    *,
    width: float = 1.0,
    start: StateEvolution | None = None,
    tol: float = 1e-10,
) -> StateEvolution:
    """State evolution of the given teacher, eigenvalues of shape (d,); parameters as in `state_evolution`."""
    return state_evolution(from_values(teacher), samples, weight_decay, noise_var, width=width, start=start, tol=tol)


def linearised(
    spectrum: Spectrum,
    samples: float,
    weight_decay: float,
    noise_var: float,
    solution: StateEvolution,
    *,
    width: float = 1.0,
) -> Array:
    """Jacobian of the two equations at a solution, shape (2, 2).

    Rows: derivatives of log[(M + Delta/2)/(2 alpha t)] and log[(D + lambda sqrt(p/d)/4b)/alpha]; columns: in
    log t and log b. Parameters as in `state_evolution`.
    """
    equations = equations_of(spectrum, samples, weight_decay, noise_var, width)
    unknowns = np.log([solution.delta**2, solution.threshold])
    return equations.jacobian(unknowns, equations.half_line(unknowns, ROUGH))


def curve(
    spectrum: Spectrum,
    samples: Array,
    weight_decay: Array,
    noise_var: float,
    *,
    width: float = 1.0,
    tol: float = 1e-10,
) -> list[StateEvolution]:
    """State evolution along a path, each point started where those before it point.

    Parameters
    ----------
    samples, weight_decay : array_like
        n and lambda along the path; scalars or vectors that broadcast to one length.
    """
    solve = partial(state_evolution, spectrum, noise_var=noise_var, width=width, tol=tol)
    return follow(solve, samples, weight_decay)


def risk_map(
    spectrum: Spectrum,
    samples: Array,
    weight_decay: Array,
    noise_var: float,
    *,
    width: float = 1.0,
    tol: float = 1e-10,
) -> Array:
    """Risk on the grid of `samples` (k,) and `weight_decay` (l,), shape (k, l); both sorted, for speed."""
    grid = np.tile(weight_decay, (len(samples), 1))
    # there and back again, so that each point starts from a neighbour
    grid[1::2] = grid[1::2, ::-1]
    path = curve(spectrum, np.repeat(samples, len(weight_decay)), grid.ravel(), noise_var, width=width, tol=tol)
    risks = np.array([point.risk for point in path]).reshape(grid.shape)
    risks[1::2] = risks[1::2, ::-1]
    return risks


def lazy_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk R = 2 M of the optimally regularised ridge on S (kernel regression with fixed features).

    M = Q t/(Q + t) with Q = mean(s^2) and 2 alpha t = M + Delta/2: the positive root of a quadratic in t.
    """
    energy = float(spectrum.mean(spectrum.values**2))
    twice_alpha = 2 * samples / spectrum.dim**2
    linear = energy * (twice_alpha - 1) - noise_var / 2
    root = np.hypot(linear, np.sqrt(2 * twice_alpha * noise_var * energy))
    # the form of the root without cancellation
    t = noise_var * energy / (linear + root) if linear > 0 else (root - linear) / (2 * twice_alpha)
    return float(2 * energy * t / (energy + t)) if t else 0.0


def bayes_risk(spectrum: Spectrum, samples: float, noise_var: float, *, tol: float = 1e-9) -> float:
    """Bayes-optimal risk R = 2 M for a known spectrum and a uniformly rotated teacher.

    M = M(t) of the optimal denoiser at 2 alpha t = M + Delta/2, the largest solution: the one reached
    from no information (Maillard et al., *Bayes-optimal learning of an extensive-width neural network*).
    """
    twice_alpha = 2 * samples / spectrum.dim**2
    # M(t)/t grows to 1 - P(two scales are equal) as t -> 0: without noise, t = 0 if there are as many
    # samples as unknowns
    if noise_var == 0 and twice_alpha >= (1 - TIE) * (1 - spectrum.collision):
        return 0.0
    # the merged spectrum brackets the solution and starts the secant on the full one, unless its
    # coarse values would put recovery without noise too early
    merged = merge(spectrum)
    if noise_var == 0 and twice_alpha >= 0.9 * (1 - np.sum(merged.fractions**2)):
        merged = spectrum

    evaluations = 0

    def at(log_t: float, atoms: Spectrum, tol: float) -> tuple[float, float]:
        """Logarithm of the ratio of both sides, and M."""
        nonlocal evaluations
        evaluations += 1
        t = np.exp(log_t)
        try:
            if evaluations > MOST_DENOISINGS:
                raise ArithmeticError(f"not solved in {MOST_DENOISINGS} evaluations")
            distance = optimal_distance(atoms, t, tol=tol)
        except ArithmeticError as error:
            raise StateEvolutionError(
                f"Bayes-optimal risk: {error} at dim = {spectrum.dim:g}, samples = {samples:g}, "
                f"noise_var = {noise_var:g}"
            ) from None
        return float(np.log((distance + noise_var / 2) / (twice_alpha * t))), distance

    known: dict[float, float] = {}

    def rough(log_t: float) -> float:
        if log_t not in known:
            known[log_t] = at(log_t, merged, ROUGH)[0]
        return known[log_t]

    # M(t) <= mean(s^2), but for the tolerance and the error of the merged spectrum
    high = float(np.log((spectrum.mean(spectrum.values**2) + noise_var / 2) / twice_alpha)) + 10 * ROUGH
    low, stride = high - 1.0, 1.0
    while rough(low) < 0:
        # M rises with t, so no solution is above log t + excess; the line through the last two points reaches farther
        safe = max(SHORTEST, -rough(low))
        line = 1.05 * rough(low) * stride / (rough(high) - rough(low)) if rough(low) > rough(high) else np.inf
        stride = float(np.clip(line, safe, FARTHEST * safe))
        low, high = low - stride, low
    log_t = brentq(rough, low, high, xtol=NEAR)
    # the slope towards the nearest point known
    other = min((x for x in known if abs(x - log_t) > NEAR), key=lambda x: abs(x - log_t))
    slope = (rough(log_t) - rough(other)) / (log_t - other)
    excess, distance = at(log_t, spectrum, tol)
    for _ in range(SECANT_STEPS):
        step = -excess / slope
        if abs(step) <= tol:
            break
        before, log_t = excess, log_t + step
        excess, distance = at(log_t, spectrum, tol)
        if excess != before:
            slope = (excess - before) / step
    return float(2 * distance)


def conditional_bayes_risk(teacher: Array, spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """`bayes_risk` of the given teacher, eigenvalues of shape (d,): they are the prior, whatever its `spectrum`."""
    return bayes_risk(from_values(teacher), samples, noise_var)
