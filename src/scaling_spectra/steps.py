"""Sizes of the steps of gradient descent between fixed times."""

from collections.abc import Iterator
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

# a step is this share of the time that has passed, while it is stable
SHARE = 0.04
# steps of this many units of the largest rate are stable: two is the limit for a quadratic loss
STABLE = 0.7


def steps(times: ArrayLike, first: float, longest: float) -> Iterator[tuple[int, float]]:
    """Number and size of equal steps up to each of the increasing `times`.

    Parameters
    ----------
    first : float
        Size of steps at the beginning.
    longest : float
    """
    now = 0.0
    for time in np.asarray(times, dtype=float):
        size = min(max(first, SHARE * now), longest)
        count = ceil((time - now) / size)
        yield count, (time - now) / max(count, 1)
        now = float(time)
