"""The best weight decay (Corollary 1)."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from scaling_spectra import optimal
from scaling_spectra.arrays import Numbers
from scaling_spectra.library.points import points
from scaling_spectra.library.result import Result, shaped
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum(Result):
    """Best weight decay along n_eff; numbers where there is one point, else arrays of one shape.

    Attributes
    ----------
    n_eff : float or ndarray
    weight_decay : float or ndarray
        lambda_opt; 0 if none is better than lambda -> 0.
    risk : float or ndarray
        Excess risk R there.
    status : str or ndarray of str
        ``solved``, or why the numbers of a point are NaN.
    """

    n_eff: Numbers
    weight_decay: Numbers
    risk: Numbers
    status: Any


def optimal_weight_decay(
    network: str, teacher: Teacher, *, dim: int, n_eff: ArrayLike, noise_var: float, width: float = 1.0
) -> Optimum:
    """Weight decay of the smallest risk of state evolution.

    Parameters
    ----------
    network : str
        One of `network_names()`.
    teacher : Teacher
        `PowerLaw` or `GivenScales`, say.
    dim : int
        Input dimension d, from 2 to 10^15.
    n_eff : array_like
        Effective samples > 0: n (diagonal), n/d (quadratic).
    noise_var : float
        Variance Delta >= 0 of the label noise.
    width : float
        p/d, hidden units a dimension (quadratic network).

    Returns
    -------
    Optimum

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, optimal_weight_decay
    >>> best = optimal_weight_decay("quadratic", PowerLaw(0.75), dim=100, n_eff=30, noise_var=0.5)
    >>> print(f"{best.weight_decay:.3f}, {best.risk:.4f}")
    0.302, 1.0574
    """
    at = points(network, teacher, dim, n_eff, 1.0, noise_var, width)
    found = [
        optimal.optimal_weight_decay(network, at.spectrum, float(n), at.noise_var, width=at.width)
        for n in at.samples.flat
    ]
    return Optimum(
        n_eff=shaped(at.n_eff, at.n_eff.shape),
        **{
            name: shaped([getattr(best, name) for best in found], at.n_eff.shape)
            for name in ("weight_decay", "risk", "status")
        },
    )
