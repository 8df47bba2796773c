"""What the risk is made of (Result 3)."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from scaling_spectra.arrays import Numbers
from scaling_spectra.library.points import points
from scaling_spectra.library.result import Result, shaped
from scaling_spectra.networks.interface.decomposition import decomposition_of
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts(Result):
    """Parts of the excess risk; numbers where there is one point, else arrays of one shape.

    Attributes
    ----------
    overfitting : float or ndarray
        Noise that the weights fit where there is no feature.
    underfitting : float or ndarray
        Features that are not learned.
    approximation : float or ndarray
        Noise and shrinkage of the features that are learned.
    risk : float or ndarray
        R: the sum of the parts for the diagonal network; for the quadratic one up to a constant where a noise bulk
        survives.
    """

    overfitting: Numbers
    underfitting: Numbers
    approximation: Numbers
    risk: Numbers


def decompose(
    network: str, teacher: Teacher, *, dim: int, n_eff: ArrayLike, weight_decay: ArrayLike, noise_var: float
) -> Parts:
    """Overfitting, underfitting and approximation parts of the risk of state evolution.

    Parameters
    ----------
    network, teacher, dim, n_eff, weight_decay, noise_var
        As for `predict`.

    Returns
    -------
    Parts

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    StateEvolutionError
        If a point is not solved.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, decompose
    >>> parts = decompose("diagonal", PowerLaw(0.75), dim=200, n_eff=50, weight_decay=1.0, noise_var=0.5)
    >>> parts.overfitting + parts.underfitting + parts.approximation - parts.risk < 1e-9
    True
    """
    at = points(network, teacher, dim, n_eff, weight_decay, noise_var)
    solutions, split = at.solutions(), decomposition_of(network).decompose
    found = [split(at.spectrum, solution) for solution in solutions]
    of = {
        name: shaped([getattr(part, name) for part in found], at.n_eff.shape)
        for name in ("overfitting", "underfitting", "approximation")
    }
    return Parts(**of, risk=shaped([solution.risk for solution in solutions], at.n_eff.shape))
