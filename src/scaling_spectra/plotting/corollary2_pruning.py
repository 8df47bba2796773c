"""Corollary 2: pruning after training beside tuning the weight decay."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.phases import PHASES
from scaling_spectra.plotting import labels, style

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
POINT = [*ENSEMBLE, "n_eff"]


def compose(points: pd.DataFrame, curves: pd.DataFrame, landmarks: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    points, curves : DataFrame
        Tables ``pruning`` (trained points, of which the largest noise level is drawn) and ``pruning_curves`` (theory).
    landmarks : DataFrame
        n_eff where phases start at lambda -> 0; a teacher that is no power law has none.
    named : dict
        Label of each teacher by its key.
    """
    points, curves, landmarks = labels.noisiest(points, curves, landmarks)
    numbers = plotted(points, curves)
    return draw(numbers, _phases_of(landmarks)), numbers, caption(points, numbers, named)


def _phases_of(landmarks: pd.DataFrame) -> dict[tuple[str, int], list[tuple[str, float, float]]]:
    """Phases of each network and d, with the n_eff where they start and end."""
    starts = landmarks[landmarks["landmark"].isin(PHASES)].sort_values("n_eff")
    found = {}
    for family, rows in starts.groupby(["network", "dim"]):
        n_eff = [*rows["n_eff"], np.inf]
        found[family] = list(zip(rows["landmark"], n_eff, n_eff[1:], strict=False))
    return found


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
    return labels.with_gamma(pd.concat(parts, ignore_index=True)[columns], curves)


def draw(points: pd.DataFrame, boundaries: dict) -> Figure:
    """One row per network: trained networks at their d on the left, state evolution at large d on the right."""
    style.use()
    networks = list(labels.present(points))
    size = (style.TEXT, 0.7 + 2.2 * len(networks))
    figure, grid = plt.subplots(len(networks), 2, figsize=size, squeeze=False)
    for panels, network in zip(grid, networks, strict=True):
        rows = points[points["network"] == network]
        dims = sorted(rows["dim"].unique())
        for panel, dim in zip(panels, dims, strict=False):
            _panel(panel, rows[rows["dim"] == dim], network)
            _phases(panel, boundaries.get((network, dim), []))
            panel.set_title(f"{network}, ${labels.dim(dim)}$", pad=10)
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {labels.symbol(network)}$")
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


def caption(points: pd.DataFrame, numbers: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = points.iloc[0]
    known = " (open triangles: that of state evolution)" if (numbers["series"] == KNOWN).any() else ""
    solved = " (hollow: convex equivalents)" if (numbers["series"] == SOLVED).any() else ""
    phases = "" if np.isnan(first["gamma"]) else " Above the panels: phases at this lambda."
    return f"""Corollary 2, lambda = {first["decay_coefficient"]:g} d^{first["decay_exponent"]:g},
    {named[first["teacher"]]}, Delta = {first["noise_var"]:g}{labels.matrix_risk(points["network"])}. Left: networks as
    trained{solved} and pruned, at a threshold set by the noise estimated from the data{known};
    mean and standard error over {labels.replicas(numbers["replicas"])}; lines, state evolution of the same teachers.
    Right: state evolution averaged over teachers, large d.{phases}"""
