"""State evolution: what training finds as d -> oo."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from scaling_spectra.arrays import Numbers
from scaling_spectra.library.points import Points, points
from scaling_spectra.library.result import Result, shaped
from scaling_spectra.records import StateEvolution
from scaling_spectra.teachers.interface import Teacher


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction(Result):
    """Solutions of state evolution, one per point; numbers where there is one point, else arrays of one shape.

    Attributes
    ----------
    network : str
    dim : int
        d.
    noise_var, width : float
        Delta and p/d.
    n_eff, samples, weight_decay : float or ndarray
        Effective samples, n and lambda.
    delta : float or ndarray
        Effective noise that features are seen through.
    threshold : float or ndarray
        Soft threshold b.
    risk : float or ndarray
        Excess risk R = E[(f* - f)^2]; the quadratic network's is twice its matrix error M.
    divergence : float or ndarray
        Degrees of freedom of the soft threshold: a sum (diagonal), a share of d^2 (quadratic).
    train_loss : float or ndarray
        Mean squared residual on the training set.
    accuracy : float or ndarray
        Estimate of the largest relative error of `delta`, `threshold` and `risk`.
    branch : str or ndarray of str
        Of fewer hidden units than dimensions, how the solution was reached.
    status : str or ndarray of str
        ``solved``, or why the numbers of a point are NaN.
    """

    network: str
    dim: int
    noise_var: float
    width: float
    n_eff: Numbers
    samples: Numbers
    weight_decay: Numbers
    delta: Numbers
    threshold: Numbers
    risk: Numbers
    divergence: Numbers
    train_loss: Numbers
    accuracy: Numbers
    branch: Any
    status: Any


SOLUTION = ("delta", "threshold", "risk", "divergence", "train_loss", "accuracy", "branch", "status")


def predict(
    network: str,
    teacher: Teacher,
    *,
    dim: int,
    n_eff: ArrayLike,
    weight_decay: ArrayLike,
    noise_var: float,
    width: float = 1.0,
    strict: bool = True,
) -> Prediction:
    """Solve state evolution, averaged over teachers.

    Training behaves as a soft threshold b of the teacher seen through Gaussian noise delta. The two follow from two
    equations: for the diagonal network delta^2 = (Delta + R) d/n and lambda = b (n - div)/d; for the quadratic one
    2 alpha delta^2 = M + Delta/2 and lambda sqrt(p/d) = 4 b (alpha - D), where alpha = n/d^2 and R = 2 M.

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
    weight_decay : array_like
        lambda > 0, in |y - f(X)|^2 + lambda |weights|^2; broadcast against `n_eff`.
    noise_var : float
        Variance Delta >= 0 of the label noise.
    width : float
        p/d, hidden units a dimension (quadratic network); of fewer than d the solution reached from wide networks.
    strict : bool
        Whether a point without a solution is an error; else its numbers are NaN, and its status says why.

    Returns
    -------
    Prediction

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.
    StateEvolutionError
        If a point is not solved to a relative residual of 1e-10, which happens where numbers are too far apart for
        double precision.

    Examples
    --------
    >>> import numpy as np
    >>> from scaling_spectra import PowerLaw, predict
    >>> found = predict("quadratic", PowerLaw(0.75), dim=100, n_eff=30, weight_decay=1.0, noise_var=0.5)
    >>> print(f"{found.risk:.4f}")
    1.2320
    >>> curves = predict(
    ...     "diagonal",
    ...     PowerLaw(0.75),
    ...     dim=200,
    ...     n_eff=[[10], [100], [1000]],
    ...     weight_decay=[0.1, 10.0],
    ...     noise_var=0.5,
    ... )
    >>> print(np.round(curves.risk, 2))
    [[2.42 2.47]
     [0.92 2.19]
     [0.12 0.53]]
    """
    at = points(network, teacher, dim, n_eff, weight_decay, noise_var, width)
    return predicted(at, at.solutions(strict))


def predicted(at: Points, solutions: list[StateEvolution]) -> Prediction:
    """Solutions of points, in C order, as users see them."""
    shape = at.n_eff.shape
    return Prediction(
        network=at.network,
        dim=at.dim,
        noise_var=at.noise_var,
        width=at.width,
        n_eff=shaped(at.n_eff, shape),
        samples=shaped(at.samples, shape),
        weight_decay=shaped(at.weight_decay, shape),
        **{name: shaped([getattr(each, name) for each in solutions], shape) for name in SOLUTION},
    )
