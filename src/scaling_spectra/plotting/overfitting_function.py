"""The overfitting function of both networks, with its limits."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.plotting import labels, style

# the asymptotes are drawn up to this t
LIMIT = 0.1


def compose(table: pd.DataFrame) -> tuple:
    """Figure, its numbers and its caption, from a table ``overfitting_function``."""
    return draw(table), table, caption(table)


def draw(table: pd.DataFrame) -> Figure:
    """rho against t = n_eff/d, and its ratio to the asymptote."""
    style.use()
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT, 2.75))
    handles = []
    for network, rows in table.groupby("network"):
        look = {"color": style.NETWORK_COLOURS[network]}
        left.plot(rows["ratio"], rows["rho"], **look)
        some = rows.iloc[:: max(1, len(rows) // 16)]
        left.plot(some["ratio"], some["solved"], linestyle="none", marker=style.MARKERS[network], **look)
        tail = rows[rows["ratio"] < LIMIT]
        left.plot(tail["ratio"], tail["asymptote"], **(style.GUIDE | look | {"zorder": 3}))
        right.plot(tail["ratio"], tail["rho"] / tail["asymptote"], **look)
        handles += [
            Line2D([], [], marker=style.MARKERS[network], label=rf"$\rho(t)$ and state evolution, {network}", **look),
            Line2D([], [], label=f"${limits_of(network).ASYMPTOTE_LATEX}$", **(style.GUIDE | look)),
        ]
    style.log_axes(left)
    style.log_axes(right, y=False)
    right.axhline(1, **style.GUIDE)
    for panel in (left, right):
        panel.set_xlabel(r"$t = n_{\rm eff}/d$")
    left.set_title("closed forms, state evolution, leading orders")
    right.set_title("closed forms over leading orders")
    left.set_ylabel(r"overfitting function $\rho(t)$")
    right.set_ylabel(r"$\rho(t)\,/\,$asymptote")
    style.legend(figure, handles, handlelength=1.8, columnspacing=1.1)
    return figure


def caption(table: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    return f"""Overfitting function rho(t), the excess risk over Delta of the interpolator of pure
    noise{labels.matrix_risk(table["network"])}, against t = n_eff/d. Left: closed forms (lines), state evolution for a
    teacher of zeros at tiny lambda (markers), and the leading orders for t -> 0 (dashed). Right: ratio of the closed
    form to the leading order."""
