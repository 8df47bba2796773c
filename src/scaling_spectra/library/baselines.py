"""What other estimators reach: the best of all, and lazy learning."""

from typing import Any

from numpy.typing import ArrayLike

from scaling_spectra.library.points import points
from scaling_spectra.library.result import shaped
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.teachers.interface import Teacher


def bayes_risk(network: str, teacher: Teacher, *, dim: int, n_eff: ArrayLike, noise_var: float) -> Any:
    """Bayes-optimal risk: the smallest that any estimator has on average, who knows the spectrum.

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

    Returns
    -------
    float or ndarray
        R in the shape of `n_eff`.

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    StateEvolutionError
        If the equations of the Bayes-optimal estimator are not solved.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, bayes_risk
    >>> print(f"{bayes_risk('quadratic', PowerLaw(0.75), dim=50, n_eff=30, noise_var=0.5):.4f}")
    0.2489
    """
    at = points(network, teacher, dim, n_eff, 1.0, noise_var)
    risk = theory_of(network).bayes_risk
    return shaped([risk(at.spectrum, n, at.noise_var) for n in at.samples.flat], at.n_eff.shape)


def lazy_risk(network: str, teacher: Teacher, *, dim: int, n_eff: ArrayLike, noise_var: float) -> Any:
    """Risk of lazy learning: ridge regression on the features before training, at the best ridge.

    It knows nothing of a power law: no feature is learned before n reaches the number of unknowns.

    Parameters
    ----------
    network, teacher, dim, n_eff, noise_var
        As for `bayes_risk`.

    Returns
    -------
    float or ndarray
        R in the shape of `n_eff`.

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, bayes_risk, lazy_risk
    >>> point = {"dim": 50, "n_eff": 30, "noise_var": 0.5}
    >>> lazy_risk("quadratic", PowerLaw(0.75), **point) > bayes_risk("quadratic", PowerLaw(0.75), **point)
    True
    """
    at = points(network, teacher, dim, n_eff, 1.0, noise_var)
    risk = theory_of(network).lazy_risk
    return shaped([risk(at.spectrum, n, at.noise_var) for n in at.samples.flat], at.n_eff.shape)
