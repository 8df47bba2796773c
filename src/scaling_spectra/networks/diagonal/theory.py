"""State evolution of the diagonal network (the LASSO), its Bayes-optimal and its lazy baseline.

The trained weights behave as theta_i = eta(theta*_i + delta z_i; b), eta the soft threshold and
z ~ N(0, 1), where the effective noise delta and the threshold b solve (Bayati & Montanari 2012)

    delta^2 = (Delta + R) d / n,      lambda = b (n - div) / d,
    R = mean_i E(theta_i - theta*_i)^2,      div = sum_i P(|theta*_i + delta z_i| > b).
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.conditioning import ROUNDING, accuracy
from scaling_spectra.continuation import follow
from scaling_spectra.networks.diagonal.baselines import bayes_risk, conditional_bayes_risk, lazy_risk
from scaling_spectra.networks.diagonal.moments import Moments, conditional_moments, moments
from scaling_spectra.networks.diagonal.ranges import LOG_RANGE, check
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum

# what a network's theory offers
__all__ = [
    "bayes_risk",
    "conditional_bayes_risk",
    "conditional_state_evolution",
    "curve",
    "lazy_risk",
    "state_evolution",
]
NEWTON_STEPS = 40
NESTED_STEPS = 300
LONGEST_STEP = 2.0
# evaluations of the averages after which a solve gives up
MOST_EVALUATIONS = 5000
# a last Newton step this small leaves an error of its square
SMALL_STEP = 1e-10


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
    """Solve state evolution averaged over theta*_i ~ N(0, s_i^2).

    Parameters
    ----------
    spectrum : Spectrum
        Scales s_i, merged or not.
    samples : float
        n > 0.
    weight_decay : float
        lambda > 0.
    noise_var : float
        Delta >= 0.
    width : float
        Ignored: the diagonal network has one hidden unit per input.
    start : StateEvolution, optional
        Solution at a nearby point.
    tol : float
        Largest relative residual accepted.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    StateEvolutionError
        If the equations cannot be solved to `tol`.
    """
    signal = float(spectrum.mean(spectrum.values**2))
    return settle(partial(moments, spectrum), spectrum.dim, signal, samples, weight_decay, noise_var, start, tol)


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
    """Solve state evolution for a given teacher theta*, shape (d,).

    A simulation follows the state evolution of its own teacher; the average over teachers spreads
    with theta*_1. Parameters and errors otherwise as in `state_evolution`.
    """
    teacher = np.asarray(teacher, dtype=float)
    if teacher.ndim != 1 or teacher.size == 0 or not np.isfinite(teacher).all():
        raise ValueError("teacher: must be a non-empty vector of finite weights")
    signal = float(np.mean(teacher**2))
    at = partial(conditional_moments, teacher)
    return settle(at, teacher.size, signal, samples, weight_decay, noise_var, start, tol)


def curve(
    spectrum: Spectrum,
    samples: Array,
    weight_decay: Array,
    noise_var: float,
    *,
    width: float = 1.0,
    tol: float = 1e-10,
) -> list[StateEvolution]:
    """State evolution along a curve, each point started where those before it point.

    `samples` and `weight_decay` are broadcast against each other and taken in C order.
    """
    solve = partial(state_evolution, spectrum, noise_var=noise_var, tol=tol)
    return follow(solve, samples, weight_decay)


def settle(
    moments_at: Callable[[float, float], Moments],
    dim: float,
    signal: float,
    samples: float,
    weight_decay: float,
    noise_var: float,
    start: StateEvolution | None,
    tol: float,
    least_price: float = 1.0,
) -> StateEvolution:
    """Newton in (log delta, log b); where it does not converge, one unknown within the other.

    Every weight has a threshold of `least_price` b at least.
    """
    check(samples, weight_decay, noise_var)
    ratio = dim / samples
    if noise_var + signal == 0:
        # labels that are zero: every weight is zero
        return StateEvolution(
            delta=0.0,
            threshold=weight_decay * ratio,
            risk=0.0,
            divergence=0.0,
            train_loss=0.0,
            residual=0.0,
            accuracy=ROUNDING,
        )
    where = f"d = {dim:g}, samples = {samples:g}, weight_decay = {weight_decay:g}, noise_var = {noise_var:g}"
    evaluations = 0

    def equations(x: Array) -> tuple[Array, Array, Moments]:
        """Logs of the sides' ratios of both equations, their Jacobian, and the moments."""
        nonlocal evaluations
        evaluations += 1
        if evaluations > MOST_EVALUATIONS:
            raise StateEvolutionError(
                f"state evolution (diagonal): not solved in {MOST_EVALUATIONS} evaluations at {where}"
            )
        delta, b = np.exp(x)
        m = moments_at(delta, b)
        noise = noise_var + m.risk
        penalty = weight_decay * dim / b
        first = np.log(noise * ratio) - 2 * x[0]
        slopes = [2 * delta**2 * m.risk_delta2 / noise - 2, b * m.risk_b / noise]
        # lambda d / b = n - div, sorted so that both sides are sums of positive terms
        if 2 * samples < dim:
            right = m.active + penalty
            second = np.log(samples / right)
            weight, sign = right, -1.0
        else:
            left, right = m.inactive + max(samples - dim, 0.0), penalty + max(dim - samples, 0.0)
            left = max(left, np.finfo(float).tiny)
            second = np.log(left / right)
            weight, sign = left, -1.0
        by_delta = sign * 2 * delta**2 * m.active_delta2 / weight
        by_b = sign * b * m.active_b / weight + penalty / right
        return np.array([first, second]), np.array([slopes, [by_delta, by_b]]), m

    def solution(x: Array, values: Array, m: Moments) -> StateEvolution:
        jacobian = equations(x)[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = (jacobian[0] + [2, 0]) * (noise_var + m.risk) / m.risk
        # (1 - div/n)^2 = (lambda d / (b n))^2
        shrink = weight_decay * ratio / np.exp(x[1])
        return StateEvolution(
            delta=float(np.exp(x[0])),
            threshold=float(np.exp(x[1])),
            risk=float(m.risk),
            divergence=float(m.active),
            train_loss=float((noise_var + m.risk) * shrink**2),
            residual=float(np.abs(values).max()),
            accuracy=accuracy(jacobian, values, slopes),
        )

    # nothing learned, everything learned up to the shrinkage b
    starts = [
        ((noise_var + signal) * ratio, weight_decay * ratio + np.sqrt((noise_var + signal) * ratio) / least_price)
    ]
    if samples > dim:
        b = weight_decay * dim / (samples - dim)
        starts.append(((noise_var + b**2) * dim / (samples - dim), b))
    if start is not None and start.delta > 0:
        starts.insert(0, (start.delta**2, start.threshold))
    # near n = d the first equation holds to any relative tolerance as delta -> infinity; but the LASSO's
    # lambda |theta|_1 <= |y|^2/2 bounds the risk, and with it delta
    largest = samples * (noise_var + signal) / (2 * weight_decay * least_price)
    ceiling = 0.5 * np.log((noise_var + 2 * signal + 2 * largest**2 / dim) * ratio)
    for delta2, b in starts:
        found = _newton(equations, np.array([np.log(delta2) / 2, np.log(b)]), tol)
        if found is not None and found[0][0] <= ceiling:
            break
    else:
        found = _nested_newton(equations, np.log(weight_decay * ratio), 0.5 * np.log((noise_var + signal) * ratio))
    result = solution(*found)
    if not (result.residual <= tol and found[0][0] <= ceiling):
        raise StateEvolutionError(
            f"state evolution (diagonal): delta {result.delta:.1e}, residual {result.residual:.1e} "
            f"above tol {tol:.1e} at {where}"
        )
    return result


# residuals at (log delta, log b), their Jacobian, and the moments
Equations = Callable[[Array], tuple[Array, Array, Moments]]


def _newton(equations: Equations, x: Array, tol: float) -> tuple[Array, Array, Moments] | None:
    """Damped Newton; the unknowns, residuals and moments, or None if a residual stays above `tol`."""
    values, jacobian, m = equations(x)
    size = np.abs(values).max()
    for _ in range(NEWTON_STEPS):
        (by_delta_1, by_b_1), (by_delta_2, by_b_2) = jacobian
        determinant = by_delta_1 * by_b_2 - by_b_1 * by_delta_2
        if size == 0 or not np.isfinite(size) or abs(determinant) < 1e-30:
            break
        step = np.array([by_b_1 * values[1] - by_b_2 * values[0], by_delta_2 * values[0] - by_delta_1 * values[1]])
        step /= max(abs(determinant), np.abs(step).max() / LONGEST_STEP) * np.sign(determinant)
        for _ in range(8):
            trial = x + step
            if np.abs(trial).max() < LOG_RANGE:
                trial_values, trial_jacobian, trial_m = equations(trial)
                trial_size = np.abs(trial_values).max()
                # below the tolerance only rounding keeps a full step from helping
                if trial_size < size or size <= tol:
                    break
            step /= 2
        else:
            break
        if trial_size >= size:
            break
        x, values, jacobian, m, size = trial, trial_values, trial_jacobian, trial_m, trial_size
        if np.abs(step).max() < SMALL_STEP:
            break
    return (x, values, m) if size <= tol else None


def _nested_newton(equations: Equations, log_b_floor: float, log_delta: float) -> tuple[Array, Array, Moments]:
    """The second equation is monotone in b at fixed delta; with that b the first falls in delta."""
    log_b = max(log_b_floor, log_delta)

    def second(log_b: float) -> tuple[float, float]:
        values, jacobian, _ = equations(np.array([log_delta, log_b]))
        return values[1], jacobian[1, 1]

    def first(x: float) -> tuple[float, float]:
        nonlocal log_delta, log_b
        log_delta = x
        # b (n - div) = lambda d gives b >= lambda d / n
        log_b = _increasing_root(second, log_b, log_b_floor, LOG_RANGE)
        values, jacobian, _ = equations(np.array([log_delta, log_b]))
        return -values[0], jacobian[0, 1] * jacobian[1, 0] / jacobian[1, 1] - jacobian[0, 0]

    _increasing_root(first, log_delta, -LOG_RANGE, LOG_RANGE)
    x = np.array([log_delta, log_b])
    values, _, m = equations(x)
    return x, values, m


def _increasing_root(function: Callable[[float], tuple[float, float]], x: float, low: float, high: float) -> float:
    """Root of a function given with its slope, by Newton within the bracket."""
    for _ in range(NESTED_STEPS):
        value, slope = function(x)
        low, high = (x, high) if value < 0 else (low, x)
        step = -value / slope if slope > 0 else -np.copysign(LONGEST_STEP, value)
        step = min(max(step, -LONGEST_STEP), LONGEST_STEP)
        if not low < x + step < high:
            step = np.copysign(min(abs(high - low) / 2, LONGEST_STEP), step)
        if value == 0 or abs(step) < 1e-14:
            break
        x += step
    return x
