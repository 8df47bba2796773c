"""State evolution with correlated inputs."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.continuation import follow
from scaling_spectra.defaults import LARGEST_INPUT_EXPONENT
from scaling_spectra.library.points import all_solved, points
from scaling_spectra.library.prediction import Prediction, predicted
from scaling_spectra.merged_teachers import MERGED_FROM
from scaling_spectra.networks.interface.correlated import correlated_of
from scaling_spectra.teachers.interface import Teacher
from scaling_spectra.teachers.power_law import PowerLaw
from scaling_spectra.whitened import Whitened, variances, whiten, whitened_power_law

# dimension up to which features may have variances of their own
MOST_VARIANCES = 10_000
# of given variances, what this exponent makes of the most of them
LARGEST_RATIO = MOST_VARIANCES**LARGEST_INPUT_EXPONENT


def predict_correlated(
    network: str,
    teacher: Teacher,
    *,
    dim: int,
    n_eff: ArrayLike,
    weight_decay: ArrayLike,
    noise_var: float,
    input_exponent: float | None = None,
    input_variances: ArrayLike | None = None,
    decay: str = "plain",
    width: float = 1.0,
    strict: bool = True,
) -> Prediction:
    """Solve state evolution with inputs x ~ N(0, Sigma), Sigma diagonal in the teacher's basis.

    Parameters
    ----------
    network, teacher, dim, n_eff, weight_decay, noise_var, strict
        As for `predict`; networks whose inputs may be correlated.
    input_exponent : float, optional
        a from 0 to 4: variances sigma_i^2 ~ i^(-a), the largest along the largest feature.
    input_variances : array_like, shape (d,), optional
        sigma_i^2 > 0 in the order of the features, in place of `input_exponent`; their mean is taken as one. The
        largest may be 10^16 times the smallest.
    decay : str
        ``plain``, or ``matched`` to the inputs: plain weight decay on whitened ones.
    width : float
        p/d >= 1 (quadratic network).

    Returns
    -------
    Prediction

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    StateEvolutionError
        If a point is not solved.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, predict_correlated
    >>> point = {"dim": 100, "n_eff": 30, "weight_decay": 1.0, "noise_var": 0.5}
    >>> for exponent in (0, 1):
    ...     found = predict_correlated("quadratic", PowerLaw(0.75), **point, input_exponent=exponent)
    ...     print(f"{found.risk:.4f}")
    1.2320
    0.5549
    """
    if (input_exponent is None) == (input_variances is None):
        raise ValueError("input_exponent, input_variances: exactly one of them is accepted")
    module, at = correlated_of(network), points(network, teacher, dim, n_eff, weight_decay, noise_var, width)
    if at.width < 1:
        raise ValueError(f"width: {width} given, correlated inputs take at least 1")
    features = whitened(network, teacher, at.dim, decay, input_exponent, input_variances)
    solve = partial(module.state_evolution, features, noise_var=at.noise_var, width=at.width)
    found = follow(solve, at.samples.ravel(), at.weight_decay.ravel())
    return predicted(at, all_solved(found) if strict else found)


def whitened(
    network: str,
    teacher: Teacher,
    dim: int,
    decay: str,
    exponent: float | None = None,
    given: ArrayLike | None = None,
) -> Whitened:
    """Features of a teacher in whitened inputs, whose variances have an `exponent`, or are `given` ones.

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    """
    power = correlated_of(network).POWER
    if exponent is not None and not 0 <= exponent <= LARGEST_INPUT_EXPONENT:
        raise ValueError(f"input_exponent: {exponent} is not a number from 0 to {LARGEST_INPUT_EXPONENT:g}")
    if isinstance(teacher, PowerLaw) and exponent is not None and dim > MERGED_FROM:
        return whitened_power_law(dim, teacher.gamma, exponent, "aligned", power, decay)
    if dim > MOST_VARIANCES:
        raise ValueError(f"dim: {dim} is too large for variances of each feature, at most {MOST_VARIANCES} is accepted")
    scales = teacher.spectrum(dim).values
    if exponent is not None:
        return whiten(scales, variances(dim, exponent, "aligned"), power, decay)
    found = np.asarray(given, dtype=float)
    if found.shape != (dim,) or not ((found > 0) & np.isfinite(found)).all():
        raise ValueError(f"input_variances: not {dim} positive finite numbers")
    low, high = found.min(), found.max()
    if low < high / LARGEST_RATIO:
        raise ValueError(
            f"input_variances: {low:g} to {high:g} given, a ratio of at most {LARGEST_RATIO:g} is accepted"
        )
    # their mean may be beyond the range of double precision
    shares = found / high
    return whiten(scales, shares / shares.mean(), power, decay)
