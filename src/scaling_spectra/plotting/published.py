"""Published risks of the quadratic network, and networks at their parameters, against what is predicted here."""

import matplotlib.pyplot as plt
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
SE, INPUTS = "state evolution", "real inputs"
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
OF_NOISE = {False: "#0072B2", True: "#D55E00"}


def compose(table: pd.DataFrame) -> tuple:
    """Figure, its numbers and its caption, from a table ``published_comparison``."""
    points = table[table["found"].isin([*LOOKS, BAYES])].reset_index(drop=True)
    return draw(points), points, caption(points)


def draw(points: pd.DataFrame) -> Figure:
    """Risks; the same over state evolution; Bayes-optimal errors."""
    style.use()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT, 2.75), width_ratios=[1.15, 1.15, 1])
    networks = points[points["found"] != BAYES]
    for dim, rows in networks.groupby("dim"):
        _risks(left, rows, style.dim_colour(dim))
        _over_evolution(middle, rows, style.dim_colour(dim))
    style.log_axes(left)
    left.set_ylabel(r"$M = R/2$")
    style.log_axes(middle, y=False)
    middle.axhline(0, **ONE)
    middle.set_ylabel(r"$M/M_{\rm SE} - 1$  (%)")
    for noise_var, rows in points[points["found"] == BAYES].sort_values("ratio").groupby("noise_var"):
        colour = OF_NOISE[noise_var > 0]
        right.plot(rows["ratio"], rows["predicted"], color=colour, label=rf"$\Delta = {noise_var:g}$")
        right.plot(rows["ratio"], rows["value"], color=colour, linestyle="none", **LOOKS[TRAINED])
    right.set_ylabel(r"Bayes-optimal $M\,/\,M_{n = 0}$")
    right.set_ylim(bottom=0)
    right.legend(loc="upper right", handlelength=1.4)
    titles = (rf"$\gamma = {networks['gamma'].iloc[0]:g}$", "the same over SE", "Gaussian teacher, half width")
    for panel, title in zip((left, middle, right), titles, strict=True):
        panel.set_title(title)
        panel.set_xlabel(r"$n/d^2$")
    _legend(figure, networks)
    return figure


def _risks(panel: Axes, rows: pd.DataFrame, colour: tuple) -> None:
    for theory, look in STROKES.items():
        line = rows[rows["theory"] == theory].drop_duplicates("ratio").sort_values("ratio")
        panel.plot(line["ratio"], line["predicted"], color=colour, zorder=2, **look)
    for found, look in LOOKS.items():
        here = rows[(rows["found"] == found) & (rows["theory"] == SE)]
        error = here["error"].fillna(0)
        panel.errorbar(here["ratio"], here["value"], error, color=colour, linestyle="none", zorder=3, **look)


def _over_evolution(panel: Axes, rows: pd.DataFrame, colour: tuple) -> None:
    evolution = rows[rows["theory"] == SE].drop_duplicates("ratio").set_index("ratio")["predicted"]
    real = rows[rows["theory"] == INPUTS].drop_duplicates("ratio").sort_values("ratio")
    share = real["predicted"] / real["ratio"].map(evolution)
    panel.plot(real["ratio"], 100 * (share - 1), color=colour, zorder=2, **STROKES[INPUTS])
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
    deviations); ours: convex equivalents (mean and standard error over {count}), state evolution, theory of real
    inputs. Middle: over our state evolution. Right: Bayes-optimal error, ours (lines) and published
    (arXiv:2408.03733, markers)."""
