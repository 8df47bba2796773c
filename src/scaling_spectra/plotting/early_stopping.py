"""Early stopping against weight decay: risks along training, and the best of each way."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.plotting.room import apart
from scaling_spectra.records import SOLVED

EARLY, DECAY, BOTH = "early stopping", "weight decay", "both"
LAST, DRIVEN = "neither, at the last time", "early stopping of the driven flow"
ENSEMBLE = ["network", "teacher", "noise_var", "dim"]
PLAIN, DECAYED, FLOW = "descent", "descent with weight decay", "driven flow"
# markers and faces of the ways that are compared with the best weight decay
LOOKS = {
    EARLY: {"marker": "o", "color": "#0072B2"},
    BOTH: {"marker": "^", "color": "#009E73"},
    LAST: {"marker": "x", "color": "0.45"},
    DRIVEN: {"marker": "D", "color": "#D55E00", "markerfacecolor": "white"},
}
STROKES = {PLAIN: "-", DECAYED: (0, (4, 1.5)), FLOW: (0, (1, 1.3))}
# ways that are next to each other at one n_eff
ASIDE = {EARLY: 1.0, BOTH: 1.06, LAST: 0.94, DRIVEN: 1.12}
# the axes go on by this factor
BESIDE, LABELS = 1.6, 2.4
# height of a label, as a share of the axis
LABEL = 0.055


def compose(study: pd.DataFrame, stopping: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    study, stopping : DataFrame
        Tables ``gradient_descent`` and ``early_stopping``.
    named : dict
        Teachers in words, by their keys.
    """
    points = plotted(study, stopping)
    return draw(points, named), points, caption(study, named)


def plotted(study: pd.DataFrame, stopping: pd.DataFrame) -> pd.DataFrame:
    """Exactly the numbers of the figure: series, network, ..., n_eff, time, value, standard_error."""
    found = study[study["status"] == SOLVED]
    at = [*ENSEMBLE, "n_eff", "scaled_time"]
    parts = []
    for series, (factor, column) in {PLAIN: (0, "risk"), DECAYED: (1, "risk"), FLOW: (0, "driven_risk")}.items():
        rows = found[found["decay_factor"] == factor]
        parts.append(rows.groupby(at)[column].mean().rename("value").reset_index().assign(series=series))
    compared = stopping[stopping["way"].isin(LOOKS)]
    parts.append(
        compared[[*ENSEMBLE, "n_eff", "replicas"]].assign(
            series=compared["way"], value=compared["excess"], standard_error=compared["excess_error"]
        )
    )
    columns = ["series", *at, "value", "standard_error", "replicas"]
    together = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    return labels.with_gamma(together, study)


def draw(points: pd.DataFrame, named: dict[str, str]) -> Figure:
    """One row per network: risk along training, and excess over the best weight decay."""
    style.use()
    ensembles = list(points.groupby(ENSEMBLE))
    figure, grid = plt.subplots(len(ensembles), 2, figsize=(style.TEXT, 0.7 + 2.3 * len(ensembles)), squeeze=False)
    for (left, right), ((network, teacher, _, dim), rows) in zip(grid, ensembles, strict=True):
        _courses(left, rows)
        _compared(right, rows)
        family = labels.title(rows["gamma"].iloc[0], named[teacher])
        left.set_title(rf"{network}, {family}, $d = {dim:g}$; labels: $n_{{\rm eff}}$")
        right.set_title(f"{network}, against the best weight decay")
        right.set_xlabel(r"effective samples $n_{\rm eff}$")
    handles = [Line2D([], [], color="0.3", linestyle=stroke, label=name) for name, stroke in STROKES.items()]
    handles += [Line2D([], [], linestyle="none", label=way, **look) for way, look in LOOKS.items()]
    style.legend(figure, handles, handlelength=2.0, columnspacing=1.2)
    return figure


def _courses(panel: Axes, rows: pd.DataFrame) -> None:
    counts = sorted(rows["n_eff"].unique())
    top = rows.loc[rows["series"].isin(STROKES), "value"].max()
    for place, n_eff in enumerate(counts):
        colour = style.place_colour(place, len(counts))
        for series, stroke in STROKES.items():
            line = rows[(rows["series"] == series) & (rows["n_eff"] == n_eff)]
            panel.plot(line["scaled_time"], line["value"], color=colour, linestyle=stroke, linewidth=0.9)
    style.log_axes(panel)
    panel.set_xlim(right=LABELS * rows["scaled_time"].max())
    panel.set_ylim(top=1.3 * top)
    ends = rows[rows["series"] == PLAIN].groupby("n_eff").last()
    for scaled_time, here in ends.groupby("scaled_time"):
        for n_eff, height in apart(here["value"], LABEL * np.ptp(np.log(panel.get_ylim()))).items():
            panel.annotate(
                rf"${n_eff:g}$",
                (scaled_time, height),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=6,
                va="center",
                color=style.place_colour(counts.index(n_eff), len(counts)),
                # lines of longer courses pass near
                path_effects=style.HALO,
            )
    panel.set_xlabel(r"time $s_1 t$")
    panel.set_ylabel(r"excess risk $R$")


def _compared(panel: Axes, rows: pd.DataFrame) -> None:
    panel.axhline(0, **style.GUIDE)
    for way, look in LOOKS.items():
        found = rows[rows["series"] == way]
        panel.errorbar(
            found["n_eff"] * ASIDE[way],
            found["value"],
            yerr=found["standard_error"].fillna(0),
            linestyle="none",
            elinewidth=0.8,
            zorder=3,
            **look,
        )
    style.log_axes(panel, y=False)
    panel.set_xlim(rows["n_eff"].min() / BESIDE, rows["n_eff"].max() * BESIDE)
    panel.set_ylabel("excess over the best weight decay")


def caption(study: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first, count = study.iloc[0], labels.replicas(study.groupby("network")["replica"].nunique())
    return f"""Early stopping and weight decay on the same samples, {named[first["teacher"]]}, Delta =
    {first["noise_var"]:g} (quadratic network: R = 2M), {count}. Left: mean excess risk along gradient descent at each
    n_eff, without weight decay and with the best one of state evolution; dotted, the flow driven by the teacher in
    Gaussian noise. Right: least risk of each way over that of the best weight decay, minus one, mean and standard error
    of the paired differences."""
