"""Training in time: gradient flow of the population loss."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array, Numbers
from scaling_spectra.defaults import FLOW_INIT_SCALE, LEAST_FLOW_INIT_SCALE, SHOWN
from scaling_spectra.flow import appearance_times
from scaling_spectra.library.points import points
from scaling_spectra.library.result import Result, shaped
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.teachers.interface import Teacher

# beyond it squares and products of arguments leave the range of double precision
LARGEST = 1e50


@dataclass(frozen=True, kw_only=True, eq=False)
class Course(Result):
    """Course of gradient flow; a number where one time was asked for, else arrays of one shape.

    Attributes
    ----------
    time : float or ndarray
        t of dW/dt = W (S* - b - S), S = W^T W; a step of gradient descent of size h takes the time h.
    risk : float or ndarray
        Excess risk R then.
    floor : float
        R for t -> infinity.
    scales : ndarray, shape (m,)
        The largest scales of the teacher.
    appearance : ndarray, shape (m,)
        Times at which they are learned to half of what they become; infinite for those that weight decay suppresses.
    """

    time: Numbers
    risk: Numbers
    floor: float
    scales: Array
    appearance: Array


def gradient_flow(
    network: str,
    teacher: Teacher,
    *,
    dim: int,
    time: ArrayLike,
    init_scale: float = FLOW_INIT_SCALE,
    weight_decay: float = 0.0,
) -> Course:
    """Follow gradient flow of the population loss from small weights, every direction of the teacher starting alike.

    Parameters
    ----------
    network : str
        One of `network_names()`.
    teacher : Teacher
        `PowerLaw` or `GivenScales`, say.
    dim : int
        Input dimension d, from 2 to 10^15.
    time : array_like
        t from 0 to 10^50.
    init_scale : float
        Standard deviation of the initial weights, from 10^-100 to 10^50.
    weight_decay : float
        lambda/n, the weight decay of a loss per sample, from 0 to 10^50.

    Returns
    -------
    Course

    Raises
    ------
    ValueError
        If an argument is out of range: one line with its name and value.

    Examples
    --------
    >>> from scaling_spectra import PowerLaw, gradient_flow
    >>> course = gradient_flow("quadratic", PowerLaw(0.75), dim=100, time=[0.1, 1.0, 10.0])
    >>> print(course.risk.round(3), course.appearance[:2].round(2))
    [4.825 2.059 0.049] [0.58 0.92]
    """
    at, times = points(network, teacher, dim, 1.0, 1.0, 0.0), np.asarray(time, dtype=float)
    flow = flow_of(network)
    wrong = times[~((times >= 0) & (times <= LARGEST))]
    if wrong.size:
        raise ValueError(f"time: {wrong.flat[0]} is not a number from 0 to {LARGEST:g}")
    if not LEAST_FLOW_INIT_SCALE <= init_scale <= LARGEST:
        raise ValueError(f"init_scale: {init_scale} is not a number from {LEAST_FLOW_INIT_SCALE:g} to {LARGEST:g}")
    if not 0 <= weight_decay <= LARGEST:
        raise ValueError(f"weight_decay: {weight_decay} is not a number from 0 to {LARGEST:g}")
    threshold, start = threshold_of(network, at.dim, weight_decay), init_scale**2
    largest = np.repeat(at.spectrum.values, np.minimum(at.spectrum.weights, SHOWN).astype(int))[:SHOWN]
    return Course(
        time=shaped(times, times.shape),
        risk=shaped(flow.risk(at.spectrum, start, times.ravel(), threshold), times.shape),
        floor=float(flow.floor(at.spectrum, threshold)),
        scales=largest,
        appearance=appearance_times(largest, start, threshold),
    )


def threshold_of(network: str, dim: int, weight_decay: float, width: float = 1.0) -> float:
    """b of a flow whose loss per sample has the weight decay lambda/n."""
    limits, of_one = limits_of(network), problem_of(network).effective_samples(1, dim)
    threshold: float = weight_decay * dim / (limits.SAMPLES_FACTOR * of_one) * width**limits.WIDTH_EXPONENT
    return threshold
