"""Solutions along a path in the (log n, log lambda) plane, each started where those before it point."""

from dataclasses import replace
from typing import Protocol, cast

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.records import StateEvolution, attempt_solution

# farther than this many of the last steps a straight line is no guess
FARTHEST = 3.0
# a step this much off the direction of the last one, relative to its length, turns
STRAIGHT = 1e-6


class Solve(Protocol):
    """State evolution of one problem at (n, lambda)."""

    def __call__(self, *, samples: float, weight_decay: float, start: StateEvolution | None) -> StateEvolution:
        """Solve, from a solution nearby."""


class Continuation:
    """Solutions in the order in which they were found; a point without one ends nothing.

    Parameters
    ----------
    solve : callable
        Of the keywords samples, weight_decay and start.
    """

    def __init__(self, solve: Solve) -> None:
        self._solve = solve
        self._latest: list[tuple[Array, StateEvolution]] = []

    def to(self, samples: float, weight_decay: float) -> StateEvolution:
        """Solution at the next point, or one whose status says why there is none."""
        place = np.log([samples, weight_decay])
        found = attempt_solution(self._solve, samples=samples, weight_decay=weight_decay, start=self._start(place))
        if found.solved:
            self._latest = [*self._latest[-1:], (place, found)]
        return found

    def restart(self, samples: float, weight_decay: float, solution: StateEvolution) -> None:
        """Go on from a known solution."""
        self._latest = [(np.log([samples, weight_decay]), solution)]

    def _start(self, place: Array) -> StateEvolution | None:
        """log delta and log b continued along a straight line; the last solution where there is none."""
        if len(self._latest) < 2:
            return self._latest[-1][1] if self._latest else None
        (first, before), (second, last) = self._latest
        back, ahead = second - first, place - second
        # numpy types a scalar product as an array
        length = cast(float, back @ back)
        stride = cast(float, ahead @ back) / length if length else 0.0
        turns = np.abs(ahead - stride * back).max() > STRAIGHT * np.abs(ahead).max()
        if turns or abs(stride) > FARTHEST or not before.delta * last.delta:
            return last
        return replace(
            last,
            delta=last.delta * (last.delta / before.delta) ** stride,
            threshold=last.threshold * (last.threshold / before.threshold) ** stride,
        )


def follow(solve: Solve, samples: ArrayLike, weight_decay: ArrayLike) -> list[StateEvolution]:
    """State evolution along a path; a point without a solution has the status that says why.

    Parameters
    ----------
    solve : callable
        Of the keywords samples, weight_decay and start.
    samples, weight_decay : array_like
        n and lambda along the path, broadcast against each other and taken in C order.
    """
    path = Continuation(solve)
    return [path.to(float(n), float(lam)) for n, lam in np.broadcast(np.atleast_1d(samples), weight_decay)]
