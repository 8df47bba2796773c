"""Risk of gradient flow against time and against compute, with the slopes predicted."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style

TIME, WIDTH, BEST = "risk in time", "risk in compute at a width", "risk in compute at the best width"
# guides are this many times as high as the curve, or as low
LIFT = 1.4


def compose(table: pd.DataFrame) -> tuple:
    """Figure, its numbers and its caption, from the table ``time_risk``."""
    return draw(table), table, caption(table)


def draw(table: pd.DataFrame) -> Figure:
    """Risk in time of both networks; risk in compute of several widths and of the best; the best width."""
    style.use()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT, 2.7))
    gammas = sorted(table["teacher_gamma"].unique())
    colours = {gamma: plt.get_cmap("viridis")(0.8 * i / max(len(gammas) - 1, 1)) for i, gamma in enumerate(gammas)}
    for (network, gamma), rows in table[table["series"] == TIME].groupby(["network", "teacher_gamma"]):
        look = {"color": colours[gamma], "linestyle": style.LINESTYLES[network]}
        left.plot(rows["scaled_time"], rows["risk"], **look)
        if network == "quadratic":
            _guide(left, rows["scaled_time"], rows["risk"], -(2 - 1 / gamma), LIFT)
    best = table[table["series"] == BEST]
    for gamma, rows in best.groupby("teacher_gamma"):
        middle.plot(rows["scaled_compute"], rows["risk"], color=colours[gamma])
        right.plot(rows["scaled_compute"], rows["width"], color=colours[gamma])
        _guide(middle, rows["scaled_compute"], rows["risk"], -(2 * gamma - 1) / (gamma + 1), 1 / LIFT)
        _guide(right, rows["scaled_compute"], rows["width"], 1 / (1 + gamma), 1 / LIFT)
    steepest = table[(table["series"] == WIDTH) & (table["teacher_gamma"] == gammas[0])]
    for width, rows in steepest.groupby("width"):
        middle.plot(rows["scaled_compute"], rows["risk"], color=colours[gammas[0]], linewidth=0.6, alpha=0.7)
        end = rows.iloc[-1]
        middle.annotate(
            f"$p = {width:g}$",
            (end["scaled_compute"], end["risk"]),
            xytext=(0, 2),
            textcoords="offset points",
            ha="right",
            fontsize=5.5,
            color="0.3",
        )
    for panel, (title, x, y) in {
        left: ("in time", r"time $s_1 t$", r"excess risk $R$"),
        middle: ("in compute, quadratic", r"compute $p\, s_1 t$", r"excess risk $R$"),
        right: ("best width, quadratic", r"compute $p\, s_1 t$", r"hidden units $p$"),
    }.items():
        style.log_axes(panel)
        # room for the exponents
        panel.set_xlim(right=3 * panel.get_xlim()[1])
        panel.set_title(title)
        panel.set_xlabel(x)
        panel.set_ylabel(y)
    handles = [Line2D([], [], color=colours[gamma], label=rf"$\gamma = {gamma:g}$") for gamma in gammas]
    handles += [
        Line2D([], [], color="0.3", linestyle=style.LINESTYLES[name], label=name)
        for name in sorted(table["network"].unique())
    ]
    handles.append(Line2D([], [], label="predicted slope", **style.GUIDE))
    style.legend(figure, handles, handlelength=2.0, columnspacing=1.3)
    return figure


def _guide(panel: Axes, x: pd.Series, y: pd.Series, slope: float, lift: float) -> None:
    """A line of the predicted slope beside the later half of a curve, `lift` times as high, with its exponent."""
    ends = np.exp(np.quantile(np.log(x), [0.5, 0.9]))
    place = int(0.7 * len(x))
    heights = lift * y.iloc[place] * (ends / x.iloc[place]) ** slope
    panel.plot(ends, heights, **style.GUIDE)
    beside = slope > 0 or lift > 1
    panel.annotate(
        labels.slope(slope),
        # a rising curve leaves room at its own end only
        (ends[1], heights[1]) if slope < 0 else (x.iloc[-1], y.iloc[-1]),
        xytext=(2, 0) if beside else (0, -3),
        textcoords="offset points",
        ha="left" if beside else "center",
        va="center" if beside else "top",
        fontsize=6,
        color=style.GUIDE["color"],
    )


def caption(table: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    return f"""Gradient flow of the population loss from tiny weights, d = {table["dim"].iloc[0]:g}, in closed form
    (quadratic network: R = 2M). Left: excess risk against time in units of 1/s_1. Middle: quadratic network against
    compute, p hidden units times time: thin, given p for the slowest decay of s_i; thick, the best p of each budget.
    Right: that p. Dashed: slopes predicted by counting the features learned."""
