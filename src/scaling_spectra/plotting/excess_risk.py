"""Excess risk against effective samples: networks as markers, state evolution as lines."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import style


def weight_decay_label(coefficient: float, exponent: float) -> str:
    """Name of the rule lambda = c d^e, in TeX."""
    powers = {-1.0: "1/d", 0.0: "1", 0.5: r"\sqrt{d}"}
    prefix = "" if coefficient == 1 and exponent != 0 else f"{coefficient:g}"
    if exponent == 0:
        return rf"$\lambda = {coefficient:g}$"
    power = powers.get(exponent, f"d^{{{exponent:g}}}")
    return rf"$\lambda = {prefix}\,{power}$" if prefix else rf"$\lambda = {power}$"


def slope_label(slope: float) -> str:
    """Predicted exponent as a small fraction where it is one."""
    fraction = Fraction(slope).limit_denominator(12)
    exact = abs(float(fraction) - slope) < 1e-9
    text = f"{abs(fraction)}" if exact else f"{abs(slope):.2f}"
    return f"−{text}" if slope < 0 else text


def average(training: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Rows of the figure: series, panel keys, n_eff, risk and its standard error over replicas.

    Parameters
    ----------
    training : DataFrame
        One row a trained network.
    theory : DataFrame
        One row a teacher and n_eff; the line is the mean over the teachers that were trained on.
    """
    key = ["network", "weight_decay_rule", "dim", "n_eff"]
    proved = training["converged"] & training["unique"]
    parts = []
    for series, rows in (
        ("state evolution", theory),
        ("trained", training[proved]),
        ("trained, not certified or not unique", training[~proved]),
    ):
        risk = rows.groupby(key, sort=True)["risk"]
        part = risk.agg(risk="mean", standard_error="sem", replicas="count").reset_index()
        parts.append(part.assign(series=series))
    return pd.concat(parts, ignore_index=True)[["series", *key, "risk", "standard_error", "replicas"]]


def draw(points: pd.DataFrame, guides: pd.DataFrame, rules: dict[str, str], titles: dict[str, str]) -> Figure:
    """One row of panels a network, one column a weight decay.

    Parameters
    ----------
    points : DataFrame
        As returned by `average`.
    guides : DataFrame
        Predicted slopes: network, weight_decay_rule, n_eff_min, n_eff_max, risk (at n_eff_min), predicted.
    rules : dict
        TeX label of each weight_decay_rule, in the order of the columns.
    titles : dict
        Label of each network, in the order of the rows.
    """
    style.use()
    size = (style.TEXT, 0.45 + 1.95 * len(titles))
    figure, axes = plt.subplots(len(titles), len(rules), figsize=size, sharex="row", sharey="row", squeeze=False)
    for row, (network, title) in zip(axes, titles.items(), strict=True):
        for panel, (rule, label) in zip(row, rules.items(), strict=True):
            here = points[(points["network"] == network) & (points["weight_decay_rule"] == rule)]
            _panel(panel, here)
            _guides(panel, guides[(guides["network"] == network) & (guides["weight_decay_rule"] == rule)])
            style.log_axes(panel)
            panel.set_title(f"{title}, {label}")
        name = r"$n_{\rm eff} = n$" if network == "diagonal" else r"$n_{\rm eff} = n/d$"
        for panel in row:
            panel.set_xlabel(name)
        row[0].set_ylabel(r"excess risk $R$")
    _legend(figure, points)
    return figure


def _panel(panel: Axes, points: pd.DataFrame) -> None:
    for dim, rows in points.groupby("dim"):
        colour = style.dim_colour(float(dim))
        line = rows[rows["series"] == "state evolution"]
        panel.plot(line["n_eff"], line["risk"], color=colour, zorder=2)
        for series, face in (("trained", colour), ("trained, not certified or not unique", "white")):
            marks = rows[rows["series"] == series]
            panel.errorbar(
                marks["n_eff"],
                marks["risk"],
                yerr=marks["standard_error"].fillna(0),
                fmt=style.MARKERS[str(marks["network"].iloc[0])] if len(marks) else "o",
                color=colour,
                markerfacecolor=face,
                markeredgecolor=colour if face == "white" else "white",
                markeredgewidth=0.7 if face == "white" else 0.35,
                elinewidth=0.8,
                capsize=1.2,
                zorder=3,
            )


def _guides(panel: Axes, guides: pd.DataFrame) -> None:
    """Predicted slopes, a little above the line they belong to."""
    for guide in guides.itertuples():
        x = np.array([guide.n_eff_min, guide.n_eff_max])
        y = guide.risk * 1.7 * (x / x[0]) ** guide.predicted
        panel.plot(x, y, color=style.GUIDE, linewidth=0.8, linestyle=(0, (4, 1.5)), zorder=1)
        panel.annotate(
            f"{guide.phase}: {slope_label(guide.predicted)}",
            (np.sqrt(x.prod()), np.sqrt(y.prod())),
            xytext=(2, 2),
            textcoords="offset points",
            fontsize=6,
            color=style.GUIDE,
            ha="left",
            va="bottom",
        )


def _legend(figure: Figure, points: pd.DataFrame) -> None:
    handles = [
        Line2D([], [], color=style.dim_colour(dim), linewidth=2.5, label=f"$d = {dim}$")
        for dim in sorted(points["dim"].unique())
    ]
    black = {"color": "0.2", "linestyle": "none"}
    handles += [
        Line2D([], [], color="0.2", label="state evolution"),
        Line2D([], [], marker="o", label="trained, diagonal", **black),
        Line2D([], [], marker="s", label="trained, quadratic", **black),
        Line2D([], [], color=style.GUIDE, linewidth=0.8, linestyle=(0, (4, 1.5)), label="predicted slope"),
    ]
    if (points["series"] == "trained, not certified or not unique").any():
        handles.append(
            Line2D([], [], marker="o", markerfacecolor="white", label="not certified or not unique", **black)
        )
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), handlelength=1.6, columnspacing=1.2)
