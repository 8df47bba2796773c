"""Fitting windows: where along n_eff a phase's exponent may be read off."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES
from scaling_spectra.ties import TIE


@dataclass(frozen=True)
class Window:
    """Neighbouring values of n_eff within one phase.

    Attributes
    ----------
    phase : str
    indices : ndarray of int
        Places of the window's points in the grid of n_eff.
    """

    phase: str
    indices: Array


def windows(diagram: PhaseDiagram, n_eff: Array, weight_decay: float, margin: float) -> list[Window]:
    """Runs of points of one phase that keep `margin` decades from its boundaries.

    Parameters
    ----------
    n_eff : ndarray, shape (m,)
        Increasing.
    weight_decay : float
        lambda, the same for all points.
    margin : float
        Least distance to the nearest boundary in the (log10 n_eff, log10 lambda) plane.
    """
    codes = diagram.codes(n_eff, weight_decay)
    codes = np.where(diagram.margin(n_eff, weight_decay) >= margin - TIE, codes, -1)
    runs = [[i for i, _ in run] for _, run in groupby(enumerate(codes), key=lambda pair: pair[1])]
    return [Window(NAMES[codes[run[0]]], np.array(run)) for run in runs if codes[run[0]] >= 0]
