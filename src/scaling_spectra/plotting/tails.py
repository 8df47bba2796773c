"""Tail exponents of learned weights against weight decay and excess risk."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator

from scaling_spectra.plotting import labels, style

TEACHER = {"color": "0.35", "linewidth": 0.9, "linestyle": (0, (4, 1.5)), "zorder": 1}
MARKERS = ("o", "s", "^", "D", "v", "h", ">", "<")
# markers at one lambda stand side by side, this factor apart
DODGE = 1.07
BEST = {"marker": "*", "linestyle": "none", "markersize": 8.5, "markeredgecolor": "black", "markeredgewidth": 0.5}
DOUBTFUL = {"marker": "x", "linestyle": "none", "color": "0.35"}


def compose(table: pd.DataFrame, symbols: dict[str, str], named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from a table ``tails``; TeX of each network's effective samples."""
    points = table.sort_values(["network", "n_eff", "weight_decay"]).reset_index(drop=True)
    sets = points.groupby(["network", "n_eff"])
    # in units of the least risk along lambda, of the simulation and of theory
    points["ratio"] = points["risk"] / sets["risk"].transform("min")
    points["predicted_ratio"] = points["predicted_risk"] / sets["predicted_risk"].transform("min")
    present = {network: symbol for network, symbol in symbols.items() if (points["network"] == network).any()}
    return draw(points, present), points, caption(points, named)


def draw(points: pd.DataFrame, symbols: dict[str, str]) -> Figure:
    """One row per network: exponent along lambda, risk against exponent."""
    style.use()
    size = (style.TEXT, 0.6 + 2.35 * len(symbols))
    figure, grid = plt.subplots(len(symbols), 2, figsize=size, squeeze=False)
    for (left, right), (network, symbol) in zip(grid, symbols.items(), strict=True):
        rows = points[points["network"] == network]
        sizes = sorted(rows["n_eff"].unique())
        for index, n_eff in enumerate(sizes):
            colour = plt.get_cmap("viridis_r")(0.12 + 0.83 * index / max(len(sizes) - 1, 1))
            look = {"color": colour, "marker": MARKERS[index % len(MARKERS)]}
            shift = DODGE ** (index - (len(sizes) - 1) / 2)
            _curves(left, right, rows[rows["n_eff"] == n_eff], look, f"${symbol} = {n_eff:g}$", shift)
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


def _curves(left: Axes, right: Axes, rows: pd.DataFrame, look: dict, label: str, shift: float) -> None:
    colour = look["color"]
    left.plot(rows["weight_decay"], rows["predicted"], color=colour)
    right.plot(rows["predicted"], rows["predicted_ratio"], color=colour)
    sound, doubtful = rows[rows["sound"]], rows[~rows["sound"]]
    errors = {"linestyle": "none", "elinewidth": 0.6, "markeredgewidth": 0, "zorder": 3}
    left.errorbar(shift * sound["weight_decay"], sound["exponent"], sound["error"], label=label, **look, **errors)
    right.errorbar(sound["exponent"], sound["ratio"], xerr=sound["error"], **look, **errors)
    left.plot(shift * doubtful["weight_decay"], doubtful["exponent"], **(DOUBTFUL | {"color": colour}))
    right.plot(doubtful["exponent"], doubtful["ratio"], **(DOUBTFUL | {"color": colour}))
    best = rows[rows["predicted_ratio"] == 1].iloc[0]
    left.plot(best["weight_decay"], best["predicted"], color=colour, zorder=5, **BEST)
    right.plot(best["predicted"], 1.0, color=colour, zorder=5, **BEST)


def caption(points: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = points.iloc[0]
    return f"""Tail exponents of the density of learned eigenvalues (quadratic network) and of magnitudes of learned
    weights (diagonal network), {named[first["teacher"]]}, Delta = {first["noise_var"]:g}. Markers: maximum
    likelihood, pooled over {labels.replicas(points["replicas"])}, with its standard error for independent weights;
    lines, the same fit to the predicted law; stars, least predicted risk; dashed, the teacher. Left: along the weight
    decay lambda. Right: excess risk in units of the least along lambda against the exponent."""
