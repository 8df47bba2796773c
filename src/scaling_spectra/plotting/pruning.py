"""Corollary 2: pruning after training beside tuning the weight decay."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.teacher import NO_POWER_LAW

SOLVED = "convex equivalent"
UNPRUNED, PRUNED, KNOWN = "as trained", "pruned, noise estimated from the data", "pruned, noise of state evolution"
# columns of the curves, in the order of the legend
CURVES = {
    "risk": (UNPRUNED, {"color": "#D55E00"}),
    "pruned_risk": ("pruned", {"color": "#009E73", "linestyle": (0, (5, 1.5))}),
    "optimal_risk": ("best weight decay", {"color": "#0072B2", "linestyle": (0, (3, 1, 1, 1))}),
    "bayes_risk": ("Bayes-optimal", {"color": "0.15", "linestyle": (0, (1, 1))}),
}
MARKS = {
    UNPRUNED: {"color": CURVES["risk"][1]["color"]},
    SOLVED: {"color": CURVES["risk"][1]["color"], "markerfacecolor": "white"},
    PRUNED: {"color": CURVES["pruned_risk"][1]["color"], "marker": "v"},
    KNOWN: {"color": CURVES["pruned_risk"][1]["color"], "marker": "v", "markerfacecolor": "white"},
}
BOUNDARY = {"color": "0.6", "linewidth": 0.6, "linestyle": (0, (1, 2)), "zorder": 0}
POINT = ["network", "gamma", "noise_var", "dim", "n_eff"]


def compose(points: pd.DataFrame, curves: pd.DataFrame, symbols: dict[str, str], boundaries: dict) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    points, curves : DataFrame
        Tables ``pruning`` (trained points) and ``pruned`` (state evolution).
    symbols : dict
        TeX of the effective samples of each network.
    boundaries : dict
        n_eff of the boundaries between phases at lambda -> 0, with the phases between them, by (network, d);
        none for a teacher that is no power law.
    """
    numbers = plotted(points, curves)
    return draw(numbers, symbols, boundaries), numbers, caption(points, curves, numbers)


def plotted(points: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Exactly the numbers of the figure: series, network, dim, n_eff, value, standard_error, replicas, teachers."""
    lines = curves.melt([*POINT, "teachers"], list(CURVES), var_name="series").dropna(subset="value")
    shown = points.merge(curves.loc[curves["teachers"] > 0, ["network", "dim"]].drop_duplicates())
    shown = shown[(shown["converged"] & shown["unique"]).groupby([shown[name] for name in POINT]).transform("all")]
    # one replica without an estimate, and the others' mean is not that of the same teachers
    has_estimate = shown["pruned_risk"].notna().groupby([shown[name] for name in POINT]).transform("all")
    trained = shown["method"] == "network"
    parts = [lines]
    for series, rows, column in (
        (UNPRUNED, shown[trained], "risk"),
        (SOLVED, shown[~trained], "risk"),
        (PRUNED, shown[has_estimate], "pruned_risk"),
        (KNOWN, shown[~has_estimate], "pruned_risk_known"),
    ):
        risk = rows.groupby(POINT)[column].agg(value="mean", standard_error="sem", replicas="count")
        parts.append(risk.reset_index().assign(series=series))
    columns = ["series", *POINT, "value", "standard_error", "replicas", "teachers"]
    return pd.concat(parts, ignore_index=True)[columns]


def draw(points: pd.DataFrame, symbols: dict[str, str], boundaries: dict) -> Figure:
    """One row per network: trained networks at their d on the left, state evolution at large d on the right."""
    style.use()
    networks = [name for name in symbols if (points["network"] == name).any()]
    size = (style.TEXT, 0.7 + 2.2 * len(networks))
    figure, grid = plt.subplots(len(networks), 2, figsize=size, squeeze=False)
    for panels, network in zip(grid, networks, strict=True):
        rows = points[points["network"] == network]
        dims = sorted(rows["dim"].unique())
        for panel, dim in zip(panels, dims, strict=False):
            _panel(panel, rows[rows["dim"] == dim], network)
            _phases(panel, boundaries.get((network, dim), []))
            panel.set_title(f"{network}, ${labels.dim(dim)}$", pad=10)
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbols[network]}$")
        panels[0].set_ylabel(r"excess risk $R$")
    _legend(figure, points, networks)
    return figure


def _panel(panel: Axes, points: pd.DataFrame, network: str) -> None:
    for series, (_, look) in CURVES.items():
        line = points[points["series"] == series].sort_values("n_eff")
        panel.plot(line["n_eff"], line["value"], **look)
    for series, look in MARKS.items():
        rows = points[points["series"] == series]
        if rows.empty:
            continue
        marker, hollow = look.get("marker", style.MARKERS[network]), "markerfacecolor" in look
        style.simulated(panel, rows, "n_eff", "value", marker, look["color"], hollow=hollow, markersize=4.0)
    style.log_axes(panel)


def _phases(panel: Axes, boundaries: list[tuple[str, float, float]]) -> None:
    """Names of the phases above the panel, between their boundaries."""
    low, high = panel.get_xlim()
    for phase, start, end in boundaries:
        start, end = max(start, low), min(end, high)
        if start >= end:
            continue
        if start > low:
            panel.axvline(start, **BOUNDARY)
        # a name needs a little room
        if np.log(end / start) > 0.04 * np.log(high / low):
            panel.text(
                np.sqrt(start * end), 1.01, phase, transform=panel.get_xaxis_transform(), ha="center", fontsize=6
            )
    panel.set_xlim(low, high)


def _legend(figure: Figure, points: pd.DataFrame, networks: list[str]) -> None:
    handles = [Line2D([], [], label=f"state evolution, {name}", **look) for name, look in CURVES.values()]
    for network in networks:
        mark = {"marker": style.MARKERS[network], "color": MARKS[UNPRUNED]["color"]}
        handles.append(Line2D([], [], linestyle="none", label=f"{network} network, {UNPRUNED}", **mark))
    if (points["series"] == SOLVED).any():
        handles.append(Line2D([], [], linestyle="none", label=SOLVED, marker="s", **MARKS[SOLVED]))
    for series in (PRUNED, KNOWN):
        if (points["series"] == series).any():
            handles.append(Line2D([], [], linestyle="none", markersize=4.0, label=series, **MARKS[series]))
    figure.legend(handles=handles, loc="outside upper center", ncols=3, handlelength=2.2, columnspacing=1.1)


def caption(points: pd.DataFrame, curves: pd.DataFrame, numbers: pd.DataFrame) -> str:
    """What the figure shows, with the numbers that its tables hold."""
    first = points.iloc[0]
    simulated = numbers[numbers["replicas"].notna()].replace({"series": {SOLVED: UNPRUNED}})
    wide = simulated.pivot_table(index=POINT, columns="series", values="value")
    both = wide.dropna(subset=[UNPRUNED, PRUNED]) if PRUNED in wide else wide.iloc[:0]
    gains = "; ".join(
        f"{network} (d = {dim}): {ratio.min():.2f} at n_eff = {ratio.idxmin()[-1]:g} to {ratio.max():.2f} at n_eff = "
        f"{ratio.idxmax()[-1]:g}"
        for (network, dim), ratio in (both[PRUNED] / both[UNPRUNED]).groupby(["network", "dim"])
    )
    shown = points.merge(simulated.loc[simulated["series"] == UNPRUNED, POINT])
    without = shown[shown["pruned_risk"].isna()]
    where = "; ".join(
        f"{network}: n_eff up to {rows['n_eff'].max():g}, {len(rows)} of {(shown['network'] == network).sum()} points"
        for network, rows in without.groupby("network")
    )
    error = (shown["estimated_delta"] / shown["delta"]).dropna()
    errors = "; ".join(
        f"{network}: {values.min():.2f} to {values.max():.2f}, median {values.median():.2f}"
        for network, values in error.groupby(shown["network"])
    )
    large = curves[(curves["teachers"] == 0)].dropna(subset="optimal_risk")
    costs = "; ".join(
        f"{network}: {ratio.min():.2f} to {ratio.max():.2f} (as trained {plain.min():.2f} to {plain.max():.2f})"
        for (network, ratio), (_, plain) in zip(
            (large["pruned_risk"] / large["optimal_risk"]).groupby(large["network"]),
            (large["risk"] / large["optimal_risk"]).groupby(large["network"]),
            strict=True,
        )
    )
    replicas = "; ".join(
        f"{network}: {count}" for network, count in shown.groupby("network")["replica"].nunique().items()
    )
    known = f"Without an estimate ({where}) open triangles use delta of state evolution." if len(without) else ""
    phases = (
        ""
        if first["gamma"] == NO_POWER_LAW
        else """ Pruning saves most where the noise bulk dominates the risk
    (V and the peak). Where features stand above the noise (late VIa, VIb) it costs, since it shrinks what was learned
    well: by a factor that tends to 1 + 2^2 (quadratic), 1 + 2 log d (diagonal) deep in VIb."""
    )
    return f"""Corollary 2, lambda = {first["decay_coefficient"]:g} d^{first["decay_exponent"]:g},
    {labels.teacher(first["gamma"])}, Delta = {first["noise_var"]:g} (quadratic network: R = 2M). Left: networks as
    trained (hollow: their convex equivalents) and pruned: learned eigenvalues (weights) are lowered to a threshold 2
    delta (delta sqrt(2 log d)), with the effective noise delta estimated from the training residual and the learned
    weights alone. Mean and standard error over replicas ({replicas}); points whose minimiser is not unique are left
    out. Lines: state evolution of the same teachers. Estimated over true delta: {errors}. Where the network
    interpolates, its residual, of order lambda, hardly tells the noise: there is no estimate, or a poor one. {known}
    Pruned over unpruned risk of the same networks: {gains}. Right: state evolution averaged over teachers at large d.
    Over the optimally regularised risk there, pruned: {costs}.{phases}"""
