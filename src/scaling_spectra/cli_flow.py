"""What gradient flow has learned after some time, for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Never

from cyclopts import Parameter

from scaling_spectra.cli_point import (
    OR_ZERO,
    Dimension,
    Exponent,
    UsageError,
    between,
    known_seed,
    network_with,
    teacher,
    whole,
)
from scaling_spectra.defaults import FLOW_INIT_SCALE, LEAST_FLOW_INIT_SCALE, SHOWN
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.networks.interface.problem import problem_of

if TYPE_CHECKING:
    from scaling_spectra.arrays import Array

# of the flow of given hidden units: the largest d, and what takes some minutes in multiplications, with those that a
# step of any size costs
LARGEST_FLOW_DIM, MOST_WORK, STEP_WORK = 5000, 1e12, 1e6


def _of_a_sum(_: Any, tokens: Sequence[Any]) -> Never:
    raise ValueError(f"{tokens[0].value!r} is not accepted, flow takes lambda/n: --weight-decay")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Course:
    """Options of a flow.

    Attributes
    ----------
    time
        t of dW/dt = W (S* - b - S): a feature appears at about log(s_i/init_scale^2)/(2 (s_i - b)).
    spectrum
        CSV file of scales s_i >= 0, in place of the power law.
    hidden_units
        Number p of hidden units of the quadratic network, which start at random; not given: p = d, and every direction
        of the teacher starts alike.
    weight_decay
        lambda/n, the weight decay of a loss per sample.
    init_scale
        Standard deviation of the initial weights.
    seed
        Seed of random initial weights.
    """

    network: Annotated[str, network_with("flow")]
    time: Annotated[float, OR_ZERO]
    dim: Dimension = None
    gamma: Exponent = None
    spectrum: Path | None = None
    hidden_units: Annotated[float | None, whole(1, LARGEST_FLOW_DIM)] = None
    weight_decay: Annotated[float, OR_ZERO] = 0.0
    init_scale: Annotated[float, between(LEAST_FLOW_INIT_SCALE, 1.0)] = FLOW_INIT_SCALE
    seed: Annotated[int, Parameter(converter=known_seed)] = 0
    # the name that other commands have for another quantity
    weight_decay_of_a_sum: Annotated[float | None, Parameter(name="--lambda", converter=_of_a_sum, show=False)] = None


def flown(course: Course) -> dict[str, Any]:
    """Risk, largest learned weights and floor, under the keys of ``flow --json``.

    Raises
    ------
    UsageError
        If the options do not go together.
    """
    import numpy as np

    from scaling_spectra.flow import appearance_times, logistic
    from scaling_spectra.library.course import threshold_of
    from scaling_spectra.merged_teachers import spectrum_in

    network, width = course.network, course.hidden_units
    dim, gamma, family = teacher(course.dim, course.gamma, course.spectrum)
    spectrum = spectrum_in(family, dim)
    problem, flow = problem_of(network), flow_of(network)
    if width is not None and not problem.MATRIX:
        raise UsageError(f"--hidden-units: {width:g} given, the {network} network has one per input")
    share = 1.0 if width is None else width / dim
    threshold = threshold_of(network, dim, course.weight_decay, share)
    # W^T W of random weights is this on average
    start = course.init_scale**2 * share**0.5
    largest = np.repeat(spectrum.values, np.minimum(spectrum.weights, SHOWN).astype(int))[:SHOWN]
    if width is None:
        risk = float(flow.risk(spectrum, start, [course.time], threshold)[0])
        learned = logistic(largest, start, [course.time], threshold)[0]
    else:
        if dim > LARGEST_FLOW_DIM:
            raise UsageError(f"--dim: {dim} is too large with --hidden-units, at most {LARGEST_FLOW_DIM} is accepted")
        scales = family.spectrum(dim).values
        weight = _from_random_weights(course, scales, threshold)
        risk = problem.risk(weight, scales)
        learned = np.linalg.eigvalsh(weight)[::-1][:SHOWN]
    times = appearance_times(largest, start, threshold)
    matrix_mse = {"matrix_mse": risk / 2} if problem.MATRIX else {}
    return {
        "network": network,
        "dim": dim,
        "hidden_units": None if width is None else int(width),
        "gamma": gamma,
        "time": course.time,
        "init_scale": course.init_scale,
        "weight_decay": course.weight_decay,
        "threshold": threshold,
        "risk": risk,
        **matrix_mse,
        "floor": flow.floor(spectrum, threshold, np.inf if width is None else width),
        "largest": [float(value) for value in learned],
        "appearance_times": [float(time) if np.isfinite(time) else None for time in times],
    }


def _from_random_weights(course: Course, scales: "Array", threshold: float) -> "Array":
    """S at the time asked for."""
    import numpy as np

    flow, dim, width = flow_of(course.network), scales.size, course.hidden_units
    assert width is not None
    rates = scales - threshold
    work = course.time * float(np.max(np.abs(rates))) * (dim * min(width, dim) ** 2 + STEP_WORK)
    if work > MOST_WORK:
        raise UsageError(
            f"--time: {course.time:g} takes too long for {width:g} hidden units, at most "
            f"{course.time * MOST_WORK / work:.3g} is accepted"
        )
    weights = flow.initial(dim, width / dim, course.init_scale, np.random.default_rng(course.seed))
    learned: Array = flow.learned(rates, weights, [course.time])[0]
    return learned
