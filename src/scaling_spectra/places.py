"""Points that stand for phases of any teacher: where noise or shrinkage stands among its features."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import TIE

# features fainter than this share of the largest are left out
VISIBLE = 1e-3
# by how much a point lies on its side: noise below the faintest feature, threshold above or below the noise
FAR = 10.0
# n_eff in units of the interpolation peak, at least
BEYOND = 2.0
NOISE, SHRINKAGE, RESOLVED = "noise", "shrinkage", "resolved"


@dataclass(frozen=True)
class Place:
    """A point, and what it stands for.

    Attributes
    ----------
    name : str
        ``noise``: it meets the middle feature, and passes the threshold; of a power law, phases IV to VIa.
        ``shrinkage``: the threshold meets the middle feature, far above the noise; II.
        ``resolved``: noise and threshold are below every feature; III to VIb.
    n_eff, weight_decay : float
    """

    name: str
    n_eff: float
    weight_decay: float


def places(network: str, spectrum: Spectrum, noise_var: float, width: float = 1.0) -> list[Place]:
    """The points of a teacher, found by delta^2 = Delta d/(kappa n_eff) and b = lambda d/(kappa n_eff).

    These hold while the risk is small beside Delta, which must be positive. No power law is needed.
    """
    limits, dim = limits_of(network), spectrum.dim
    edge, kappa = limits.bulk_edge(dim), limits.SAMPLES_FACTOR
    visible = spectrum.values >= VISIBLE * (1 - TIE) * spectrum.values[0]
    features, ranks = spectrum.values[visible], np.cumsum(spectrum.weights[visible])
    middle, faintest = features[np.searchsorted(ranks, (1 - TIE) * ranks[-1] / 2)], features[-1]
    # delta, and b in units of it
    rules = {
        NOISE: (middle, edge / FAR),
        SHRINKAGE: (middle / (FAR * edge), FAR * edge),
        RESOLVED: (faintest / FAR, edge),
    }
    found = []
    for name, (delta, ratio) in rules.items():
        n_eff = max(noise_var * dim / (kappa * delta**2), BEYOND * limits.INTERPOLATION * dim)
        weight_decay = ratio * np.sqrt(kappa * noise_var * n_eff / dim) / width**limits.WIDTH_EXPONENT
        found.append(Place(name, float(n_eff), float(weight_decay)))
    return found
