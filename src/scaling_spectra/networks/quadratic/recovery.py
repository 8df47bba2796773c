"""Exact recovery without noise: how many samples it takes, from state evolution at a vanishing effective noise.

A feature of S* is far above delta -> 0, so that M(delta, b) is delta^2 times a function of b/delta. The first equation,
2 alpha delta^2 = M, then has no solution but delta = 0 once 2 alpha exceeds M/delta^2: for b = 0 the fit that is
positive semidefinite, and no more, is S* itself; for the best b that of the least trace is, lambda -> 0.
"""

from scipy.optimize import minimize_scalar

from scaling_spectra.free_probability.half_line import half_line
from scaling_spectra.spectrum import Spectrum

# delta over the least feature; M/delta^2 is off by as much
SMALL = 1e-7
# b/delta that stands for zero, and one that cuts all noise; how well the best one is found, which M hardly feels
LEAST, MOST, TOLERANCE = 1e-9, 2.0, 1e-5


def uniqueness(spectrum: Spectrum) -> float:
    """n/d^2 from which S* is the only positive semidefinite matrix that fits its labels.

    For a teacher of zeros that is where labels of pure noise can no longer be interpolated.
    """
    return _noise_left(spectrum, LEAST)


def recovery(spectrum: Spectrum) -> float:
    """n/d^2 from which S* is the fit of least trace: the network without noise learns all, lambda -> 0."""
    found = minimize_scalar(
        lambda ratio: _noise_left(spectrum, ratio), bounds=(LEAST, MOST), method="bounded", options={"xatol": TOLERANCE}
    )
    return float(found.fun)


def _noise_left(spectrum: Spectrum, ratio: float) -> float:
    """M/(2 delta^2) at b = ratio * delta, delta far below every feature."""
    features = spectrum.values[spectrum.values > 0]
    delta = SMALL * float(features.min()) if features.size else 1.0
    return half_line(spectrum, delta**2, ratio * delta).distance / (2 * delta**2)
