"""The LASSO in place of training, and network weights that realise its solution."""

from collections.abc import Callable
from functools import partial

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.networks.diagonal import lasso
from scaling_spectra.networks.diagonal.record import record
from scaling_spectra.networks.diagonal.statistics import Blocks, Statistics
from scaling_spectra.records import TrainingRecord, of_convex

# samples per dimension beyond which only their statistics are held
SUFFICIENT = 20


def prepare(
    draw: Callable[[], Blocks], teacher: Array, *, width: float, tol: float
) -> Callable[[float], TrainingRecord]:
    """Function of lambda that returns the record of the global minimum, to a relative gap of `tol`.

    Parameters
    ----------
    draw : callable
        Yields the same blocks (inputs, labels) at every call.
    teacher : ndarray, shape (d,)
        theta*, for the risk only.
    width : float
        Unused: the diagonal network has one hidden unit per input.
    """
    dim = teacher.size
    labels = np.concatenate([block for _, block in draw()])
    if labels.size > SUFFICIENT * dim:
        minimise = partial(lasso.solve_statistics, Statistics(dim).add(draw()))
    else:
        minimise = partial(lasso.solve, np.concatenate([inputs for inputs, _ in draw()]), labels)

    def solve(weight_decay: float) -> TrainingRecord:
        solution = minimise(weight_decay=weight_decay, tol=tol)
        fit = (solution.weights, solution.squared, labels.size)
        return record(*fit, weight_decay, teacher, tol=tol, rank=solution.rank, **of_convex(solution))

    return solve
