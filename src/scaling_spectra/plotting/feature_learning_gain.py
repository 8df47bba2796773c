"""Feature learning and lazy learning at their best, beside the Bayes-optimal risk."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.plotting import labels, style
from scaling_spectra.records import SOLVED

LAZY, FEATURE, BAYES = "lazy learning", "feature learning", "Bayes-optimal risk"
LAZY_POINT, FEATURE_POINT = "ridge regression", "convex equivalent"
GUIDE, LARGEST = "predicted slope", "largest gain"
FAMILY = list(ENSEMBLE)
# Okabe and Ito's bluish green
GREEN = "#009E73"
# guides stay this far below or above the curve they belong to
LIFT = 1.35
STROKES = {LAZY: "-", FEATURE: "-", BAYES: (0, (1, 1))}


def compose(study: pd.DataFrame, gain: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    study, gain : DataFrame
        Simulations of the study ``feature_learning_gain``, and the risks in theory. Of the largest noise level, each
        network is drawn at its largest dimension.
    named : dict
        Label of each teacher by its key.
    """
    study = study[(study["noise_var"] == study["noise_var"].max()) & (study["status"] == SOLVED)]
    study = study[study["dim"] == study.groupby("network")["dim"].transform("max")]
    families = study[FAMILY].drop_duplicates()
    curves = gain[gain["teachers"] > 0].merge(families).sort_values([*FAMILY, "n_eff"])
    points = plotted(study, curves)
    present = labels.present(points)
    return draw(points, present, named), points, caption(study)


def plotted(study: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Exactly the numbers of the figure: series, network, gamma, noise_var, dim, n_eff, value, standard_error, ..."""
    sound = study[study["converged"] & study["unique"]]
    parts = {
        LAZY: curves.assign(value=curves["lazy_risk"]),
        FEATURE: curves.assign(value=curves["risk"]),
        BAYES: curves.assign(value=curves["bayes_risk"]),
        LAZY_POINT: _means(study, "lazy_risk", "lazy_theory"),
        FEATURE_POINT: _means(sound, "risk", "risk_theory"),
        LARGEST: _largest(curves),
        GUIDE: _guides(curves),
    }
    columns = ["series", *FAMILY, "n_eff", "value", "standard_error", "replicas", "slope", "gain"]
    parts = {name: part.reindex(columns=columns[1:]) for name, part in parts.items()}
    found = pd.concat([part.assign(series=name) for name, part in parts.items() if len(part)], ignore_index=True)
    return labels.with_gamma(found[columns], curves)


def _means(study: pd.DataFrame, column: str, theory: str) -> pd.DataFrame:
    """Mean over replicas; the standard error is that of the distance from each teacher's theory, which lines share."""
    found = study.assign(value=study[column], distance=study[column] - study[theory]).groupby([*FAMILY, "n_eff"])
    return found.agg(
        value=("value", "mean"), standard_error=("distance", "sem"), replicas=("distance", "count")
    ).reset_index()


def _largest(curves: pd.DataFrame) -> pd.DataFrame:
    """Both ends of the largest gain of each curve: the risks of feature learning and of lazy learning."""
    top = curves.loc[curves.groupby(FAMILY)["gain"].idxmax()]
    return pd.concat([top.assign(value=top["risk"]), top.assign(value=top["lazy_risk"])])


def _guides(curves: pd.DataFrame) -> pd.DataFrame:
    """The rate of feature learning below the Bayes-optimal risk, and d/n_eff above the risk of lazy learning."""
    rows = []
    for key, line in curves.groupby(FAMILY):
        family, gamma, last = dict(zip(FAMILY, key, strict=True)), line["gamma"].iloc[0], line["n_eff"].max()
        dim = family["dim"]
        for slope, column, side, ends in (
            (-1 + 1 / (2 * gamma), "bayes_risk", -1, (0.03 * dim + 1, 0.6 * dim)),
            (-1.0, "lazy_risk", 1, (last / 8, last / 1.3)),
        ):
            if np.isnan(slope):
                # no law is known
                continue
            x = np.geomspace(*ends, 30)
            level = np.log(line[column])
            clear = side * np.max(side * (np.interp(np.log(x), np.log(line["n_eff"]), level) - slope * np.log(x)))
            rows += [
                family | {"slope": slope, "n_eff": end, "value": LIFT**side * np.exp(clear) * end**slope}
                for end in ends
            ]
    return pd.DataFrame(rows)


def draw(points: pd.DataFrame, symbols: dict[str, str], named: dict[str, str]) -> Figure:
    """One row per network, one column per teacher."""
    style.use()
    teachers = sorted(points["teacher"].unique())
    size = (style.TEXT, 0.55 + 2.2 * len(symbols))
    figure, grid = plt.subplots(len(symbols), len(teachers), figsize=size, sharex="row", sharey="row", squeeze=False)
    for panels, (network, symbol) in zip(grid, symbols.items(), strict=True):
        for panel, teacher in zip(panels, teachers, strict=True):
            rows = points[(points["network"] == network) & (points["teacher"] == teacher)]
            _panel(panel, rows, network)
            gamma = rows["gamma"].iloc[0]
            title = named[teacher] if np.isnan(gamma) else rf"$\gamma = {gamma:g}$"
            panel.set_title(rf"{network}, {title}, $d = {rows['dim'].max():g}$")
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
        panels[0].set_ylabel(r"excess risk $R$")
    figure.legend(
        handles=_handles(list(symbols)), loc="outside upper center", ncols=3, columnspacing=1.6, handlelength=2.2
    )
    return figure


def _look(series: str, network: str) -> dict:
    colours = {LAZY: GREEN, LAZY_POINT: GREEN, BAYES: "0.15"}
    look = {"color": colours.get(series, style.NETWORK_COLOURS[network])}
    if series in STROKES:
        return look | {"linestyle": STROKES[series]}
    hollow = series == LAZY_POINT
    return look | {
        "linestyle": "none",
        "marker": "D" if hollow else style.MARKERS[network],
        "markerfacecolor": "white" if hollow else look["color"],
        "markeredgecolor": look["color"] if hollow else "white",
        "markeredgewidth": 0.8 if hollow else 0.35,
    }


def _panel(panel: Axes, rows: pd.DataFrame, network: str) -> None:
    for series in STROKES:
        line = rows[rows["series"] == series]
        panel.plot(line["n_eff"], line["value"], **_look(series, network), zorder=2)
    for series in (LAZY_POINT, FEATURE_POINT):
        here = rows[rows["series"] == series]
        errors = here["standard_error"].fillna(0)
        panel.errorbar(here["n_eff"], here["value"], yerr=errors, elinewidth=0.8, zorder=3, **_look(series, network))
    for slope, ends in rows[rows["series"] == GUIDE].groupby("slope"):
        panel.plot(ends["n_eff"], ends["value"], **style.GUIDE)
        above = slope == -1
        panel.annotate(
            labels.slope(slope),
            np.exp(np.log(ends[["n_eff", "value"]]).mean()).to_numpy(),
            xytext=(2, 2) if above else (-2, -2),
            textcoords="offset points",
            ha="left" if above else "right",
            va="bottom" if above else "top",
            fontsize=6,
            color=style.GUIDE["color"],
        )
    largest = rows[rows["series"] == LARGEST]
    x, heights = largest["n_eff"].iloc[0], largest["value"].to_numpy()
    arrow = {"arrowstyle": "<->", "color": "0.35", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}
    panel.annotate("", (x, heights.min()), (x, heights.max()), arrowprops=arrow, zorder=1)
    panel.annotate(
        rf"$\times{largest['gain'].iloc[0]:.1f}$",
        (x, heights.max()),
        xytext=(1, 3),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=6.5,
        color="0.25",
    )
    style.log_axes(panel)


def _handles(networks: list[str]) -> list:
    """A line with a marker stands for theory and simulation."""
    lazy = _look(LAZY_POINT, networks[0]) | _look(LAZY, networks[0])
    handles = [Line2D([], [], label=LAZY, **lazy)]
    for network in networks:
        look = _look(FEATURE_POINT, network) | _look(FEATURE, network)
        handles.append(Line2D([], [], label=f"{FEATURE}, {network}", **look))
    handles.append(Line2D([], [], label=BAYES, **_look(BAYES, networks[0])))
    handles.append(Line2D([], [], label=GUIDE, **style.GUIDE))
    ratio = r"$\times$: largest ratio, lazy to feature learning"
    handles.append(
        Line2D(
            [],
            [],
            linestyle="none",
            marker=r"$\updownarrow$",
            markersize=6,
            markeredgewidth=0,
            color="0.35",
            label=ratio,
        )
    )
    return handles


def caption(study: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    count = labels.replicas(study.groupby("network")["replica"].nunique())
    return f"""What feature learning is worth, Delta = {study["noise_var"].iloc[0]:g} (quadratic network: R = 2M).
    Lines: theory of feature learning at the best weight decay, of lazy learning (ridge regression on fixed features) at
    the best ridge, and the Bayes-optimal risk (dotted). Markers: convex equivalent and ridge regression, mean over
    {count} and standard error of the distance from theory. Dashed: predicted slopes. Arrows: largest ratio of lazy to
    feature-learning risk."""
