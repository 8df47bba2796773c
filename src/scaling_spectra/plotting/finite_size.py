"""Distance of exponents from the predicted ones against the dimension, phase by phase."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from scaling_spectra.asymptotics import DEEP
from scaling_spectra.plotting import labels, style

SERIES = {"state evolution": "deepest in the phase", "networks": "networks, widest window"}
SAME = "state evolution over that window"
# panels in the order of reading; noiseless phases come last
PHASES = ("II", "III", "IV", "VIa", "VIb", "optimal", "peak", "IV0")
NAMES = {"optimal": r"best $\lambda$", "peak": r"peak, in $\lambda$"}
NOISELESS = ("IV0",)
COLUMNS = 4
# least reach of an axis in exponents to both sides, and its margin as a share
LEAST, BESIDE = 0.05, 0.06
# labelled dimensions
DECADES = (1e2, 1e5, 1e10, 1e15)
# stroke where the ray is near a boundary
FAINT = 0.6
# the two markers of a window stand beside each other
ASIDE = 1.18


def compose(sizes: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    sizes : DataFrame
        Table ``finite_size``.
    named : dict
        Teachers in words, by their keys.
    """
    points = plotted(sizes)
    return draw(points), points, caption(sizes, named)


def plotted(sizes: pd.DataFrame) -> pd.DataFrame:
    """Exactly the numbers of the figure: series, network, ..., phase, dim, value, low, high, depth."""
    noisy = sizes["noise_var"] > 0
    shown = sizes[noisy != sizes["phase"].isin(NOISELESS)]
    columns = ["network", "teacher", "gamma", "noise_var", "phase", "dim", "predicted"]
    parts = [
        shown[columns].assign(
            series=shown["source"].map(SERIES),
            value=shown["distance"],
            low=shown["low"] - shown["predicted"],
            high=shown["high"] - shown["predicted"],
            depth=shown["depth"],
        )
    ]
    fitted = shown[shown["theory"].notna()]
    parts.append(fitted[columns].assign(series=SAME, value=fitted["theory"] - fitted["predicted"]))
    order = ["series", *columns, "value", "low", "high", "depth"]
    return pd.concat([part.reindex(columns=order) for part in parts], ignore_index=True)


def draw(points: pd.DataFrame) -> Figure:
    """One panel a phase: both networks, d along the axis."""
    style.use()
    phases = [phase for phase in PHASES if (points["phase"] == phase).any()]
    rows = -(-len(phases) // COLUMNS)
    size = (style.TEXT, 0.6 + 1.75 * rows)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=size, sharex=True, squeeze=False)
    networks = list(dict.fromkeys(points["network"]))
    for panel, phase in zip(grid.flat, phases, strict=False):
        _panel(panel, points[points["phase"] == phase], networks)
        panel.set_title(_title(phase, points))
    for panel in grid.flat[len(phases) :]:
        panel.set_axis_off()
    for panel in grid[-1]:
        panel.set_xlabel("dimension $d$")
    for panel in grid[:, 0]:
        panel.set_ylabel("slope $-$ predicted")
    handles = [
        Line2D(
            [],
            [],
            color=style.NETWORK_COLOURS[network],
            linestyle=style.LINESTYLES[network],
            label=network,
            **style.KNOTS,
        )
        for network in networks
    ]
    handles += [
        Line2D([], [], color="0.3", linestyle="none", marker="o", label=SERIES["networks"]),
        Line2D([], [], color="0.3", linestyle="none", marker="o", markerfacecolor="white", label=SAME),
    ]
    style.legend(figure, handles)
    return figure


def _panel(panel: Axes, rows: pd.DataFrame, networks: list[str]) -> None:
    panel.axhline(0, **style.GUIDE)
    for network in networks:
        here, colour, marker = rows[rows["network"] == network], style.NETWORK_COLOURS[network], style.MARKERS[network]
        line = here[here["series"] == SERIES["state evolution"]].sort_values("dim")
        look = {"color": colour, "linestyle": style.LINESTYLES[network]}
        panel.plot(line["dim"], line["value"], linewidth=FAINT, **look, **style.KNOTS)
        deep = line["depth"] >= DEEP
        panel.plot(line.loc[deep, "dim"], line.loc[deep, "value"], **look)
        fits = here[here["series"] == SERIES["networks"]].sort_values("dim")
        panel.errorbar(
            fits["dim"],
            fits["value"],
            yerr=[fits["value"] - fits["low"], fits["high"] - fits["value"]],
            fmt=marker,
            color=colour,
            markeredgecolor="white",
            markeredgewidth=0.35,
            elinewidth=0.8,
            zorder=3,
        )
        same = here[here["series"] == SAME]
        panel.plot(
            same["dim"] * ASIDE, same["value"], marker, color=colour, markerfacecolor="white", markersize=2.6, zorder=4
        )
    style.log_axes(panel, y=False)
    panel.set_xticks(DECADES)
    panel.xaxis.set_minor_locator(NullLocator())
    numbers = rows[["value", "low", "high"]]
    low, high = min(numbers.min().min(), -LEAST), max(numbers.max().max(), LEAST)
    panel.set_ylim(low - BESIDE * (high - low), high + BESIDE * (high - low))


def _title(phase: str, points: pd.DataFrame) -> str:
    predicted = points.loc[points["phase"] == phase, "predicted"].iloc[0]
    name = NAMES.get(phase, phase)
    return f"{name}: {labels.exponent('IV' if phase == 'optimal' else phase, predicted)}"


def caption(sizes: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = sizes.iloc[0]
    noise = sizes.loc[sizes["noise_var"] > 0, "noise_var"].iloc[0]
    return f"""Exponents at finite d, {named[first["teacher"]]}, Delta = {noise:g} (IV0: 0): slope of log R minus the
    predicted exponent, which the title gives. Lines, state evolution where the phase is deepest at the d of the dots,
    bold from {DEEP:g} decades on from every boundary. Filled markers, networks over their widest window within the
    phase, with confidence intervals; open, state evolution over the same points."""
