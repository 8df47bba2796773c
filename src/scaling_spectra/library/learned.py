"""What is learned: the law of the weights (Result 2)."""

from dataclasses import dataclass

from scaling_spectra.arrays import Array
from scaling_spectra.library.points import points
from scaling_spectra.library.result import Result
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.spectral_class import summarise
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, kw_only=True, eq=False)
class LearnedSpectrum(Result):
    """Law of the learned eigenvalues (quadratic network), or of the magnitudes of the learned weights (diagonal one).

    Attributes
    ----------
    zero_mass : float
        Share of weights that are exactly zero.
    bulk : ndarray, shape (k, 2)
        Intervals that noise fills.
    outliers : ndarray, shape (m,)
        Places of features that stand out of it, largest first.
    values, density : ndarray, shape (g,)
        Magnitudes > 0, and the density of weights there: for the quadratic network of the bulk, and outliers, each of
        mass 1/d, come on top; for the diagonal one of all weights that are not zero.
    spectral_class : str
        In the words of Martin & Mahoney, *Implicit self-regularization in deep neural networks*.
    """

    zero_mass: float
    bulk: Array
    outliers: Array
    values: Array
    density: Array
    spectral_class: str


def learned_spectrum(
    network: str, teacher: Teacher, *, dim: int, n_eff: float, weight_decay: float, noise_var: float
) -> LearnedSpectrum:
    """Law of the learned weights at one point, averaged over teachers.

    Weights are those of the teacher in noise delta, soft-thresholded at b; delta and b are those of `predict`.

    Parameters
    ----------
    network, teacher, dim, n_eff, weight_decay, noise_var
        As for `predict`; `n_eff` and `weight_decay` are numbers.

    Returns
    -------
    LearnedSpectrum

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    StateEvolutionError
        If the point is not solved.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, learned_spectrum
    >>> found = learned_spectrum("quadratic", PowerLaw(0.75), dim=100, n_eff=30, weight_decay=1.0, noise_var=0.5)
    >>> found.spectral_class, found.outliers.size
    ('bulk + outliers', 4)
    """
    at = points(network, teacher, dim, n_eff, weight_decay, noise_var)
    if at.n_eff.ndim:
        raise ValueError(f"n_eff, weight_decay: {at.n_eff.size} points given, one is accepted")
    (solution,), law = at.solutions(), learned_of(network)
    values, density = law.profile(at.spectrum, solution)
    return LearnedSpectrum(
        zero_mass=float(law.zero_mass(at.spectrum, solution)),
        bulk=law.bulk(at.spectrum, solution),
        outliers=law.outlier_places(at.spectrum, solution),
        values=values,
        density=density,
        spectral_class=summarise(network, at.spectrum, solution).spectral_class,
    )
