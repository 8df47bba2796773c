"""One point for each phase: the middle of those farthest from every boundary."""

from dataclasses import dataclass

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES
from scaling_spectra.ties import TIE

# points along either axis of the grid that is searched, how often, and what part of it is searched again
GRID, ROUNDS, CLOSER = 121, 3, 0.1


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
    diagram: PhaseDiagram, n_eff: tuple[float, float], weight_decay: tuple[float, float]
) -> list[Representative]:
    """The `deepest` point of each phase within a window, in the order of `phases.NAMES`."""
    drawn = {phase for column in diagram.columns for phase in column.phases}
    found = [deepest(diagram, phase, n_eff, weight_decay) for phase in NAMES if phase in drawn]
    return [point for point in found if point is not None]


def deepest(
    diagram: PhaseDiagram, phase: str, n_eff: tuple[float, float], weight_decay: tuple[float, float]
) -> Representative | None:
    """Middle of the points of a phase that are farthest from its boundaries; None if it is not in the window.

    In a strip many points are equally far, so that only rounding would make one of them the farthest. Instead every
    point of a grid weighs as much as it is deeper than the deepest but for one step of the grid, and their centroid
    in (log n_eff, log lambda) is taken: it changes no more than the margins do.

    Parameters
    ----------
    phase : str
        Not ``peak``, a funnel without a width of its own.
    n_eff, weight_decay : (float, float)
        Ends of the window; its frame counts as a boundary.
    """
    frame = np.log10([n_eff, weight_decay])
    window, code = frame, NAMES.index(phase)
    for _ in range(ROUNDS):
        axes = np.linspace(window[:, 0], window[:, 1], GRID, axis=1)
        points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
        points = points[diagram.codes(*10**points.T) == code]
        depth = _depth(diagram, frame, points)
        if not (depth > 0).any():
            return None
        step = np.linalg.norm(np.diff(window).ravel()) / (GRID - 1)
        weights = np.maximum(depth - max(depth.max() - step, 0.0), 0.0)
        centre = weights @ points / weights.sum()
        if diagram.codes(*10**centre) != code:
            centre = _nearest(points[weights > weights.max() / 2], centre)
        window = centre[:, None] + CLOSER * np.diff(window) * np.array([-0.5, 0.5])
    depth = _depth(diagram, frame, centre[None])
    return Representative(phase, float(10 ** centre[0]), float(10 ** centre[1]), float(depth[0]))


def _depth(diagram: PhaseDiagram, frame: Array, points: Array) -> Array:
    """Distance in decades of points (log10 n_eff, log10 lambda), shape (k, 2), to boundaries and the frame."""
    to_frame = np.minimum(points - frame[:, 0], frame[:, 1] - points).min(axis=1)
    depth: Array = np.minimum(diagram.margin(*10**points.T), to_frame)
    return depth


def _nearest(points: Array, centre: Array) -> Array:
    """The point nearest to `centre`; of equally near ones the first in the order of the grid."""
    distance = np.linalg.norm(points - centre, axis=1)
    nearest: Array = points[distance <= distance.min() * (1 + TIE)][0]
    return nearest
