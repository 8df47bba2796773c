"""Learned weights of trained networks, phase by phase, beside their predicted law (Result 2)."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from scaling_spectra.phases import NAMES, PHASES
from scaling_spectra.plotting import labels, style

COLUMNS = 4
METHODS = {"network": "trained", "convex": "convex equivalent"}
ZEROS, WEIGHTS = {"color": "0.35"}, {"color": "0.78"}
LAW = {"color": "#D55E00", "linewidth": 1.2}
OUTLIER = {"color": "#0072B2", "marker": "v", "markersize": 3.4, "linestyle": "none"}
ERROR = {"ecolor": "0.15", "elinewidth": 0.6}
# half-widths of a panel between zero and the next tick, at least
NEXT_TICK = 0.2
# counts that are not seen, and how far from zero a curve starts that was not cut there
TINY, FOOT = 1e-9, 1e-3


def compose(table: pd.DataFrame, network: str, named: dict[str, str]) -> tuple:
    """Figure of one network, its numbers and its caption.

    Parameters
    ----------
    table : DataFrame
        A table ``learned_law``.
    network : str
    named : dict
        Label of each teacher by its key.
    """
    chosen = table[table["network"] == network]
    return draw(chosen), chosen, caption(chosen, named)


def draw(table: pd.DataFrame) -> Figure:
    """One panel per phase."""
    style.use()
    phases = _in_order(table)
    rows = -(-len(phases) // COLUMNS)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=(style.TEXT, 0.45 + 1.85 * rows), squeeze=False)
    for panel, phase in zip(grid.flat, phases, strict=False):
        _panel(panel, table[table["phase"] == phase])
    for panel in grid.flat[len(phases) :]:
        panel.set_axis_off()
    for panel in grid[:, 0]:
        panel.set_ylabel("weights per bin, a replica")
    handles = [
        Patch(label="zeros, learned", **ZEROS),
        Patch(label="other weights, learned", **WEIGHTS),
        Line2D([], [], label="predicted law" if (table["series"] == "curve").any() else "predicted, bin by bin", **LAW),
    ]
    if (table["series"] == "outlier").any():
        handles.append(Line2D([], [], label="predicted outlier", **OUTLIER))
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def _in_order(table: pd.DataFrame) -> list[str]:
    """Phases of the table, and after them what is none."""
    found = table["phase"].unique()
    return [phase for phase in NAMES if phase in found] + sorted(set(found) - set(NAMES))


def _panel(panel: Axes, rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    of_series = {name: part.sort_values("left") for name, part in rows.groupby("series")}
    bins, zeros = of_series["bin"], of_series["zeros"].iloc[0]
    edges = np.append(bins["left"], bins["right"].iloc[-1])
    both_signs = edges[0] < 0
    least, most = 0.4 / first["replicas"], 30.0 * first["dim"]
    panel.bar(edges[:-1], bins["measured"], np.diff(edges), align="edge", linewidth=0, **WEIGHTS)
    seen = bins[bins["measured"] > 0]
    panel.errorbar((seen["left"] + seen["right"]) / 2, seen["measured"], seen["error"], fmt="none", **ERROR)
    # eigenvalues of one sign leave room for the zeros beside them; weights of both signs surround them
    nearest = edges[edges > 0].min()
    low, high = (-0.4 * nearest, 0.4 * nearest) if both_signs else (-1.5 * nearest, -0.2 * nearest)
    panel.bar(low, first["dim"] * zeros["measured"], high - low, align="edge", linewidth=0, zorder=3, **ZEROS)
    if zeros["predicted"] * first["dim"] > least:
        over = 0.25 * (high - low)
        ends, height = (low - over, high + over), first["dim"] * zeros["predicted"]
        panel.plot(ends, [height] * 2, zorder=4, solid_capstyle="butt", **LAW)
    if "curve" in of_series:
        x, y = of_series["curve"][["left", "predicted"]].to_numpy().T
        # the density falls to zero at the end of the bulk, and at its start unless that is where it was cut
        foot = [x[0]] if x[0] > FOOT * x[-1] else []
        panel.plot([*foot, *x, x[-1]], [*(0 * y[: len(foot)] + TINY), *y, TINY], zorder=4, **LAW)
    elif bins["predicted"].max() > least:
        panel.stairs(bins["predicted"].clip(lower=TINY), edges, baseline=None, zorder=4, **LAW)
    if "outlier" in of_series:
        places = of_series["outlier"]["predicted"]
        panel.vlines(places, least, 1, color=OUTLIER["color"], linewidth=0.5, alpha=0.6)
        panel.plot(places, np.full(len(places), 1.6), **OUTLIER)
    panel.set_yscale("log")
    panel.yaxis.set_major_formatter(style.power_of_ten)
    panel.set_ylim(least, most)
    panel.yaxis.set_minor_locator(NullLocator())
    if both_signs:
        panel.set_xscale("asinh", linear_width=nearest)
        _signed_ticks(panel, edges[-1], nearest)
        panel.set_xlim(edges[0], edges[-1])
    else:
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=False))
        panel.set_xlim(1.3 * low, 1.03 * edges[-1])
    panel.set_xlabel(r"learned weight $\theta_i$" if both_signs else "learned eigenvalue", labelpad=1)
    phase = first["phase"]
    # a point of a teacher without phases has a number instead
    panel.set_title(rf"$\bf{{{phase}}}$: {PHASES[phase].spectral_class}" if phase in PHASES else phase)
    _describe(panel, first, zeros)


def _signed_ticks(panel: Axes, top: float, linear_width: float) -> None:
    """A tick a decade on both sides of zero, but for one whose label would touch that of zero."""
    decades = 10.0 ** np.arange(np.floor(np.log10(top)) - 1, np.floor(np.log10(top)) + 1)
    places = np.arcsinh(decades / linear_width) / np.arcsinh(top / linear_width)
    decades = decades[places > NEXT_TICK]
    ticks = [*-decades[::-1], 0.0, *decades]
    panel.xaxis.set_major_locator(FixedLocator(ticks))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))


def _describe(panel: Axes, first: pd.Series, zeros: pd.Series) -> None:
    symbol = labels.symbol(first["network"])
    error = f" $\\pm$ {zeros['error']:.3f}" if zeros["error"] > 0 else ""
    lines = (
        f"{labels.weight_decay(first['decay_coefficient'], first['decay_exponent'])}, $d = {first['dim']}$",
        f"${symbol} = {first['n_eff']:g}$, {METHODS[first['method']]}{'' if first['sound'] else ', not unique'}",
        f"zeros: {zeros['measured']:.3f}{error}",
        f"predicted: {zeros['predicted']:.3f}",
    )
    panel.text(
        0.98,
        0.98,
        "\n".join(lines),
        transform=panel.transAxes,
        ha="right",
        va="top",
        fontsize=5.5,
        linespacing=1.25,
        zorder=5,
    )


def caption(table: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first, phases = table.iloc[0], table["phase"].isin(PHASES).all()
    which = "the point of the experiment deepest in a phase" if phases else "a point of the experiment"
    doubtful = "" if table["sound"].all() else " Not unique: one of many minimisers."
    outliers = " Triangles: places of outliers." if (table["series"] == "outlier").any() else ""
    bins = "of equal width in arsinh" if table["left"].min() < 0 else "of equal width"
    return f"""Learned weights of the {first["network"]} network pooled over {labels.replicas(table["replicas"])},
    {named[first["teacher"]]}, Delta = {first["noise_var"]:g}; each panel shows {which}. Grey: numbers in bins
    {bins}, a replica, with Poisson errors; dark bar, zeros. Orange: law of Result 2 for the same teachers, at the
    effective noise and threshold of state evolution; horizontal, its zeros.{outliers}{doubtful}"""
