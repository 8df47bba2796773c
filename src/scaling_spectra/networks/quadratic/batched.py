"""Training of many quadratic networks at once on an accelerator, in double precision.

The descent is that of one network, for several replicas and weight decays at a time (`joint_descent`): a single point
leaves an accelerator idle. Initial weights are the same, results agree within certificates, not in their last digits.
What another device computed proves nothing: each certificate is made on the CPU, from the weights alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import torch

from scaling_spectra.arrays import Array
from scaling_spectra.curvature import HISTORY
from scaling_spectra.datasets import gathered
from scaling_spectra.finite import require_positive
from scaling_spectra.networks.quadratic.joint_descent import Course, Descent
from scaling_spectra.networks.quadratic.measurements import Measurements
from scaling_spectra.networks.quadratic.module import QuadraticNetwork
from scaling_spectra.records import TrainingRecord
from scaling_spectra.replica import Replica

# bytes of a stack on the device, and what a point takes of it at most: arrays of the size of its samples, of its
# weights beside the pairs, and of its slack
BUDGET = 6e9
OF_SAMPLES, OF_WEIGHTS, OF_SLACK = 3, 16, 8


def prepare(
    replicas: Iterable[Replica],
    weight_decays: Sequence[float],
    *,
    device: str,
    width: float,
    tol: float,
    max_evaluations: int,
    init_scale: float,
) -> Iterator[Callable[[float], TrainingRecord]]:
    """For each replica a function of lambda, one of `weight_decays`, with the record of the trained network.

    Samples are drawn, and networks trained, when the function of a replica is asked for, as many at once as
    `BUDGET` bytes hold. Initial weights are those of `training.prepare`; other parameters as there.

    Parameters
    ----------
    replicas : iterable of Replica
    weight_decays : sequence of float
        Values of lambda > 0.
    device : str
        Name of a device, as torch has it.

    Raises
    ------
    RuntimeError
        If there is no such device.
    """
    where = torch.device(device)
    if where.type == "cuda" and not torch.cuda.is_available():
        raise RuntimeError(f"device: {device} is asked for, and torch finds no GPU on this machine")
    for weight_decay in weight_decays:
        require_positive(weight_decay=weight_decay)
    waiting: list[tuple[Array, list[Course]]] = []
    for replica in replicas:
        data = Measurements(*gathered(replica.draw()))
        units = round(width * data.dim)
        courses = []
        for weight_decay in weight_decays:
            network = QuadraticNetwork(data.dim, units, scale=init_scale, rng=replica.initialisation())
            courses.append(Course(data, weight_decay, network, tol))
        waiting.append((replica.teacher, courses))
        most = fitting(data.samples, data.dim, units)
        if (len(waiting) + 1) * len(courses) > most:
            yield from _trained(waiting, weight_decays, where, most, max_evaluations)
            waiting = []
    if waiting:
        yield from _trained(waiting, weight_decays, where, most, max_evaluations)


def fitting(samples: int, dim: int, units: int) -> int:
    """Points of a stack of `BUDGET` bytes, at least one."""
    weights = (2 * HISTORY + OF_WEIGHTS) * dim * units
    return max(1, int(BUDGET / 8 / (OF_SAMPLES * samples * max(dim, units) + weights + OF_SLACK * dim**2)))


def _trained(
    waiting: list[tuple[Array, list[Course]]],
    weight_decays: Sequence[float],
    device: torch.device,
    most: int,
    max_evaluations: int,
) -> Iterator[Callable[[float], TrainingRecord]]:
    every = [course for _, courses in waiting for course in courses]
    for start in range(0, len(every), most):
        Descent(every[start : start + most], device).run(max_evaluations)
    for teacher, courses in waiting:
        yield partial(_record, dict(zip(weight_decays, courses, strict=True)), teacher)


def _record(courses: dict[float, Course], teacher: Array, weight_decay: float) -> TrainingRecord:
    return courses[weight_decay].record(teacher)
