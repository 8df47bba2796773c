"""Boundaries of the phase diagram with correlated inputs, sigma_i^2 ~ i^(-a) aligned with a power law."""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.arrays import Array
from scaling_spectra.correlated_rates import aligned
from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.spectrum import SignedSpectrum
from scaling_spectra.whitened import Whitened

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
