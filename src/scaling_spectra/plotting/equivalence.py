"""Trained networks beside the solutions of their convex equivalents."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from scaling_spectra.plotting import labels, style
from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE

RULE = ["decay_coefficient", "decay_exponent"]
# differences below this are rounding; smaller ones, zeros too, are drawn there
ROUNDING = 1e-15
BOUND = {"color": "0.88", "linewidth": 0}
EDGE = {"color": "0.45", "linewidth": 0.9}
RISK = {"marker": "D", "color": "0.1", "markerfacecolor": "white", "markeredgewidth": 0.7, "markersize": 2.8}
FREE = {"marker": "x", "color": "0.1", "markeredgewidth": 0.8, "markersize": 3.2}


def compose(equivalence: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from the study ``equivalence``.

    Parameters
    ----------
    equivalence : DataFrame
        Of the largest noise level, gamma and dimension that it holds, each network is drawn.
    named : dict
        Label of each teacher by its key.
    """
    points = plotted(equivalence)
    present = labels.present(points)
    return draw(points, present), points, caption(points, named)


def plotted(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the study that are drawn: solved ones of the largest Delta and gamma, and each network's largest d."""
    table = table[table["status"] == SOLVED].drop(columns="status")
    table = labels.of_last_teacher(table[table["noise_var"] == table["noise_var"].max()])
    return table[table["dim"] == table.groupby("network")["dim"].transform("max")].reset_index(drop=True)


def draw(points: pd.DataFrame, symbols: dict[str, str]) -> Figure:
    """A row of differences for each network, a row of evaluations; one column per weight decay."""
    style.use()
    rules = points[RULE].drop_duplicates().sort_values(RULE[::-1]).to_numpy()
    size = (style.TEXT, 0.6 + 1.75 * (len(symbols) + 1))
    figure, grid = plt.subplots(len(symbols) + 1, len(rules), figsize=size, sharey="row", squeeze=False)
    for column, (coefficient, exponent) in zip(grid.T, rules, strict=True):
        rows = points[(points["decay_coefficient"] == coefficient) & (points["decay_exponent"] == exponent)]
        rule = labels.weight_decay(coefficient, exponent)
        for panel, (network, symbol) in zip(column, symbols.items(), strict=False):
            _differences(panel, rows[rows["network"] == network], network)
            panel.set_title(f"{network}, {rule}")
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
        for network in symbols:
            _evaluations(column[-1], rows[rows["network"] == network], network)
        column[-1].set_title(f"training, {rule}")
        column[-1].set_xlabel(r"effective samples $n_{\rm eff}$")
    for panel in grid[:, 0]:
        panel.set_ylabel("relative difference")
    grid[-1, 0].set_ylabel("evaluations of the loss")
    low, high = np.log10([points["evaluations"].min(), points["evaluations"].max()])
    grid[-1, 0].set_ylim(10 ** np.floor(low + TIE), 10 ** np.ceil(high - TIE))
    figure.legend(handles=_handles(points, list(symbols)), loc="outside upper center", ncols=4, handlelength=1.6)
    return figure


def _differences(panel: Axes, rows: pd.DataFrame, network: str) -> None:
    bound = rows.groupby("n_eff")["bound"].max().clip(lower=ROUNDING)
    panel.fill_between(bound.index, bound, ROUNDING / 100, **BOUND, zorder=0)
    panel.plot(bound.index, bound, **EDGE, zorder=1)
    for unique, look in ((True, RISK), (False, FREE)):
        here = rows[rows["unique"] == unique]
        panel.plot(here["n_eff"], here["risk_difference"].abs().clip(lower=ROUNDING), linestyle="none", **look)
    panel.plot(
        rows["n_eff"],
        rows["objective_difference"].abs().clip(lower=ROUNDING),
        linestyle="none",
        marker=style.MARKERS[network],
        color=style.NETWORK_COLOURS[network],
        markeredgecolor="white",
        markeredgewidth=0.35,
        zorder=3,
    )
    style.log_axes(panel)
    # room for whole markers at the floor
    panel.set_ylim(ROUNDING / 10, 3)


def _evaluations(panel: Axes, rows: pd.DataFrame, network: str) -> None:
    colour = style.NETWORK_COLOURS[network]
    mean = rows.groupby("n_eff")["evaluations"].mean()
    panel.plot(mean.index, mean, color=colour, linestyle=style.LINESTYLES[network], linewidth=0.8, zorder=1)
    for sharpened, face in ((False, colour), (True, "white")):
        here = rows[rows["sharpened"] == sharpened]
        panel.plot(
            here["n_eff"],
            here["evaluations"],
            linestyle="none",
            marker=style.MARKERS[network],
            color=colour,
            markerfacecolor=face,
            markeredgewidth=0.8,
            zorder=3,
        )
    style.log_axes(panel)


def _handles(points: pd.DataFrame, networks: list[str]) -> list:
    handles: list = [Patch(label="allowed by both certificates", facecolor=BOUND["color"], edgecolor=EDGE["color"])]
    for network in networks:
        look = {"color": style.NETWORK_COLOURS[network], "marker": style.MARKERS[network], "linestyle": "none"}
        handles.append(Line2D([], [], label=f"objective, {network}", **look))
    handles.append(Line2D([], [], linestyle="none", label="risk", **RISK))
    if not points["unique"].all():
        handles.append(Line2D([], [], linestyle="none", label="risk, minimiser not unique", **FREE))
    for network in networks:
        look = {"color": style.NETWORK_COLOURS[network], "marker": style.MARKERS[network]}
        line = {"linestyle": style.LINESTYLES[network], "linewidth": 0.8}
        handles.append(Line2D([], [], label=f"evaluations, {network}", **look, **line))
    if points["sharpened"].any():
        look = {"color": "0.25", "marker": "o", "markerfacecolor": "white", "linestyle": "none"}
        handles.append(Line2D([], [], label="evaluations, sharper proof needed", **look))
    return handles


def caption(points: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = points.iloc[0]
    crosses = "" if points["unique"].all() else "; crosses, not unique"
    hollow = "; hollow, where a better dual point had to prove the tolerance" if points["sharpened"].any() else ""
    return f"""Networks trained from random small weights against the convex equivalent (LASSO; nuclear norm over
    positive semi-definite matrices) of the same samples, {named[first["teacher"]]}, Delta =
    {first["noise_var"]:g}, {labels.replicas(points.groupby("network")["replica"].nunique())}. Above: relative
    difference of objectives (filled) and excess risks (hollow{crosses}), at least {ROUNDING:g}; grey, what both
    certificates allow. Below: evaluations of the loss; lines, means{hollow}."""
