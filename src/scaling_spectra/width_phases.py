"""What limits a network of p hidden units: its width, the noise that surplus units fit, or neither.

With delta^2 = (Delta + R) d/(4 n_eff), R what p units miss, and b = lambda sqrt(p/d) d/(4 n_eff): below the best width
p* a network lacks directions that pay, R ~ p^(1 - 2 gamma); above it every surplus unit fits an eigenvalue of noise,
R ~ p/n_eff. A surplus eigenvalue is close to 2 delta, so that R = 2 (Delta + R) p/n_eff there: it peaks where p units
interpolate, at p = n_eff/2, and falls beyond. From the number of eigenvalues that survive the threshold on, width makes
no difference but through b, which grows as sqrt(p) at fixed lambda: beyond b = 2 delta shrinkage limits the network,
R ~ (sqrt(p)/n_eff)^(2 - 1/gamma) as in phase II, and beyond b = s_1 nothing is learned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from scaling_spectra.free_probability.semicircle import tail_moment
from scaling_spectra.ties import TIE

# steps in log p between which `count` crosses p once at most
STEPS = 24
LIMITED, SURPLUS, BEYOND, WIDE, SHRUNK, EMPTY = "width", "noise", "beyond the peak", "wide", "shrinkage", "nothing"


@dataclass(frozen=True)
class Region:
    """What limits a network in a region, and what R follows there at fixed lambda."""

    summary: str
    rate: str


REGIONS = {
    LIMITED: Region("limited by its width: directions that pay are missing", "p^(1 - 2 gamma)"),
    SURPLUS: Region("surplus units fit noise", "p/n_eff"),
    BEYOND: Region("more units than interpolate the samples", "falls from the peak at p = n_eff/2"),
    WIDE: Region("learns what a wide network does", "that of the phase"),
    SHRUNK: Region("limited by weight decay, sqrt(p) times as strong", "(sqrt(p)/n_eff)^(2 - 1/gamma)"),
    EMPTY: Region("weight decay removes every direction", "const"),
}


@dataclass(frozen=True)
class WidthPhases:
    """Regions in (n_eff, p) at given d, gamma, Delta and lambda.

    Attributes
    ----------
    dim, gamma, noise_var, weight_decay : float
        d, gamma, Delta and lambda.
    """

    dim: float
    gamma: float
    noise_var: float
    weight_decay: float

    def missed(self, hidden: float) -> float:
        """R of the p largest directions learned without error: 2 sum_{i>p} i^(-2 gamma)."""
        ends = np.array([hidden, self.dim]) + 0.5
        # of p = d not less than nothing by rounding
        return max(float(-np.diff(ends ** (1 - 2 * self.gamma))[0] * 2 / (2 * self.gamma - 1)), 0.0)

    def noise(self, n_eff: float, hidden: float) -> float:
        """delta."""
        return float(np.sqrt((self.noise_var + self.missed(hidden)) * self.dim / (4 * n_eff)))

    def threshold(self, n_eff: float, hidden: float) -> float:
        """b."""
        return self.weight_decay * float(np.sqrt(hidden * self.dim)) / (4 * n_eff)

    def paying(self, n_eff: float, hidden: float) -> float:
        """Number of directions s_i > (sqrt(b^2 + 12 t) - b)/2, which lower the risk, between 0 and d."""
        t, b = self.noise(n_eff, hidden) ** 2, self.threshold(n_eff, hidden)
        # nothing is below a threshold without noise
        return self._above(6 * t / (float(np.sqrt(b**2 + 12 * t)) + b)) if t > 0 else self.dim

    def surviving(self, n_eff: float, hidden: float) -> float:
        """Number of eigenvalues of S* + delta G above b: features found, and the part of the bulk."""
        delta, b = self.noise(n_eff, hidden), self.threshold(n_eff, hidden)
        # s + t/s > b beyond s = delta
        least = (b + float(np.sqrt(b**2 - 4 * delta**2))) / 2 if b > 2 * delta else delta
        # at p = d nothing is missed, and without noise nothing is left of the bulk
        bulk = self.dim * float(tail_moment(b / delta, 0)) if delta > 0 else 0.0
        return min(self._above(least) + bulk, self.dim)

    def best(self, n_eff: float) -> float:
        """p*, at which as many directions pay as there are units; at least 1."""
        return self._crossing(lambda hidden: self.paying(n_eff, hidden))

    def enough(self, n_eff: float) -> float:
        """Number of units from which width makes no difference."""
        return self._crossing(lambda hidden: self.surviving(n_eff, hidden))

    def region(self, n_eff: float, hidden: float) -> str:
        """What limits `hidden` units: one of `REGIONS`."""
        # on a line it is what lies beyond
        hidden *= 1 + TIE
        if hidden >= self.enough(n_eff):
            threshold = self.threshold(n_eff, hidden)
            if threshold > np.sqrt(self.dim):
                return EMPTY
            return SHRUNK if threshold > 2 * self.noise(n_eff, hidden) else WIDE
        if hidden < self.best(n_eff):
            return LIMITED
        return SURPLUS if hidden < self.interpolation(n_eff) else BEYOND

    def interpolation(self, n_eff: float) -> float:
        """Number of units that interpolate the samples, p = n_eff/2, if it is less than d."""
        return min(n_eff / 2, self.dim)

    def exponents(self, region: str) -> tuple[float, float]:
        """Exponents of R in n_eff and in p, not a number where other phases tell."""
        shrunk = 2 - 1 / self.gamma
        known = {LIMITED: (0.0, 1 - 2 * self.gamma), SURPLUS: (-1.0, 1.0), SHRUNK: (-shrunk, shrunk / 2)}
        return (known | {EMPTY: (0.0, 0.0)}).get(region, (np.nan, np.nan))

    def _above(self, scale: float) -> float:
        """Number of scales sqrt(d) i^(-gamma) above `scale`."""
        return float(min((scale / np.sqrt(self.dim)) ** (-1 / self.gamma), self.dim))

    def _crossing(self, count: Callable[[float], float]) -> float:
        """The least p = count(p), between 1 and d; without noise `count` exceeds p again where nothing is missed."""

        def excess(log_p: float) -> float:
            return float(np.log(max(count(float(np.exp(log_p))), 1e-300)) - log_p)

        if excess(0.0) <= 0:
            return 1.0
        steps = np.linspace(0.0, float(np.log(self.dim)), STEPS + 1).tolist()
        for low, high in pairwise(steps):
            if excess(high) < 0:
                return float(np.exp(brentq(excess, low, high)))
        return float(self.dim)
