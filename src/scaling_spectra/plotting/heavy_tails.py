"""Tail exponents of learned weights against weight decay and excess risk."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator

from scaling_spectra.plotting import labels, style
from scaling_spectra.ties import TIE

TEACHER = {"color": "0.35", "linewidth": 0.9, "linestyle": (0, (4, 1.5)), "zorder": 1}
MARKERS = ("o", "s", "^", "D", "v", "h", ">", "<")
# markers at one lambda stand side by side, this factor apart
DODGE = 1.07
BEST = {"marker": "*", "linestyle": "none", "markersize": 8.5, "markeredgecolor": "black", "markeredgewidth": 0.5}
SHARE = {"color": "0.55", "linewidth": 0.9, "linestyle": (0, (1, 1)), "zorder": 1}
ACROSS = "along n_eff"
DOUBTFUL = {"marker": "x", "linestyle": "none", "color": "0.35"}


def compose(table: pd.DataFrame, named: dict[str, str], transition: pd.DataFrame | None = None) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    table : DataFrame
        Table ``heavy_tails``.
    named : dict
        Label of each teacher by its key.
    transition : DataFrame, optional
        Table ``tail_transition``: a row of panels along the effective samples.
    """
    points = table.sort_values(["network", "n_eff", "weight_decay"]).reset_index(drop=True)
    sets = points.groupby(["network", "n_eff"])
    # in units of the least risk along lambda, of the simulation and of theory
    points["ratio"] = points["risk"] / sets["risk"].transform("min")
    points["predicted_ratio"] = points["predicted_risk"] / sets["predicted_risk"].transform("min")
    present = labels.present(points)
    across = transition[transition["network"].isin(list(present))] if transition is not None else None
    source = points if across is None else pd.concat([points, across.assign(series=ACROSS)], ignore_index=True)
    return draw(points, present, across), source, caption(points, named, across is not None)


def draw(points: pd.DataFrame, symbols: dict[str, str], across: pd.DataFrame | None = None) -> Figure:
    """One row per network: exponent along lambda, risk against exponent; and one along n_eff, a panel per network."""
    style.use()
    more = across is not None and not across.empty
    size = (style.TEXT, 0.6 + 2.35 * (len(symbols) + more))
    figure, grid = plt.subplots(len(symbols) + more, 2, figsize=size, squeeze=False)
    if more:
        for panel in grid[-1]:
            panel.set_visible(False)
        for panel, (network, symbol) in zip(grid[-1], symbols.items(), strict=False):
            rows = across[across["network"] == network].sort_values("n_eff")
            if len(rows):
                _across(panel, rows, network, symbol)
    for (left, right), (network, symbol) in zip(grid[: len(symbols)], symbols.items(), strict=True):
        rows = points[points["network"] == network]
        sizes = sorted(rows["n_eff"].unique())
        for index, n_eff in enumerate(sizes):
            colour = plt.get_cmap("viridis_r")(0.12 + 0.83 * index / max(len(sizes) - 1, 1))
            look = {"color": colour, "marker": MARKERS[index % len(MARKERS)]}
            shift = DODGE ** (index - (len(sizes) - 1) / 2)
            _curves(left, right, rows[rows["n_eff"] == n_eff], look, f"${symbol} = {n_eff:g}$", shift)
        if rows[["exponent", "predicted"]].isna().all(axis=None):
            _without_tails(left, right, rows["weight_decay"])
        first = rows.iloc[0]
        left.axhline(first["teacher_exponent"], **TEACHER)
        right.axvline(first["teacher_exponent"], **TEACHER)
        style.log_axes(left, y=False)
        right.set_yscale("log")
        right.yaxis.set_major_locator(FixedLocator([1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100]))
        right.yaxis.set_minor_locator(NullLocator())
        right.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        left.set_title(f"{network}, $d = {first['dim']}$")
        right.set_title(f"{network}, $d = {first['dim']}$")
        left.set_xlabel(r"weight decay $\lambda$")
        left.set_ylabel("tail exponent")
        right.set_xlabel("tail exponent")
        right.set_ylabel(r"$R\,/\,\min_\lambda R$")
        left.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.2, labelspacing=0.4)
    grey = {"color": "0.35"}
    handles = [
        Line2D([], [], linestyle="none", marker="o", label="learned", **grey),
        Line2D([], [], label="predicted law", **grey),
        Line2D([], [], label=r"least predicted risk along $\lambda$", markerfacecolor="white", **BEST),
        Line2D([], [], label="teacher", **TEACHER),
    ]
    if not points["sound"].all():
        handles.append(Line2D([], [], label="not certified or not unique", **DOUBTFUL))
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def _across(panel: Axes, rows: pd.DataFrame, network: str, symbol: str) -> None:
    """R n_eff/d, flat where the rate is d/n_eff, and the share of weights beyond the noise bulk."""
    panel.set_visible(True)
    first, colour = rows.iloc[0], style.NETWORK_COLOURS[network]
    x, per = rows["n_eff"] / first["full_spectrum"], rows["n_eff"] / first["dim"]
    panel.plot(x, rows["predicted_risk"] * per, color=colour)
    known = rows.assign(x=x, y=rows["risk"] * per, standard_error=rows["risk_error"] * per)
    known = known[known["replicas"] > 0]
    style.simulated(panel, known[known["sound"]], "x", "y", style.MARKERS[network], colour)
    doubtful = known[~known["sound"]]
    panel.plot(doubtful["x"], doubtful["y"], **DOUBTFUL)
    style.log_axes(panel)
    panel.axvline(1, **TEACHER)
    share = panel.twinx()
    share.set_label(style.NO_LETTER)
    share.plot(x, rows["predicted_outside"], **SHARE)
    look = {"linestyle": "none", "marker": "^", "markersize": 3.0, "markerfacecolor": "white", "color": "0.35"}
    share.plot(known["x"], known["outside"], **look)
    share.set_ylim(-0.05, 1.45)
    share.set_yticks([0, 0.5, 1])
    share.set_ylabel("share beyond the bulk (triangles)", color="0.35")
    # one name for each stretch of one class
    stretches = (rows["spectral_class"] != rows["spectral_class"].shift()).cumsum()
    for number, (_, stretch) in enumerate(rows.assign(x=x).groupby(stretches)):
        ends = stretch["x"].iloc[0], stretch["x"].iloc[-1]
        # a short stretch may be narrower than its name, which stays within the frame
        place, side = (np.sqrt(ends[0] * ends[1]), "center") if number else (ends[0], "left")
        above = {"ha": side, "va": "top", "fontsize": 6, "bbox": {"color": "white", "pad": 0.8}}
        share.text(place, 1.4 - 0.11 * (number % 2), stretch["spectral_class"].iloc[0], **above)
    panel.set_title(f"{network}, $d = {first['dim']}$, $\\lambda = {first['weight_decay']:.2g}$")
    panel.set_xlabel(rf"${symbol}$ as a multiple of that where VIb begins")
    panel.set_ylabel(r"$R\,n_{\rm eff}/d$")
    panel.margins(y=0.5)


def _without_tails(left: Axes, right: Axes, weight_decay: pd.Series) -> None:
    """Ranges of panels with nothing in them, which a logarithm does not find, and why they are empty."""
    left.set_xlim(weight_decay.min() / DODGE, weight_decay.max() * DODGE)
    right.set_ylim(1, 2)
    for panel in (left, right):
        panel.text(0.5, 0.5, "too few weights for a fit", ha="center", va="center", transform=panel.transAxes)


def _curves(left: Axes, right: Axes, rows: pd.DataFrame, look: dict, label: str, shift: float) -> None:
    colour = look["color"]
    left.plot(rows["weight_decay"], rows["predicted"], color=colour)
    right.plot(rows["predicted"], rows["predicted_ratio"], color=colour)
    known = rows[rows["replicas"] > 0]
    sound, doubtful = known[known["sound"]], known[~known["sound"]]
    errors = {"linestyle": "none", "elinewidth": 0.6, "markeredgewidth": 0, "zorder": 3}
    left.errorbar(shift * sound["weight_decay"], sound["exponent"], sound["error"], label=label, **look, **errors)
    right.errorbar(sound["exponent"], sound["ratio"], xerr=sound["error"], **look, **errors)
    left.plot(shift * doubtful["weight_decay"], doubtful["exponent"], **(DOUBTFUL | {"color": colour}))
    right.plot(doubtful["exponent"], doubtful["ratio"], **(DOUBTFUL | {"color": colour}))
    # where the risk is flat, the largest weight decay
    best = rows[rows["predicted_ratio"] <= 1 + TIE].iloc[-1]
    left.plot(best["weight_decay"], best["predicted"], color=colour, zorder=5, **BEST)
    right.plot(best["predicted"], 1.0, color=colour, zorder=5, **BEST)


def caption(points: pd.DataFrame, named: dict[str, str], across: bool = False) -> str:
    """What is drawn, in few words."""
    first = points.iloc[0]
    more = " Bottom: along n_eff at small lambda." if across else ""
    replicas = points.loc[points["replicas"] > 0, "replicas"]
    return f"""Tail exponents of the density of learned eigenvalues (quadratic network) and of magnitudes of learned
    weights (diagonal network), {named[first["teacher"]]}, Delta = {first["noise_var"]:g}. Markers: maximum
    likelihood, pooled over {labels.replicas(replicas)}, with its standard error for independent weights;
    lines, the same fit to the predicted law; stars, least predicted risk; dashed, the teacher. Left: along the weight
    decay lambda. Right: excess risk in units of the least along lambda against the exponent.{more}"""
