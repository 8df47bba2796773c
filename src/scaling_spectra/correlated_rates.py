"""Rates and boundaries with correlated inputs, sigma_i^2 ~ i^(-a) aligned with a power law: predicted and measured.

With g = gamma + a k/2, k the network's power, whitened features fall as i^(-g) and prices rise as i^(a k/2).

* Shrinkage limits (lambda fixed): feature i is found if its scale exceeds its threshold b i^(a k/2), so that K features
  are with K^(g + a k/2) ~ n_eff, and R ~ K^(1 - 2 g).
* Noise limits, decay matched to the inputs: white inputs with the exponent g in place of gamma.
* Noise limits, plain decay at its best: the diagonal network cuts what lies beyond its last feature by the price alone,
  the rate is the same and the logarithm is gone. In the quadratic network the largest features mix with (scale/b)^(1/a)
  others. If a > 1/2 these sum up, K features cost K^(1 + g/a)/n, and R ~ n^(-(2 g - 1)/(g (2 + 1/a))) depends on n and
  not on d; otherwise the tail of all d counts, and no single power holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.continuation import Continuation
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.optimal import lowest
from scaling_spectra.spectrum import SignedSpectrum
from scaling_spectra.whitened import Whitened, whitened_power_law

SHRINKAGE, NOISE = "shrinkage", "noise"
# features found at the start of a window and over its end, if those that are missed are at most this share of Delta
FIRST, DECADE = 300.0, 10.0
POINTS, MISSED = 3, 0.02
# share of all d directions that the largest feature may mix with
MIXED = 0.01
# above the noise by this factor, shrinkage limits
MARGIN = 30.0
# the search for the best weight decay, around its expected place
WINDOW = 10.0
# tolerance of state evolution at huge d
TOL = 1e-7


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A measured exponent of R in n_eff, along aligned inputs, beside the predicted one.

    Attributes
    ----------
    limit : str
        ``shrinkage`` (lambda fixed) or ``noise`` (best lambda).
    decay : str
        ``plain`` or ``matched``.
    predicted : float
        NaN where no single power holds.
    logarithmic : bool
        Whether logarithms change the slope at any d.
    slope, first, last : float
        Over the window, and of its first and last piece.
    n_eff, weight_decay : (float, float)
        Ends of the window.
    """

    network: str
    gamma: float
    input_exponent: float
    dim: float
    limit: str
    decay: str
    predicted: float
    logarithmic: bool
    slope: float
    first: float
    last: float
    n_eff: tuple[float, float]
    weight_decay: tuple[float, float]


def predicted(network: str, gamma: float, exponent: float, limit: str, decay: str) -> float:
    """Exponent of R in n_eff; NaN where no single power holds."""
    power = correlated_of(network).POWER
    effective = gamma + exponent * power / 2
    if limit == SHRINKAGE:
        return -(2 * effective - 1) / (effective + (exponent * power / 2 if decay == "plain" else 0.0))
    if power == 1 or decay == "matched":
        return -1 + 1 / (2 * effective)
    return -(2 * effective - 1) / (effective * (2 + 1 / exponent)) if exponent > 0.5 else np.nan


def rates(network: str, gamma: float, exponent: float, noise_var: float, dim: int) -> list[Rate]:
    """Exponents of one network at input exponent a > 0 and huge d."""
    cases = ((SHRINKAGE, "plain"), (NOISE, "plain"), (NOISE, "matched"))
    return [_rate(network, gamma, exponent, noise_var, dim, limit, decay) for limit, decay in cases]


def aligned(network: str, gamma: float, exponent: float, dim: int, decay: str) -> Whitened:
    """Features of aligned inputs whose signal is that of white ones."""
    power = correlated_of(network).POWER
    white = whitened_power_law(dim, gamma, 0.0, "aligned", power, "plain").energy
    return whitened_power_law(dim, gamma, exponent, "aligned", power, decay, signal=white)


def _rate(network: str, gamma: float, exponent: float, noise_var: float, dim: int, limit: str, decay: str) -> Rate:
    power, kappa = correlated_of(network).POWER, limits_of(network).SAMPLES_FACTOR
    features, step = aligned(network, gamma, exponent, dim, decay), exponent * power / 2
    effective, top = gamma + step, float(features.scales.max())
    first_price = float(features.prices.min()) if decay == "plain" else 1.0
    deep = limit == NOISE and decay == "plain" and power == 2 and exponent > 0.5
    first = FIRST
    if limit == NOISE:
        # R = Delta MISSED, where R = sum_{i > K} scale_i^2/d or, of matrices, twice that
        signal = power * top**2 / dim / ((2 * effective - 1) * MISSED * noise_var)
        first = max(first, signal ** (1 / (2 * effective - 1)))
    if deep:
        # of K features the largest mixes with (scale/b)^(1/a) = K^(1 + g/a) others
        first = min(first, (MIXED * dim) ** (1 / (1 + effective / exponent)) / DECADE)
    found = np.geomspace(first, DECADE * first, POINTS)
    # threshold at which the last of the features is found, and n_eff at which its scale is the noise
    cut = top * found ** -(effective + (step if decay == "plain" else 0.0)) / first_price
    n_eff = noise_var * dim * found ** (2 * effective) / (kappa * top**2)
    if limit == SHRINKAGE:
        unit = kappa / dim * cut
        weight_decay = (
            MARGIN * float(np.sqrt(noise_var * kappa / dim) * found[-1] ** effective / top) * float(np.sqrt(dim))
        )
        n_eff = weight_decay / unit
        chosen = np.full(POINTS, weight_decay)
    else:
        if deep:
            n_eff = noise_var / (kappa * top**2) * found ** (effective * (2 + 1 / exponent))
        delta = np.sqrt(noise_var * dim / (kappa * n_eff))
        expected = cut if decay == "plain" else limits_of(network).bulk_edge(dim) * delta
        if decay == "plain" and power == 2 and not deep:
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
        best = lowest([Continuation(solve)], n * per_n_eff, np.log(lam / WINDOW), np.log(lam * WINDOW))
        chosen[place] = best.weight_decay
        risks.append(best.risk)
    x, y = np.log(n_eff), np.log(risks)
    pieces = np.diff(y) / np.diff(x)
    return Rate(
        network=network,
        gamma=gamma,
        input_exponent=exponent,
        dim=dim,
        limit=limit,
        decay=decay,
        predicted=predicted(network, gamma, exponent, limit, decay),
        logarithmic=limit == NOISE and decay == "matched" and power == 1,
        slope=float(np.polyfit(x, y, 1)[0]) if np.isfinite(y).all() else np.nan,
        first=float(pieces[0]),
        last=float(pieces[-1]),
        n_eff=(float(n_eff[0]), float(n_eff[-1])),
        weight_decay=(float(chosen[0]), float(chosen[-1])),
    )


# boundaries of the phase diagram
LINES = ("nothing survives", "all features", "noise passes", "first feature", "last feature", "interpolation")


def boundaries(
    network: str, gamma: float, exponent: float, noise_var: float, dim: int, n_eff: Array
) -> Iterator[tuple[str, Array, Array]]:
    """Lines of the phase diagram of aligned inputs with plain decay: name, n_eff and lambda.

    Lines at one n_eff end at lambda = noise passes. While R << Delta, delta^2 = Delta d/(kappa n_eff) and
    b = lambda d/(kappa n_eff), as with white inputs.
    """
    kappa = limits_of(network).SAMPLES_FACTOR
    features = aligned(network, gamma, exponent, dim, "plain")
    ratios = features.scales / features.prices
    unit = kappa * n_eff / dim
    yield LINES[0], n_eff, unit * ratios.max()
    yield LINES[1], n_eff, unit * ratios.min()
    edge = _edge(network, features)
    delta = np.sqrt(noise_var * dim / (kappa * n_eff))
    yield LINES[2], n_eff, unit * edge * delta
    ends = {
        LINES[3]: noise_var * dim / (kappa * features.scales.max() ** 2),
        LINES[4]: noise_var * dim / (kappa * features.scales.min() ** 2),
        LINES[5]: limits_of(network).INTERPOLATION * dim,
    }
    for name, place in ends.items():
        top = kappa * place / dim * edge * np.sqrt(noise_var * dim / (kappa * place))
        yield name, np.array([place, place]), np.array([top * 1e-30, top])


def _edge(network: str, features: Whitened) -> float:
    """b/delta above which noise alone leaves less than one weight, or eigenvalue, of d."""
    if correlated_of(network).POWER == 1:
        from scipy.special import erfc

        def left(log_ratio: float) -> float:
            return float(features.weights @ erfc(np.exp(log_ratio) * features.prices / np.sqrt(2)))

    else:
        order = np.argsort(features.prices, kind="stable")

        def left(log_ratio: float) -> float:
            ratio = float(np.exp(log_ratio))
            law = SignedSpectrum(-ratio * features.prices[order], features.weights[order])
            return half_line(law, 1.0, 0.0).mass * features.dim

    top = float(np.log(10 * np.log(features.dim) / features.prices.min()))
    return float(np.exp(brentq(lambda x: np.log(max(left(x), 1e-300)), -5 - np.log(features.prices.max()), top)))
