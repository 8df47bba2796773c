"""State evolution of the diagonal network (the LASSO), its Bayes-optimal and its lazy baseline.

The trained weights behave as theta_i = eta(theta*_i + delta z_i; b), eta the soft threshold and
z ~ N(0, 1), where the effective noise delta and the threshold b solve (Bayati & Montanari 2012)

    delta^2 = (Delta + R) d / n,      lambda = b (n - div) / d,
    R = mean_i E(theta_i - theta*_i)^2,      div = sum_i P(|theta*_i + delta z_i| > b).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, cast

import numpy as np
from scipy.optimize import brentq
from scipy.special import erf, erfc, factorial, ndtr

from scaling_spectra.arrays import Array, Numbers
from scaling_spectra.conditioning import ROUNDING, accuracy
from scaling_spectra.continuation import follow
from scaling_spectra.records import StateEvolution, StateEvolutionError
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import TIE

NEWTON_STEPS = 40
NESTED_STEPS = 300
LONGEST_STEP = 2.0
# evaluations of the averages after which a solve gives up
MOST_EVALUATIONS = 5000
# a last Newton step this small leaves an error of its square
SMALL_STEP = 1e-10
# coefficients of E[z^2; |z| < a]/(sqrt(2/pi) a^3) in powers of a^2, (-1/2)^k/(k! (2k + 3))
SERIES_BELOW = 0.5
SERIES = (-0.5) ** np.arange(11) / (factorial(np.arange(11)) * (2 * np.arange(11) + 3))
# half-width of an interval below which its probability is a series
SMALL = 1e-3
# the unknowns stay above exp(-LOG_RANGE) and below exp(LOG_RANGE), where nothing over- or underflows
LOG_RANGE = 300.0


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


def bayes_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk of the posterior mean under the prior theta*_i ~ N(0, s_i^2), known to the estimator.

    R = mean_i s_i^2 delta^2 / (s_i^2 + delta^2) at delta^2 = (Delta + R) d / n.
    """
    _check(samples, 1.0, noise_var)
    ratio = spectrum.dim / samples
    variance = spectrum.values**2
    # as delta -> 0 the risk is delta^2 times the fraction of directions that carry signal
    if noise_var == 0 and samples >= (1 - TIE) * spectrum.weights[variance > 0].sum():
        return 0.0

    def risk(log_delta2: float) -> float:
        delta2 = np.exp(log_delta2)
        return float(spectrum.mean(variance * (delta2 / (variance + delta2))))

    def mismatch(log_delta2: float) -> float:
        log_noise: float = np.log((noise_var + risk(log_delta2)) * ratio)
        return log_noise - log_delta2

    high = np.log((noise_var + float(spectrum.mean(variance))) * ratio)
    low = np.log(noise_var * ratio) if noise_var > 0 else _lower_end(mismatch, high)
    return risk(_bracketed_root(mismatch, low, high))


def conditional_bayes_risk(teacher: Array, spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk of the same posterior mean for a given teacher theta*, shape (d,), of the prior `spectrum`.

    The posterior mean is a ridge regression that shrinks weight i by v_i/(v_i + kappa), where kappa is the noise
    delta^2 of the average teacher whatever theta* is; the noise that this teacher causes then solves

        R = mean_i [(kappa/(v_i + kappa))^2 theta*_i^2 + (v_i/(v_i + kappa))^2 delta^2],  delta^2 = (Delta + R) d/n.

    Parameters
    ----------
    spectrum : Spectrum
        Scales s_i, not merged, in the order of the teacher's weights.
    """
    ratio, variance = teacher.size / samples, spectrum.values**2
    kappa = ratio * (noise_var + bayes_risk(spectrum, samples, noise_var))
    missed = np.mean((kappa / (variance + kappa)) ** 2 * teacher**2)
    passed = ratio * np.mean((variance / (variance + kappa)) ** 2)
    return float((missed + passed * noise_var) / (1 - passed))


def lazy_risk(spectrum: Spectrum, samples: float, noise_var: float) -> float:
    """Risk of ridge regression with the best ridge: what the same inputs give without feature learning.

    R = Q delta^2 / (Q + delta^2), delta^2 = (Delta + R) d / n, depends on Q = mean s_i^2 alone.
    """
    _check(samples, 1.0, noise_var)
    ratio = spectrum.dim / samples
    signal = float(spectrum.mean(spectrum.values**2))
    # delta^4 + p delta^2 - q = 0, the positive root in the form that does not cancel
    p, q = signal - ratio * (noise_var + signal), ratio * noise_var * signal
    root = np.hypot(p, 2 * np.sqrt(q))
    delta2 = (root - p) / 2 if p <= 0 else 2 * q / (root + p)
    return float(signal * delta2 / (signal + delta2)) if delta2 > 0 else 0.0


class Moments(NamedTuple):
    """Averages at an effective noise delta and a threshold b, with derivatives by delta^2 and b.

    Attributes
    ----------
    risk : float
        mean_i E(eta(theta*_i + delta z; b) - theta*_i)^2.
    active, inactive : float
        div = sum_i P(|theta*_i + delta z| > b), and d - div free of cancellation.
    risk_delta2, risk_b, active_delta2, active_b : float
        Derivatives of `risk` and `active`.
    """

    risk: float
    active: float
    inactive: float
    risk_delta2: float
    risk_b: float
    active_delta2: float
    active_b: float


def moments(spectrum: Spectrum, delta: float, b: float) -> Moments:
    """Averages over theta*_i ~ N(0, s_i^2) and z, every term positive."""
    return priced_moments(spectrum.values, 1.0, spectrum.weights, delta, b)


def priced_moments(scales: Array, prices: Numbers, weights: Array, delta: float, b: float) -> Moments:
    """The same where weight i, of scale s_i, has the threshold b r_i; scales and weights of shape (m,)."""
    variance, fractions = scales**2, weights / weights.sum()
    total = variance + delta**2
    t = np.sqrt(total)
    cut = b * prices
    a = cut / t
    noise_share, signal_share = delta**2 / total, variance / total
    density = _normal_density(a)
    above, below = erfc(a / np.sqrt(2)), erf(a / np.sqrt(2))
    return Moments(
        risk=fractions @ errors(variance, delta, a, density, above),
        active=weights @ above,
        inactive=weights @ below,
        risk_delta2=fractions @ (above - 2 * signal_share * a * density),
        risk_b=2 * (fractions @ (prices * (cut * above - 2 * noise_share * t * density))),
        active_delta2=cast(float, weights @ (a * density / total)),
        active_b=-2 * cast(float, weights @ (prices * density / t)),
    )


def errors(variance: Array, delta: float, a: Array, density: Array, above: Array) -> Array:
    """E(theta_i - theta*_i)^2 of weights theta*_i ~ N(0, v_i) behind the threshold a_i t_i, with phi and P at a_i."""
    total = variance + delta**2
    noise_share, signal_share = delta**2 / total, variance / total
    # y = theta* + delta z = t u leaves the posterior variance v delta^2/t^2; the estimator misses
    # the posterior mean (v/t^2) y by (delta^2/t^2) y - b above the threshold, by all of it below
    kept = noise_share**2 * (above + 2 * a * density) - 4 * a * noise_share * density + a**2 * above
    missed = signal_share**2 * square_below(a)
    found: Array = variance * noise_share + total * (kept + missed)
    return found


def risks(variance: Array, delta: float, threshold: float) -> Array:
    """E(theta_i - theta*_i)^2 of weights theta*_i ~ N(0, v_i) in noise delta behind a threshold b."""
    a = threshold / np.sqrt(variance + delta**2)
    return errors(variance, delta, a, _normal_density(a), erfc(a / np.sqrt(2)))


def square_below(a: Array) -> Array:
    """E[z^2; |z| < a] for a standard normal z, to full relative precision for small a too."""
    small = np.minimum(a, SERIES_BELOW)
    series = np.sqrt(2 / np.pi) * small**3 * np.polynomial.polynomial.polyval(small**2, SERIES)
    squares: Array = np.where(a < SERIES_BELOW, series, erf(a / np.sqrt(2)) - 2 * a * _normal_density(a))
    return squares


def conditional_moments(teacher: Array, delta: float, b: float, prices: Numbers = 1.0) -> Moments:
    """Averages over z for a given teacher theta*, shape (d,), at the threshold b, or b r_i for weight i."""
    # kept if z > upper or z < -lower; the estimator then errs by delta z -+ b, else by theta*
    theta, cut = np.abs(teacher), b * prices
    beta, upper, lower = cut / delta, (cut - theta) / delta, (cut + theta) / delta
    upper_density, lower_density = _normal_density(upper), _normal_density(lower)
    above = ndtr(-upper) + ndtr(-lower)
    between = _probability_near(theta / delta, beta)
    kept = (1 + beta**2) * above + (upper - 2 * beta) * upper_density + (lower - 2 * beta) * lower_density
    densities = upper_density + lower_density
    return Moments(
        risk=np.mean(delta**2 * kept + theta**2 * between),
        active=above.sum(),
        inactive=between.sum(),
        risk_delta2=np.mean(above - theta / delta * (upper_density - lower_density)),
        risk_b=2 * np.mean(prices * (cut * above - delta * densities)),
        active_delta2=(upper * upper_density + lower * lower_density).sum() / (2 * delta**2),
        active_b=float(-np.sum(prices * densities) / delta),
    )


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
    _check(samples, weight_decay, noise_var)
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


def _lower_end(function: Callable[[float], float], high: float) -> float:
    """A point below `high` where a function that ends positive on the left is positive."""
    step = 1.0
    while function(high - step) <= 0 and step < LOG_RANGE:
        step *= 1.5
    return high - step


def _bracketed_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of a function that is not of one sign on [low, high], up to rounding at the ends."""
    at_low, at_high = function(low), function(high)
    if at_low * at_high >= 0:
        return low if abs(at_low) < abs(at_high) else high
    return float(brentq(function, low, high, xtol=1e-15, rtol=1e-14))


def _probability_near(tau: Array, beta: Numbers) -> Array:
    """P(|z + tau| < beta), without the difference of two tails where beta is small."""
    small = np.minimum(beta, SMALL)
    series = 1 + small**2 * (tau**2 - 1) / 6 + small**4 * (tau**4 - 6 * tau**2 + 3) / 120
    between: Array = np.where(
        np.asarray(beta) > SMALL, ndtr(beta - tau) - ndtr(-beta - tau), 2 * small * _normal_density(tau) * series
    )
    return between


def _normal_density(x: Array) -> Array:
    density: Array = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _check(samples: float, weight_decay: float, noise_var: float) -> None:
    """Raise ValueError unless n > 0, lambda > 0 and Delta >= 0, all finite."""
    for name, value in (("samples", samples), ("weight_decay", weight_decay)):
        if not (value > 0 and np.isfinite(value)):
            raise ValueError(f"{name}: {value} is not a positive finite number")
    if not (noise_var >= 0 and np.isfinite(noise_var)):
        raise ValueError(f"noise_var: {noise_var} is not a non-negative finite number")
