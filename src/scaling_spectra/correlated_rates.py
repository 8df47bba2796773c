"""Rates with correlated inputs, sigma_i^2 ~ i^(-a) with or against a power law: predicted and measured.

With g = gamma + a k/2, k the network's power, whitened features fall as i^(-g) and prices rise as i^(a k/2).

* Shrinkage limits (lambda fixed): feature i is found if its scale exceeds its threshold b i^(a k/2), so that K features
  are with K^(g + a k/2) ~ n_eff, and R ~ K^(1 - 2 g).
* Noise limits, decay matched to the inputs: white inputs with the exponent g in place of gamma.
* The largest variances against it, on the smallest features, decay matched: features fall as i^(-gamma) from the first
  one and as j^(-a k/2) from the last one, and the steeper of the two carries the signal and its rate.
* Noise limits, plain decay at its best: the diagonal network cuts what lies beyond its last feature by the price alone,
  the rate is the same and the logarithm is gone. In the quadratic network the largest features mix with (scale/b)^(1/a)
  others. If a > 1/2 these sum up, K features cost K^(1 + g/a)/n, and R ~ n^(-(2 g - 1)/(g (2 + 1/a))) depends on n and
  not on d; otherwise the tail of all d counts, and no single power holds. Nor does one against the teacher.

The diagonal network has no edge of noise that matched decay could cut at, but a tail: see `with_logarithm`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.continuation import Continuation
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.optimal import lowest
from scaling_spectra.ties import TIE
from scaling_spectra.whitened import Whitened, whitened_power_law

SHRINKAGE, NOISE = "shrinkage", "noise"
# limit, weight decay and position of the largest variances
CASES = (
    (SHRINKAGE, "plain", "aligned"),
    (NOISE, "plain", "aligned"),
    (NOISE, "matched", "aligned"),
    (NOISE, "plain", "against"),
    (NOISE, "matched", "against"),
)
# features found at the start of a window and over its end, if those that are missed are at most this share of Delta
FIRST, DECADE = 300.0, 10.0
POINTS, MISSED = {"aligned": 3, "against": 2}, 0.02
# share of all d directions that the largest feature may mix with, and of all features that a window may find
MIXED, SHARE = 0.01, 1e-3
# above the noise by this factor, shrinkage limits
MARGIN = 30.0
# the search for the best weight decay, around its expected place
WINDOW = 10.0
# where no place is known: from this part of the noise, over the largest price, to so many times it over the least
WIDEST = (1e-3, 1e2)
# tolerance of state evolution at huge d, and the relative difference below which its risks are equal
TOL, FLAT = 1e-7, 1e-6


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A measured exponent of R in n_eff beside the predicted one.

    Attributes
    ----------
    limit : str
        ``shrinkage`` (lambda fixed) or ``noise`` (best lambda).
    decay : str
        ``plain`` or ``matched``.
    position : str
        ``aligned`` or ``against``.
    predicted : float
        NaN where no single power is known: the slope is measured.
    logarithmic : bool
        Whether a logarithm changes the slope at any d.
    expected : float
        The predicted exponent, with what the logarithm adds at this d and in the middle of this window.
    slope, first, last : float
        Over the window, and of its first and last piece.
    measured : bool
        Whether the window has a rate: few of all features are found, and a power is predicted or some are found all
        along it.
    n_eff, weight_decay : (float, float)
        Ends of the window.
    """

    network: str
    gamma: float
    input_exponent: float
    dim: float
    limit: str
    decay: str
    position: str
    predicted: float
    logarithmic: bool
    expected: float
    slope: float
    first: float
    last: float
    measured: bool
    n_eff: tuple[float, float]
    weight_decay: tuple[float, float]


def predicted(network: str, gamma: float, exponent: float, limit: str, decay: str, position: str = "aligned") -> float:
    """Exponent of R in n_eff; NaN where no single power is known."""
    power = correlated_of(network).POWER
    step = exponent * power / 2
    if position == "against":
        return -1 + 1 / (2 * max(gamma, step)) if (limit, decay) == (NOISE, "matched") else np.nan
    effective = gamma + step
    if limit == SHRINKAGE:
        return -(2 * effective - 1) / (effective + (step if decay == "plain" else 0.0))
    if power == 1 or decay == "matched":
        return -1 + 1 / (2 * effective)
    return -(2 * effective - 1) / (effective * (2 + 1 / exponent)) if _sums_up(exponent) else np.nan


def _sums_up(exponent: float) -> bool:
    """Whether a > 1/2, not 1/2 but for rounding: what the largest features mix with sums up, whatever d."""
    return exponent > 0.5 * (1 + TIE)


def logarithmic(network: str, limit: str, decay: str) -> bool:
    """Whether noise has a tail and no edge, and decay does not cut it by its price."""
    return (limit, decay) == (NOISE, "matched") and correlated_of(network).POWER == 1


def with_logarithm(effective: float, dim: float, found: float) -> float:
    """Exponent of R in n_eff of the diagonal network at its best lambda, features falling as i^(-g).

    K features are found at b = beta delta, and R ~ b^(2 - 1/g). A larger b costs K beta more of shrinkage and saves
    d phi(beta)/beta^2 of noise: at the best b, beta^2/2 + 3 log beta = log(d/K).
    """
    log_room = float(np.log(dim / found))
    ratio = float(brentq(lambda x: x**2 / 2 + 3 * np.log(x) - log_room, 1e-3, 2 + np.sqrt(2 * log_room)))
    growth = -1 / (2 * (effective * (ratio**2 + 3) - 1))
    return (2 - 1 / effective) * (-0.5 + growth)


def rates(
    network: str,
    gamma: float,
    exponent: float,
    noise_var: float,
    dim: int,
    cases: Sequence[tuple[str, str, str]] = CASES,
) -> list[Rate]:
    """Exponents of one network at input exponent a > 0 and huge d, by limit, decay and position."""
    return [_rate(network, gamma, exponent, noise_var, dim, *case) for case in cases]


def aligned(network: str, gamma: float, exponent: float, dim: int, decay: str) -> Whitened:
    """Features of aligned inputs whose signal is that of white ones."""
    return _placed(network, gamma, exponent, dim, decay, "aligned")


def _placed(network: str, gamma: float, exponent: float, dim: int, decay: str, position: str) -> Whitened:
    power = correlated_of(network).POWER
    white = whitened_power_law(dim, gamma, 0.0, "aligned", power, "plain").energy
    return whitened_power_law(dim, gamma, exponent, position, power, decay, signal=white)


def _rate(
    network: str, gamma: float, exponent: float, noise_var: float, dim: int, limit: str, decay: str, position: str
) -> Rate:
    power, kappa = correlated_of(network).POWER, limits_of(network).SAMPLES_FACTOR
    features, step = _placed(network, gamma, exponent, dim, decay, position), exponent * power / 2
    effective, top = gamma + step, float(features.scales.max())
    if position == "against":
        effective = max(gamma, step)
    first_price = float(features.prices.min()) if decay == "plain" else 1.0
    deep = limit == NOISE and decay == "plain" and power == 2 and _sums_up(exponent)
    first = FIRST
    if limit == NOISE:
        # R = Delta MISSED, where R = sum_{i > K} scale_i^2/d or, of matrices, twice that
        signal = power * top**2 / dim / ((2 * effective - 1) * MISSED * noise_var)
        first = max(first, signal ** (1 / (2 * effective - 1)))
    if deep and position == "aligned":
        # of K features the largest mixes with (scale/b)^(1/a) = K^(1 + g/a) others
        first = min(first, (MIXED * dim) ** (1 / (1 + effective / exponent)) / DECADE)
    found = np.geomspace(first, DECADE * first, POINTS[position])
    # threshold at which the last of the features is found, and n_eff at which its scale is the noise
    cut = top * found ** -(effective + (step if decay == "plain" else 0.0)) / first_price
    n_eff = noise_var * dim * found ** (2 * effective) / (kappa * top**2)
    around = (1 / WINDOW, WINDOW)
    if limit == SHRINKAGE:
        unit = kappa / dim * cut
        weight_decay = (
            MARGIN * float(np.sqrt(noise_var * kappa / dim) * found[-1] ** effective / top) * float(np.sqrt(dim))
        )
        n_eff = weight_decay / unit
        chosen = np.full(found.size, weight_decay)
    else:
        if deep and position == "aligned":
            n_eff = noise_var / (kappa * top**2) * found ** (effective * (2 + 1 / exponent))
        delta = np.sqrt(noise_var * dim / (kappa * n_eff))
        expected = cut if decay == "plain" else limits_of(network).bulk_edge(dim) * delta
        if position == "against" and decay == "plain":
            expected = delta / first_price
            around = (WIDEST[0] * first_price / max(1.0, first_price), WIDEST[1])
        elif decay == "plain" and power == 2 and not deep:
            # the bulk of all d directions is cut
            expected = delta / float(features.prices.max()) * np.sqrt(dim / found) ** 0.5
        chosen = kappa * n_eff / dim * expected
    solve = partial(correlated_of(network).state_evolution, features, noise_var=noise_var, tol=TOL)
    per_n_eff = 1 / problem_of(network).effective_samples(1, dim)
    path, risks = Continuation(solve), []
    for place, (n, lam) in enumerate(zip(n_eff, chosen, strict=True)):
        if limit == SHRINKAGE:
            risks.append(path.to(n * per_n_eff, lam).risk)
            continue
        low, high = np.log(lam * around[0]), np.log(lam * around[1])
        best = lowest([Continuation(solve)], n * per_n_eff, low, high, flat=FLAT)
        chosen[place] = best.weight_decay
        # at the end of the window there may be better ones beyond
        risks.append(best.risk if best.weight_decay > 0 else np.nan)
    has_logarithm, power_alone = (
        logarithmic(network, limit, decay),
        predicted(network, gamma, exponent, limit, decay, position),
    )
    # a window that finds a share of all features, or more than there are, says nothing of the power
    far = bool(found[-1] < SHARE * dim)
    expected_slope = power_alone if far else np.nan
    if has_logarithm and np.isfinite(expected_slope):
        expected_slope = with_logarithm(effective, dim, float(np.sqrt(found[0] * found[-1])))
    x, y = np.log(n_eff), np.log(risks)
    pieces = np.diff(y) / np.diff(x)
    return Rate(
        network=network,
        gamma=gamma,
        input_exponent=exponent,
        dim=dim,
        limit=limit,
        decay=decay,
        position=position,
        predicted=power_alone,
        logarithmic=has_logarithm,
        expected=expected_slope,
        slope=float(np.polyfit(x, y, 1)[0]) if np.isfinite(y).all() else np.nan,
        first=float(pieces[0]),
        last=float(pieces[-1]),
        measured=far and bool(np.isfinite(expected_slope) or risks[0] < noise_var),
        n_eff=(float(n_eff[0]), float(n_eff[-1])),
        weight_decay=(float(chosen[0]), float(chosen[-1])),
    )
