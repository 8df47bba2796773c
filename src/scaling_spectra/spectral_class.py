"""The class of a learned spectrum, read off its predicted law, in Martin & Mahoney's words."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import rounded

# in place of a class
NO_SOLUTION = "no solution"


@dataclass(frozen=True)
class SpectrumSummary:
    """What a spectrum consists of.

    Attributes
    ----------
    zero_mass : float
        Fraction of weights that are zero.
    bulk_edge : float
        Largest magnitude of the noise bulk; 0 if there is none.
    outliers : int
        Features above it; where there is no bulk, all weights that are not zero.
    gap : float
        Distance of the smallest outlier from the bulk, in fluctuations of the bulk's edge; NaN without both.
    spectral_class : str
    """

    zero_mass: float
    bulk_edge: float
    outliers: int
    gap: float
    spectral_class: str


def summarise(network: str, spectrum: Spectrum, solution: StateEvolution) -> SpectrumSummary:
    """Summary of the learned spectrum for a teacher of these scales, averaged over teachers.

    The classes, in this order: rank collapse, less than half a weight survives; heavy tail, every feature
    stands above the noise (delta < s_d) and at most half of them are cut; outliers only, no noise bulk;
    random-like, no outlier; bleed-out, the smallest outlier within a fluctuation of the bulk's edge;
    bulk + outliers. A point that is not solved has none, and no numbers.
    """
    if not solution.solved:
        return SpectrumSummary(np.nan, np.nan, 0, np.nan, NO_SOLUTION)
    learned = learned_of(network)
    dim = spectrum.dim
    zero_mass = learned.zero_mass(spectrum, solution)
    resolved = solution.delta < spectrum.values[-1]
    left = dim * (1 - zero_mass)
    edge = 0.0 if resolved else learned.noise_edge(spectrum, solution)
    if not edge:
        name = "rank collapse" if left < 0.5 else "heavy tail" if resolved and zero_mass <= 0.5 else "outliers only"
        return SpectrumSummary(zero_mass, 0.0, rounded(left), np.nan, name)
    places = learned.outlier_places(spectrum, solution)
    # equal features stand out together
    clusters, numbers = learned.clusters(spectrum, solution)
    places = np.concatenate([places[places > edge], clusters[:, 0]])
    if not places.size:
        return SpectrumSummary(zero_mass, edge, 0, np.nan, "random-like" if left >= 0.5 else "rank collapse")
    found = places.size - numbers.size + int(numbers.sum())
    gap = float((places.min() - edge) / learned.edge_width(solution, dim))
    return SpectrumSummary(zero_mass, edge, found, gap, "bleed-out" if gap < 1 else "bulk + outliers")
