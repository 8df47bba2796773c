"""Phases of points: rates and spectra that theory predicts up to constants."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Numbers
from scaling_spectra.library.points import points
from scaling_spectra.library.result import Result, shaped
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES, PHASES, exponents, rate
from scaling_spectra.teachers.power_law import PowerLaw


@dataclass(frozen=True, kw_only=True, eq=False)
class Phases(Result):
    """Phases of points; words and numbers where there is one point, else arrays of one shape.

    Attributes
    ----------
    name : str or ndarray of str
        Ia, Ib, II, III, IV, V, peak, VIa or VIb; Ia0 and IV0 without label noise.
    rate : str or ndarray of str
        Risk up to constants.
    exponent_n_eff, exponent_weight_decay : float or ndarray
        d log R/d log n_eff and d log R/d log lambda within the phase.
    margin : float or ndarray
        Distance to the nearest boundary in decades.
    summary, spectral_class : str or ndarray of str
        What the network does, and what the spectrum of its weights is.
    """

    name: Any
    rate: Any
    exponent_n_eff: Numbers
    exponent_weight_decay: Numbers
    margin: Numbers
    summary: Any
    spectral_class: Any


def phase(
    network: str, teacher: PowerLaw, *, dim: int, n_eff: ArrayLike, weight_decay: ArrayLike, noise_var: float
) -> Phases:
    """Phase of each point of the diagram in (n_eff, lambda).

    Parameters
    ----------
    network : str
        One of `network_names()`.
    teacher : PowerLaw
        Phases are known for power laws only.
    dim, n_eff, weight_decay, noise_var
        As for `predict`.

    Returns
    -------
    Phases

    Raises
    ------
    TypeError
        If the teacher is no power law.
    ValueError
        If an argument is out of range: one line with its name and value.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, phase
    >>> found = phase("diagonal", PowerLaw(0.75), dim=10**6, n_eff=1e4, weight_decay=[1e-3, 3.0, 1e3], noise_var=0.5)
    >>> print(*found.name)
    IV II Ib
    """
    if not isinstance(teacher, PowerLaw):
        raise TypeError(f"teacher: {teacher!r} is not a power law, such as PowerLaw(0.75)")
    at = points(network, teacher, dim, n_eff, weight_decay, noise_var)
    diagram, shape = PhaseDiagram(network, at.dim, teacher.gamma, at.noise_var), at.n_eff.shape
    names = [NAMES[code] for code in diagram.codes(at.n_eff, at.weight_decay).flat]
    powers = np.array([exponents(name, teacher.gamma, network) for name in names])
    return Phases(
        name=shaped(names, shape),
        rate=shaped([rate(name, network) for name in names], shape),
        exponent_n_eff=shaped(powers[:, 0], shape),
        exponent_weight_decay=shaped(powers[:, 1], shape),
        margin=shaped(diagram.margin(at.n_eff, at.weight_decay), shape),
        summary=shaped([PHASES[name].summary for name in names], shape),
        spectral_class=shaped([PHASES[name].spectral_class for name in names], shape),
    )
