"""Where labels have room: in a region of a diagram, and above each other."""

import numpy as np
import pandas as pd
from matplotlib.transforms import Bbox

from scaling_spectra.arrays import Mask
from scaling_spectra.ties import TIE


def most_room(inside: Mask, width: float, height: float, angle: float, frame: Bbox) -> tuple[float, float, float]:
    """Largest multiple of a turned rectangle that fits into the true pixels, and its centre in the panel."""
    rows, columns = inside.shape
    y, x = (np.argwhere(inside) + 0.5).T / np.array([[rows], [columns]])
    edge = np.linspace(-0.5, 0.5, 9)
    along = np.concatenate([edge, edge, edge]) * width * frame.width
    across = np.repeat([-0.5, 0.0, 0.5], edge.size) * height * frame.height
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    dx, dy = (cos * along - sin * across) / frame.width, (sin * along + cos * across) / frame.height
    padded = np.pad(inside, 1)
    best = (0.0, float(x.mean()), float(y.mean()))
    for scale in np.arange(0.5, 3.01, 0.1):
        column = np.clip(np.floor((x[:, None] + scale * dx) * columns).astype(int), -1, columns) + 1
        row = np.clip(np.floor((y[:, None] + scale * dy) * rows).astype(int), -1, rows) + 1
        fits = padded[row, column].all(axis=1)
        if not fits.any():
            break
        # the middle of all places that are left
        apart = (x - x[fits].mean()) ** 2 + (y - y[fits].mean()) ** 2 + np.where(fits, 0.0, np.inf)
        middle = np.argmax(apart <= apart.min() + TIE)
        best = (float(scale), float(x[middle]), float(y[middle]))
    return best


def apart(heights: pd.Series, least: float) -> pd.Series:
    """Heights of labels on a logarithmic axis, moved up to where their logarithms differ by `least`."""
    ordered = np.log(heights.sort_values())
    moved = [ordered.iloc[0]]
    for height in ordered.iloc[1:]:
        moved.append(max(height, moved[-1] + least))
    return np.exp(pd.Series(moved, index=ordered.index))
