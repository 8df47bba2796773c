"""Result 3: what the excess risk of the quadratic network is made of."""

from scaling_spectra.decomposition import Decomposition
from scaling_spectra.free_probability.semicircle import tail_moment
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum


def decompose(spectrum: Spectrum, solution: StateEvolution) -> Decomposition:
    """Overfitting, underfitting and approximation parts of R = 2 M.

    A feature survives if it stands out of the noise, s > delta, and its outlier out of the threshold,
    s + delta^2/s > b. With h = delta^2/s - b,

        overfitting    delta^2 int_{b/delta}^2 (x - b/delta)^2 mu_sc(dx)    the noise bulk above b,
        underfitting   (1/d) sum s^2 over the features that do not survive,
        approximation  (1/d) sum [h^2 + 2 (s + h) delta^2/s] over those that do.

    Their sum is exact as d -> oo if b >= 2 delta. If a bulk survives it holds up to a constant, since
    outliers share their noise with each other and with the bulk: it is 5/2 times R deep in phase VIb
    (2 delta^2 + delta^2/2 instead of delta^2) and up to 4 times between VIa and VIb.
    """
    s, fractions = spectrum.values, spectrum.fractions
    delta, b = solution.delta, solution.threshold
    survives = (s > delta) & (s**2 + delta**2 > b * s)
    lost = fractions[~survives] @ s[~survives] ** 2
    kept, shrink = s[survives], delta**2 / s[survives]
    h = shrink - b
    bulk = delta**2 * tail_moment(b / delta, 2) if delta > 0 else 0.0
    return Decomposition(
        overfitting=2 * float(bulk),
        underfitting=2 * float(lost),
        approximation=2 * float(fractions[survives] @ (h**2 + 2 * (kept + h) * shrink)),
    )
