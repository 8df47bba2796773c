"""Published risks of the quadratic network, and networks at their parameters, against what is predicted here."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style

# who found a number, and what predicts it
EVOLUTION, TRAINED, BAYES, OURS = (
    "published state evolution",
    "published networks",
    "published Bayes-optimal error",
    "networks of this project",
)
SE, INPUTS, OPTIMAL = "state evolution", "real inputs", "Bayes-optimal risk"
# rows of theory alone
BETWEEN = "theory"
LOOKS = {
    EVOLUTION: {"marker": "x", "markersize": 4.0, "markeredgewidth": 0.9},
    TRAINED: {"marker": "o", "markerfacecolor": "white", "markeredgewidth": 0.8},
    OURS: {"marker": "s", "markeredgecolor": "white", "markeredgewidth": 0.35},
}
STROKES = {SE: {"linewidth": 0.9}, INPUTS: {"linewidth": 1.2, "linestyle": (0, (1, 1))}}
ONE = {"color": "0.6", "linewidth": 0.6, "zorder": 0}
# points of different dimensions side by side
ASIDE = {TRAINED: 1.04, OURS: 1 / 1.04, EVOLUTION: 1.0}
# Okabe and Ito's blue and vermilion, by Delta > 0
OF_NOISE = {
    False: {"color": "#0072B2", "linestyle": (0, (5, 1.5))},
    True: {"color": "#D55E00", "linestyle": "-"},
}


def compose(table: pd.DataFrame, curves: pd.DataFrame) -> tuple:
    """Figure, its numbers and its caption, from tables ``published_comparison`` and ``published_curves``."""
    points = table[table["found"].isin([*LOOKS, BAYES])]
    points = pd.concat([points, curves.assign(found=BETWEEN)], ignore_index=True)
    return draw(points), points, caption(points)


def draw(points: pd.DataFrame) -> Figure:
    """Risks; the same over state evolution; Bayes-optimal errors."""
    style.use()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT, 2.75), width_ratios=[1.15, 1.15, 1])
    networks = points[points["dim"].notna()]
    for dim, rows in networks.groupby("dim"):
        _risks(left, rows, style.dim_colour(dim))
        _over_evolution(middle, rows, style.dim_colour(dim))
    style.log_axes(left)
    left.set_ylabel(r"$M = R/2$")
    style.log_axes(middle, y=False)
    middle.axhline(0, **ONE)
    middle.set_ylabel(r"$M/M_{\rm SE} - 1$  (%)")
    for noise_var, rows in points[points["found"] == BAYES].sort_values("ratio").groupby("noise_var"):
        look = OF_NOISE[noise_var > 0]
        line = points[(points["theory"] == OPTIMAL) & (points["noise_var"] == noise_var)].sort_values("ratio")
        right.plot(line["ratio"], line["predicted"], label=rf"$\Delta = {noise_var:g}$", **look)
        right.plot(rows["ratio"], rows["value"], color=look["color"], linestyle="none", **LOOKS[TRAINED])
    right.set_ylabel(r"Bayes-optimal $M\,/\,M_{n = 0}$")
    right.set_ylim(bottom=0)
    right.legend(loc="upper right", handlelength=2.0)
    titles = (rf"$\gamma = {networks['gamma'].iloc[0]:g}$", "the same over SE", "Gaussian teacher, half width")
    for panel, title in zip((left, middle, right), titles, strict=True):
        panel.set_title(title)
        panel.set_xlabel(r"$n/d^2$")
    _legend(figure, networks)
    return figure


def _risks(panel: Axes, rows: pd.DataFrame, colour: tuple) -> None:
    line = rows[rows["theory"] == SE].drop_duplicates("ratio").sort_values("ratio")
    panel.plot(line["ratio"], line["predicted"], color=colour, zorder=2, **STROKES[SE])
    real = _over_prediction(rows)
    # between its points as state evolution, times the ratio of both
    share = np.interp(np.log(line["ratio"]), np.log(real.index), real)
    panel.plot(line["ratio"], share * line["predicted"], color=colour, zorder=2, **STROKES[INPUTS])
    for found, look in LOOKS.items():
        here = rows[(rows["found"] == found) & (rows["theory"] == SE)]
        error = here["error"].fillna(0)
        panel.errorbar(here["ratio"], here["value"], error, color=colour, linestyle="none", zorder=3, **look)


def _over_prediction(rows: pd.DataFrame) -> pd.Series:
    """Theory of real inputs over state evolution, by n/d^2."""
    by = {theory: of.groupby("ratio")["predicted"].first() for theory, of in rows.groupby("theory")}
    return (by[INPUTS] / by[SE]).dropna().sort_index()


def _over_evolution(panel: Axes, rows: pd.DataFrame, colour: tuple) -> None:
    real = _over_prediction(rows)
    panel.plot(real.index, 100 * (real - 1), color=colour, zorder=2, **STROKES[INPUTS])
    for found, look in LOOKS.items():
        here = rows[(rows["found"] == found) & (rows["theory"] == SE)]
        error = 100 * here["quotient_error"].fillna(0)
        place, height = here["ratio"] * ASIDE[found], 100 * (here["quotient"] - 1)
        panel.errorbar(place, height, error, color=colour, linestyle="none", elinewidth=0.8, zorder=3, **look)


def _legend(figure: Figure, networks: pd.DataFrame) -> None:
    grey = {"color": "0.25"}
    handles = [
        Line2D([], [], color=style.dim_colour(dim), linewidth=3, label=f"$d = {dim:g}$")
        for dim in sorted(networks["dim"].unique())
    ]
    present = [found for found in LOOKS if (networks["found"] == found).any()]
    handles += [Line2D([], [], linestyle="none", label=found, **LOOKS[found], **grey) for found in present]
    handles += [Line2D([], [], label=f"{theory}, this project", **look, **grey) for theory, look in STROKES.items()]
    style.legend(figure, handles, handlelength=1.5, columnspacing=1.1)


def caption(points: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    ours = points[points["found"] == OURS]
    theirs = points[points["found"] == TRAINED].iloc[0]
    count = labels.replicas(ours["replicas"]) if len(ours) else "no replica"
    return f"""Against published numbers. Left: M of the quadratic network, gamma = {theirs["gamma"]:g}, Delta =
    {theirs["noise_var"]:g}, lambda = 0.1 sqrt(n)/d; published: state evolution and networks (arXiv:2606.28242, standard
    deviations); ours: trained networks (mean and standard error over {count}), state evolution, theory of real
    inputs. Middle: over our state evolution. Right: Bayes-optimal error, ours (lines) and published
    (arXiv:2408.03733, markers)."""
