"""Straight lines of the phase diagram in logarithmic axes: columns of phases, and the boundaries between them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from scaling_spectra.arrays import Array
from scaling_spectra.ties import TIE

# decades beyond which the diagram is cut off
FAR = 250.0
# neighbours whose predicted rates differ on their common boundary
JUMPS = {("V", "II"), ("VIa", "II"), ("V", "VIa"), ("IV0", "III")}


@dataclass(frozen=True)
class Line:
    """lambda = coefficient * n_eff^exponent."""

    coefficient: float
    exponent: float

    def __call__(self, n_eff: ArrayLike) -> Array:
        return self.coefficient * np.asarray(n_eff, dtype=float) ** self.exponent

    def crosses(self, other: "Line") -> float:
        """n_eff at which two lines of different exponents meet."""
        n_eff: float = (other.coefficient / self.coefficient) ** (1 / (self.exponent - other.exponent))
        return n_eff


@dataclass(frozen=True)
class Column:
    """Phases above each other for n_eff in [start, the next column's start).

    Attributes
    ----------
    start : float
    phases : tuple of str
        From small to large lambda.
    lines : tuple of Line
        The lines between them.
    """

    start: float
    phases: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Boundary:
    """A straight piece of boundary in logarithmic axes.

    Attributes
    ----------
    phases : (str, str)
        Below and above it; left and right if it is vertical.
    n_eff, weight_decay : (float, float)
        Coordinates of its ends.
    jump : bool
        Whether the predicted rate is discontinuous across it.
    """

    phases: tuple[str, str]
    n_eff: tuple[float, float]
    weight_decay: tuple[float, float]
    jump: bool

    @property
    def vertical(self) -> bool:
        return self.n_eff[0] == self.n_eff[1]


def vertical(left: Column, right: Column) -> list[Boundary]:
    """Pieces at the start of `right` across which the phase changes."""
    n_eff = right.start
    lines = [*left.lines, *right.lines]
    heights = np.unique([10.0**-FAR, *(float(line(n_eff)) for line in lines), 10.0**FAR])
    pieces: list[Boundary] = []
    for low, high in pairwise(heights):
        middle = np.sqrt(low) * np.sqrt(high)
        pair = tuple(column.phases[sum(middle > line(n_eff) for line in column.lines)] for column in (left, right))
        if pair[0] == pair[1] or high < low * (1 + TIE):
            continue
        pieces.append(Boundary(pair, (n_eff, n_eff), (low, high), pair in JUMPS))
    return pieces
