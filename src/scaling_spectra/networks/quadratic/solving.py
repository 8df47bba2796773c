"""The convex equivalent in place of training, and network weights that realise its solution."""

from collections.abc import Callable

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.memory import HELD
from scaling_spectra.networks.quadratic import convex
from scaling_spectra.networks.quadratic.measurements import Blocks, Measurements, StreamedMeasurements
from scaling_spectra.networks.quadratic.record import record
from scaling_spectra.networks.quadratic.statistics import Statistics
from scaling_spectra.records import TrainingRecord, of_convex

# sufficient statistics cost as much as d^2/8 passes; a curve in lambda takes about this many
USUAL_PASSES = 150


def prepare(
    draw: Callable[[], Blocks], teacher: Array, *, width: float, tol: float
) -> Callable[[float], TrainingRecord]:
    """Function of lambda that returns the record of the global minimum, to a relative gap of `tol`.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    teacher : ndarray, shape (d,)
        Eigenvalues of S* = diag(s), for the risk only.
    width : float
        p/d >= 1.
    """
    dim = teacher.size
    labels = np.concatenate([block for _, block in draw()])
    data = _data(draw, labels, dim)

    def solve(weight_decay: float) -> TrainingRecord:
        penalty = weight_decay * dim * width**0.5
        solution = convex.solve_measured(data, penalty, tol=tol)
        rank = convex.minimiser_rank(data, penalty, solution.factor)
        fit = (solution.factor, solution.squared, labels.size)
        return record(*fit, penalty, teacher, tol=tol, rank=rank, **of_convex(solution))

    return solve


def _data(draw: Callable[[], Blocks], labels: Array, dim: int) -> Measurements | Statistics:
    """Statistics, samples in memory, or a stream, whichever is cheapest to solve with and fits."""
    held = 8 * labels.size * dim <= HELD
    size = dim * (dim + 1) // 2
    if labels.size > size and 8 * size**2 <= HELD and (not held or dim**2 / 8 <= USUAL_PASSES):
        return Statistics(dim).add(draw())
    if held:
        return Measurements(np.concatenate([inputs for inputs, _ in draw()]), labels)
    return StreamedMeasurements(draw)
