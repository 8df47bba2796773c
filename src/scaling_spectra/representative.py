"""One point for each phase: the one farthest from every boundary."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES


@dataclass(frozen=True)
class Representative:
    """A point that stands for its phase.

    Attributes
    ----------
    phase : str
    n_eff, weight_decay : float
    margin : float
        Distance to the nearest boundary in decades.
    """

    phase: str
    n_eff: float
    weight_decay: float
    margin: float


def representatives(
    diagram: PhaseDiagram, n_eff: tuple[float, float], weight_decay: tuple[float, float], points: int
) -> list[Representative]:
    """Centres of the largest discs inside each phase and a window, in the order of `phases.NAMES`.

    Parameters
    ----------
    n_eff, weight_decay : (float, float)
        Ends of the window; its frame counts as a boundary.
    points : int
        Points of the grid along either axis.
    """
    axes = [np.geomspace(*ends, points) for ends in (n_eff, weight_decay)]
    grid = np.meshgrid(*axes)
    margin = diagram.margin(*grid)
    for axis, (low, high) in zip(grid, (n_eff, weight_decay), strict=True):
        margin = np.minimum(margin, np.log10(np.minimum(axis / low, high / axis)))
    codes = diagram.codes(*grid)
    found = []
    for code in np.unique(codes):
        if NAMES[code] == "peak":
            # a funnel without a width of its own
            continue
        place = np.unravel_index(np.argmax(np.where(codes == code, margin, -np.inf)), codes.shape)
        found.append(Representative(NAMES[code], *(float(axis[place]) for axis in (*grid, margin))))
    return found
