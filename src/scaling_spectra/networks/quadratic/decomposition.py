"""Result 3: what the excess risk of the quadratic network is made of."""

import numpy as np

from scaling_spectra.decomposition import Decomposition
from scaling_spectra.free_probability.semicircle import tail_moment
from scaling_spectra.networks.quadratic.price import price
from scaling_spectra.records import StateEvolution
from scaling_spectra.spectrum import Spectrum


def decompose(spectrum: Spectrum, solution: StateEvolution, *, gamma: float | None = None) -> Decomposition:
    """Parts of R = 2 M.

    A feature is found if it stands out of the noise, s > delta, and its outlier out of the threshold,
    s + delta^2/s > b; there are K of them. With h = delta^2/s - b, the paper has

        overfitting    delta^2 int_{b/delta}^2 (x - b/delta)^2 mu_sc(dx)    the noise bulk above b,
        displacement   (1/d) delta K'(delta) (2 delta - b)^2 if b < 2 delta, K' = -K/(gamma delta),
        underfitting   (1/d) sum s^2 over the features that are not found,
        approximation  (1/d) sum [h^2 + 2 (s + h) delta^2/s] over those that are.

    Their sum is exact as d -> oo if b >= 2 delta. If a bulk survives it is so while K/d is below a hundredth, and
    far off where many features are found. The prices of all features beside the same overfitting (`price`) are
    right to first order in 1/d everywhere: to a few percent while K/d is below a tenth.
    """
    s, fractions = spectrum.values, spectrum.fractions
    delta, b = solution.delta, solution.threshold
    survives = (s > delta) & (s**2 + delta**2 > b * s)
    lost = fractions[~survives] @ s[~survives] ** 2
    kept, shrink = s[survives], delta**2 / s[survives]
    h, found = shrink - b, float(fractions @ survives)
    bulk = delta**2 * tail_moment(b / delta, 2) if delta > 0 else 0.0
    # without noise a feature is shrunk, or lost
    costs = fractions * (delta**2 * price(s / delta, b / delta) if delta > 0 else np.minimum(s, b) ** 2)
    displaced = 0.0
    if b < 2 * delta:
        displaced = np.nan if gamma is None else -found / gamma * (2 * delta - b) ** 2
    return Decomposition(
        overfitting=2 * float(bulk),
        displacement=2 * float(displaced),
        underfitting=2 * float(lost),
        approximation=2 * float(fractions[survives] @ (h**2 + 2 * (kept + h) * shrink)),
        price_found=2 * float(costs[survives].sum()),
        price_lost=2 * float(costs[~survives].sum()),
        found=found,
    )
