"""What the excess risk is made of (Result 3), beside the risk itself."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style

RULE = ["decay_coefficient", "decay_exponent"]
# Okabe and Ito's colours, and strokes that tell them apart in grey
PARTS: dict[str, dict[str, Any]] = {
    "overfitting": {"color": "#D55E00", "linestyle": "-"},
    "underfitting": {"color": "#0072B2", "linestyle": (0, (5, 1.5))},
    "approximation": {"color": "#009E73", "linestyle": (0, (1, 1))},
}
RISK = {"color": "0.15", "linewidth": 1.8}
SUM = {"color": "0.55", "linewidth": 0.8, "linestyle": (0, (3, 1, 1, 1))}
# parts smaller than this fraction of the smallest risk are cut off
LEAST = 0.05
# and a part this small beside the risk of its point is what rounding leaves of zero
ROUNDING = 1e-9


def compose(table: pd.DataFrame, symbols: dict[str, str], named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from a table ``decomposition``; TeX of each network's effective samples."""
    table = table.assign(total=table[list(PARTS)].sum(axis=1))
    return draw(table, symbols), table, caption(table, named)


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
            panel.plot(rows["n_eff"], rows["total"], **SUM)
            for part, look in PARTS.items():
                # a part may vanish, and shrinkage may gain more than it costs: logarithms have no place for it
                panel.plot(rows["n_eff"], rows[part].where(_counts(rows, part)), **look)
            style.log_axes(panel)
            panel.set_title(f"{network}, {labels.weight_decay(coefficient, exponent)}")
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
            panel.xaxis.set_tick_params(labelbottom=True)
        axes[0].set_ylabel(r"excess risk $R$ and its parts")
    grid[0, 0].set_ylim(LEAST * table["risk"].min(), 3 * table["total"].max())
    handles = [Line2D([], [], label="risk of state evolution", **RISK), Line2D([], [], label="sum of the parts", **SUM)]
    handles += [Line2D([], [], label=part, **look) for part, look in PARTS.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), handlelength=2.2)
    return figure


def caption(table: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = table.iloc[0]
    return f"""Excess risk R of state evolution (quadratic network: R = 2M) and its parts (Result 3), averaged over
    teachers, d = {first["dim"]}, {named[first["teacher"]]}, Delta = {first["noise_var"]:g}. Overfitting: noise
    fitted where there is no feature; underfitting: features not learned; approximation: noise and shrinkage of those
    that are, not drawn where not positive. The sum is R for the diagonal network; for the quadratic one exact for d ->
    infinity where no noise bulk survives."""


def _counts(table: pd.DataFrame, part: str) -> pd.Series:
    """Where a part of the risk is more than nothing."""
    return table[part] > ROUNDING * table["risk"]
