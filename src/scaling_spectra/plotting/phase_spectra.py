"""Small histograms of the learned spectrum predicted in every phase."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure, SubFigure
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from scaling_spectra.arrays import Array
from scaling_spectra.plotting import style

BINS = 20
ZEROS, BULK, OUTLIERS = {"color": "0.15"}, {"color": "#E69F00"}, {"color": "#0072B2"}
TEACHER = {"color": "0.15", "linewidth": 0.7, "linestyle": (0, (2, 1))}
# least number of eigenvalues in a bin that is drawn
LEAST = 0.1


def counts(spectra: pd.DataFrame, edges: Array) -> pd.DataFrame:
    """Expected numbers of eigenvalues in bins: phase, left, right, zeros, bulk, outliers, teacher_count.

    The zeros have a bin of their own on the left of the others. Where every feature stands above the
    noise, delta < s_d, there is no bulk: eigenvalues that run into each other are outliers all the same.

    Parameters
    ----------
    spectra : DataFrame
        Rows of one network and noise level of a table ``phase_spectra``.
    edges : ndarray, shape (k + 1,)
        Ends of the bins, from 0.
    """
    first = spectra.iloc[0]
    dim = first["dim"]
    teacher = np.sqrt(dim) * np.arange(1.0, dim + 1) ** -first["gamma"]
    parts = []
    for phase, rows in spectra.groupby("phase", sort=False):
        of_series = {name: part.sort_values("value") for name, part in rows.groupby("series")}
        zeros = float(of_series["zeros"]["height"].iloc[0]) * dim
        bulk = np.zeros(edges.size - 1)
        if "density" in of_series:
            x, density = of_series["density"]["value"].to_numpy(), of_series["density"]["height"].to_numpy()
            # towards zero the density is constant
            x, density = np.append(0.0, x), np.append(density[0], density)
            mass = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x)))
            bulk = dim * np.diff(np.interp(edges, x, mass))
        outliers = np.histogram(of_series["outlier"]["value"] if "outlier" in of_series else [], edges)[0]
        if rows["delta"].iloc[0] < teacher[-1]:
            bulk, outliers = np.zeros_like(bulk), outliers + bulk
        parts.append(
            pd.DataFrame(
                {
                    "phase": phase,
                    "left": np.append(-edges[1], edges[:-1]),
                    "right": edges,
                    "zeros": np.append(zeros, np.zeros(bulk.size)),
                    "bulk": np.append(0.0, bulk),
                    "outliers": np.append(0.0, outliers),
                    "teacher_count": np.append(0, np.histogram(teacher, edges)[0]),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def bins(spectra: pd.DataFrame) -> Array:
    """Ends of bins that hold all spectra and the teacher's."""
    top = max(spectra["value"].max(), np.sqrt(spectra["dim"].iloc[0]))
    return np.linspace(0, 1.02 * top, BINS + 1)


def draw_row(
    figure: Figure | SubFigure, place: SubplotSpec, histogram: pd.DataFrame, dim: int, tints: dict[str, str]
) -> None:
    """One panel per phase, on common axes, each on the tint of its phase."""
    phases = [phase for phase in tints if (histogram["phase"] == phase).any()]
    grid = place.subgridspec(1, len(phases))
    shared = None
    for column, phase in enumerate(phases):
        panel = figure.add_subplot(grid[column], sharex=shared, sharey=shared, facecolor=tints[phase])
        shared = shared or panel
        rows = histogram[histogram["phase"] == phase]
        width = rows["right"] - rows["left"]
        kwargs = {"align": "edge", "linewidth": 0}
        panel.bar(rows["left"], rows["zeros"], width, **ZEROS, **kwargs)
        panel.bar(rows["left"], rows["bulk"], width, **BULK, **kwargs)
        panel.bar(rows["left"], rows["outliers"], width, bottom=rows["bulk"], **OUTLIERS, **kwargs)
        true = rows[rows["right"] > 0]
        panel.stairs(true["teacher_count"], np.append(true["left"], true["right"].iloc[-1]), baseline=None, **TEACHER)
        panel.set_yscale("log")
        panel.set_ylim(LEAST, 3 * dim)
        panel.yaxis.set_major_locator(FixedLocator([0.1, 1, 10, 100, 1000]))
        panel.yaxis.set_major_formatter(style.power_of_ten)
        panel.yaxis.set_minor_locator(NullLocator())
        panel.set_xlim(rows["left"].min(), rows["right"].max())
        panel.set_xticks([0, np.sqrt(dim)], labels=["0", r"$\sqrt{d}$"])
        panel.tick_params(labelleft=column == 0, length=2, pad=1.5)
        zeros = rows["zeros"].sum() / dim
        panel.set_title(rf"$\bf{{{phase}}}$", pad=2)
        panel.text(
            0.97,
            0.95,
            f"{zeros:.0%} zeros",
            transform=panel.transAxes,
            ha="right",
            va="top",
            fontsize=5.5,
        )
        if column == 0:
            panel.set_ylabel(f"eigenvalues per bin\n(of $d = {dim}$)", fontsize=6.5)
        panel.set_xlabel("eigenvalue", fontsize=6, labelpad=1)


def handles() -> list:
    """Entries of a legend."""
    return [
        Patch(label="zeros", **ZEROS),
        Patch(label="bulk", **BULK),
        Patch(label="outliers", **OUTLIERS),
        Line2D([], [], label="teacher", **TEACHER),
    ]
