"""The phases of the excess risk: rates, exponents and spectral class (Results 1, 2 and 4).

Noise Delta > 0 of order one: Ia, Ib, II, III, IV, V, the interpolation peak, VIa, VIb.
Without noise: Ia0, Ib, II, III, IV0; Ib, II and III are the same phases with the same rates.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scaling_spectra.networks.interface.limits import limits_of


@dataclass(frozen=True)
class Phase:
    """What distinguishes a phase.

    Attributes
    ----------
    name : str
    summary : str
        What the network does.
    spectrum : str
        Spectrum of the learned weights.
    spectral_class : str
        In the words of Martin & Mahoney, *Implicit self-regularization in deep neural networks*.
    rate, rate_latex : str
        Risk up to constants; ``{overfitting}`` stands for the network's overfitting function.
    exponents : callable
        (gamma, exponent of the overfitting function) -> (d log R/d log n_eff, d log R/d log lambda)
        at fixed d.
    finds_features : bool
        Whether features are found below a noise bulk: where the overfitting function is a logarithm, because
        the largest of d noises is one, this rate carries logarithms too.
    """

    name: str
    summary: str
    spectrum: str
    spectral_class: str
    rate: str
    rate_latex: str
    exponents: Callable[[float, float], tuple[float, float]]
    finds_features: bool = False


def _constant(gamma: float, overfitting: float) -> tuple[float, float]:
    return 0.0, 0.0


_ALL = (
    Phase(
        "Ia",
        "the noise is fitted, no feature is learned",
        "noise bulk",
        "random-like",
        "constant",
        r"{\rm const}",
        _constant,
    ),
    Phase("Ib", "no weight survives", "only zeros", "rank collapse", "constant", r"{\rm const}", _constant),
    Phase(
        "II",
        "the top features are learned, shrunk by b",
        "zeros and outliers, tending to a heavy tail",
        "outliers only",
        "(lambda sqrt(d)/n_eff)^(2 - 1/gamma)",
        r"(\lambda\sqrt{d}/n_{\rm eff})^{2-1/\gamma}",
        lambda gamma, _: (-2 + 1 / gamma, 2 - 1 / gamma),
    ),
    Phase(
        "III",
        "every feature is learned, shrunk by b",
        "the full power law, shifted",
        "heavy tail",
        "(lambda d/n_eff)^2",
        r"(\lambda d/n_{\rm eff})^2",
        lambda gamma, _: (-2.0, 2.0),
    ),
    Phase(
        "IV",
        "benign overfitting: features above the noise are learned",
        "outliers and a small noise bulk",
        "bulk + outliers",
        "n_eff^(-1 + 1/(2 gamma))",
        r"n_{\rm eff}^{-1+1/(2\gamma)}",
        lambda gamma, _: (-1 + 1 / (2 * gamma), 0.0),
        finds_features=True,
    ),
    Phase(
        "V",
        "harmful overfitting: the noise bulk dominates the risk",
        "outliers and a growing bulk",
        "bleed-out",
        "{overfitting}",
        "{overfitting}",
        lambda _, overfitting: (overfitting, 0.0),
        finds_features=True,
    ),
    Phase(
        "peak",
        "interpolation peak: n equals the degrees of freedom",
        "diverging bulk",
        "random-like",
        "lambda^(-2/3)",
        r"\lambda^{-2/3}",
        lambda gamma, _: (0.0, -2 / 3),
    ),
    Phase(
        "VIa",
        "overparametrised for the features: noise in every direction",
        "bulk and outliers",
        "bulk + outliers",
        "d/n_eff",
        r"d/n_{\rm eff}",
        lambda gamma, _: (-1.0, 0.0),
    ),
    Phase(
        "VIb",
        "every feature stands above the noise",
        "the full power law, no bulk",
        "heavy tail",
        "d/n_eff",
        r"d/n_{\rm eff}",
        lambda gamma, _: (-1.0, 0.0),
    ),
    Phase(
        "Ia0",
        "too few samples for the first feature",
        "bulk",
        "random-like",
        "constant",
        r"{\rm const}",
        _constant,
    ),
    Phase(
        "IV0",
        "about n_eff features are learned, the rest is missed",
        "outliers and the bulk that fits what is missed",
        "bulk + outliers",
        "n_eff^(1 - 2 gamma)",
        r"n_{\rm eff}^{1-2\gamma}",
        lambda gamma, _: (1 - 2 * gamma, 0.0),
        finds_features=True,
    ),
)

# a phase's code in maps is its place here
NAMES = tuple(phase.name for phase in _ALL)
PHASES = {phase.name: phase for phase in _ALL}


def exponents(phase: str, gamma: float, network: str) -> tuple[float, float]:
    """Predicted (d log R/d log n_eff, d log R/d log lambda) at fixed d.

    Phase V of the diagonal network is logarithmic: its exponent in n_eff is 0.
    """
    return PHASES[phase].exponents(gamma, limits_of(network).OVERFITTING_EXPONENT)


def logarithmic(phase: str, network: str) -> bool:
    """Whether the rate of a phase carries logarithms beside its power of n_eff."""
    return PHASES[phase].finds_features and limits_of(network).OVERFITTING_EXPONENT == 0


def rate(phase: str, network: str) -> str:
    """Predicted risk up to constants, as text."""
    return PHASES[phase].rate.format(overfitting=limits_of(network).OVERFITTING_TEXT)


def rate_latex(phase: str, network: str) -> str:
    """Predicted risk up to constants, in TeX math without delimiters."""
    return PHASES[phase].rate_latex.replace("{overfitting}", limits_of(network).OVERFITTING_LATEX)
