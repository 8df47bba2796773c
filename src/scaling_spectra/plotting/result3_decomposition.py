"""What the excess risk is made of (Result 3), beside the risk itself."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.ties import TIE

RULE = ["decay_coefficient", "decay_exponent"]
# Okabe and Ito's colours, and strokes that tell them apart in grey
PARTS: dict[str, dict[str, Any]] = {
    "overfitting": {"color": "#D55E00", "linestyle": "-"},
    "underfitting": {"color": "#0072B2", "linestyle": (0, (5, 1.5))},
    "approximation": {"color": "#009E73", "linestyle": (0, (1, 1))},
}
RISK = {"color": "0.15", "linewidth": 1.8}
SUM = {"color": "0.55", "linewidth": 0.8, "linestyle": (0, (3, 1, 1, 1))}
PRICED = {"color": "#CC79A7", "linewidth": 1.1, "linestyle": (0, (2, 1))}
OF_AXIS = {"ha": "right", "va": "bottom", "fontsize": 5.5, "color": "0.4"}
# decades of n_eff at which the upper axis says K/d
EVERY = 1
# parts smaller than this fraction of the smallest risk are cut off
LEAST = 0.05
# and a part this small beside the risk of its point is what rounding leaves of zero
ROUNDING = 1e-9


def compose(table: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from a table ``error_decomposition``."""
    # another teacher than a power law has no such sum
    paper = table[[*PARTS, "displacement"]].sum(axis=1, skipna=False)
    prices = table[["overfitting", "price_found", "price_lost"]].sum(axis=1, skipna=False)
    table = table.assign(paper_sum=paper, price_sum=prices)
    present = labels.present(table)
    return draw(table, present), table, caption(table, named)


def draw(table: pd.DataFrame, symbols: dict[str, str]) -> Figure:
    """One row of panels per network, one column per weight decay."""
    style.use()
    rules = table[RULE].drop_duplicates().sort_values(RULE[::-1]).to_numpy()
    size = (style.TEXT, 0.5 + 1.9 * len(symbols))
    figure, grid = plt.subplots(len(symbols), len(rules), figsize=size, sharex=True, sharey=True, squeeze=False)
    for axes, (network, symbol) in zip(grid, symbols.items(), strict=True):
        for panel, (coefficient, exponent) in zip(axes, rules, strict=True):
            here = (table["decay_coefficient"] == coefficient) & (table["decay_exponent"] == exponent)
            rows = table[here & (table["network"] == network)]
            panel.plot(rows["n_eff"], rows["risk"], **RISK)
            panel.plot(rows["n_eff"], rows["paper_sum"].where(rows["paper_sum"] > 0), **SUM)
            panel.plot(rows["n_eff"], rows["price_sum"], **PRICED)
            for part, look in PARTS.items():
                # a part may vanish, and shrinkage may gain more than it costs: logarithms have no place for it
                panel.plot(rows["n_eff"], rows[part].where(_counts(rows, part)), **look)
            style.log_axes(panel)
            _features_found(panel, rows)
            panel.set_title(f"{network}, {labels.weight_decay(coefficient, exponent)}")
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
            panel.xaxis.set_tick_params(labelbottom=True)
        axes[0].set_ylabel(r"excess risk $R$ and its parts")
    grid[0, 0].set_ylim(LEAST * table["risk"].min(), 3 * table["risk"].max())
    handles = [Line2D([], [], label="risk of state evolution", **RISK), Line2D([], [], label="the paper's sum", **SUM)]
    handles.append(Line2D([], [], label="sum of prices", **PRICED))
    handles += [Line2D([], [], label=part, **look) for part, look in PARTS.items()]
    style.legend(figure, handles, handlelength=2.2, columnspacing=1.1)
    return figure


def _features_found(panel: Axes, rows: pd.DataFrame) -> None:
    """An upper axis with the share of features that are found, in percent."""
    known = rows.dropna(subset="found")
    if known.empty:
        return
    first, last = np.log10(known["n_eff"].iloc[[0, -1]])
    decades = np.arange(np.ceil(first - TIE), np.floor(last + TIE) + 1, EVERY)
    shares = 100 * np.interp(decades, np.log10(known["n_eff"]), known["found"])
    above = panel.secondary_xaxis("top")
    above.set_xticks(10**decades, [f"{float(f'{share:.2g}'):g}" for share in shares])
    above.minorticks_off()
    above.tick_params(length=2, labelsize=5.5, colors="0.4", pad=1)
    panel.set_title(panel.get_title(), pad=13)
    panel.annotate(r"$K/d$ (%)", (1, 1), xytext=(0, 9), textcoords="offset points", xycoords="axes fraction", **OF_AXIS)


def caption(table: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = table.iloc[0]
    return f"""Excess risk R of state evolution{labels.matrix_risk(table["network"])} and its parts (Result 3), averaged
    over teachers, d = {first["dim"]}, {named[first["teacher"]]}, Delta = {first["noise_var"]:g}; above the panels,
    features found. Overfitting: noise fitted where there is no feature; underfitting: features not learned;
    approximation: noise and shrinkage of those that are. Their sum with the paper's K' term, where positive; and that
    of overfitting and every feature's price, exact for the diagonal network."""


def _counts(table: pd.DataFrame, part: str) -> pd.Series:
    """Where a part of the risk is more than nothing."""
    return table[part] > ROUNDING * table["risk"]
