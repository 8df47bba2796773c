"""Excess of the risk over state evolution with inputs, Gaussian measurements and their effective models."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.measurement_ensembles import PARTS, averages, differences
from scaling_spectra.plotting import labels, style

RULE = ["decay_coefficient", "decay_exponent"]
# Okabe and Ito's colours, and markers that tell the parts apart in grey
LOOKS = {
    "systematic": {"color": "#D55E00", "marker": "o"},
    "diagonal_noise": {"color": "#E69F00", "marker": "v"},
    "rows": {"color": "#0072B2", "marker": "s"},
    "rest": {"color": "0.35", "marker": "D"},
}
NAMES = {
    "systematic": "top diagonal, systematic",
    "diagonal_noise": "top diagonal, noise",
    "rows": "top rows",
    "rest": "rest",
}
CURVES = {
    "real inputs": {"linestyle": (0, (1, 1)), "linewidth": 1.3},
    "self-consistent": {"linestyle": "-", "linewidth": 1.0},
    "effective": {"linestyle": (0, (4, 1.5)), "linewidth": 0.9},
}
# simulated models: face of the marker, or none, and the factor that moves points apart along n_eff
POINTS = {"inputs": (True, 1 / 1.04), "gaussian": (False, 1.04)}
BARS = {"linestyle": "none", "elinewidth": 0.7, "capsize": 1.5, "capthick": 0.6, "markeredgewidth": 0.8}
ZERO = {"color": "0.6", "linewidth": 0.6, "zorder": 0}
BASELINE = "self-consistent"
# the model whose parts are drawn as dashes, behind those of inputs
THEORY, DASH = (
    "real inputs",
    {"marker": "_", "markersize": 7.0, "linestyle": "none", "markeredgewidth": 1.2, "alpha": 0.5},
)


def compose(table: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from the study ``gaussian_design``.

    The largest noise level and gamma are drawn; parts of the error at the largest dimension.
    """
    table = labels.of_last_teacher(table[table["noise_var"] == table["noise_var"].max()])
    means = averages(table)
    solved = means.dropna(subset="excess")
    enough = differences(solved, "inputs", BASELINE).notna().all(axis=1).any()
    words = (
        caption(means, named) if enough else "No point has certified, unique solutions: there is nothing to compare."
    )
    return draw(means), means, words


def draw(means: pd.DataFrame) -> Figure:
    """One column per weight decay: the excess above, what it is made of below."""
    style.use()
    rules = means[RULE].drop_duplicates().sort_values(RULE[::-1]).to_numpy()
    figure, grid = plt.subplots(2, len(rules), figsize=(style.TEXT, 4.5), sharey="row", squeeze=False)
    dim = means["dim"].max()
    for (above, below), (coefficient, exponent) in zip(grid.T, rules, strict=True):
        here = means[(means["decay_coefficient"] == coefficient) & (means["decay_exponent"] == exponent)]
        _excess(above, here)
        _parts(below, here[here["dim"] == dim])
        above.set_title(labels.weight_decay(coefficient, exponent))
        below.set_title(rf"{labels.weight_decay(coefficient, exponent)}, $d = {dim}$")
        for panel in (above, below):
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {labels.symbol('quadratic')}$")
    grid[0, 0].set_ylabel(r"$R/R_{\rm SE} - 1$  (%)")
    grid[1, 0].set_ylabel(r"difference of parts$/R_{\rm SE}$  (%)")
    _legends(figure, sorted(means["dim"].unique()))
    return figure


def _excess(panel: Axes, means: pd.DataFrame) -> None:
    panel.axhline(0.0, **ZERO)
    for dim, rows in means.groupby("dim"):
        colour = style.dim_colour(dim)
        for model, look in CURVES.items():
            line = rows[rows["model"] == model]
            panel.plot(line["n_eff"], 100 * line["excess"], color=colour, **look, **style.KNOTS)
        for model, (filled, shift) in POINTS.items():
            points = rows[rows["model"] == model]
            panel.errorbar(
                shift * points["n_eff"],
                100 * points["excess"],
                100 * points["excess_error"],
                color=colour,
                marker=style.MARKERS["quadratic"],
                markerfacecolor=colour if filled else "white",
                **BARS,
            )
    style.log_axes(panel, y=False)
    shown = sorted(means["n_eff"].unique())
    panel.set_xticks(shown, [f"{n_eff:g}" for n_eff in shown])
    panel.minorticks_off()
    panel.margins(x=0.08)


def _parts(panel: Axes, means: pd.DataFrame) -> None:
    """Groups of parts at every n_eff, the model beside its baseline."""
    panel.axhline(0.0, **ZERO)
    places = {n_eff: place for place, n_eff in enumerate(sorted(means["n_eff"].unique()))}
    predicted = differences(means, THEORY, BASELINE)
    for number, part in enumerate(PARTS):
        place = predicted["n_eff"].map(places) + 0.2 * (number - 1.5)
        panel.plot(place, 100 * predicted[part], color=LOOKS[part]["color"], zorder=1, **DASH)
    for model, (filled, _) in POINTS.items():
        rows = differences(means, model, BASELINE)
        for number, part in enumerate(PARTS):
            look = LOOKS[part]
            place = rows["n_eff"].map(places) + 0.2 * (number - 1.5) + (-0.04 if filled else 0.04)
            face = look["color"] if filled else "white"
            error = 100 * rows[f"{part}_error"]
            panel.errorbar(place, 100 * rows[part], error, **look, markerfacecolor=face, **BARS | {"markersize": 2.6})
    for border in range(1, len(places)):
        panel.axvline(border - 0.5, color="0.9", linewidth=0.6, zorder=0)
    panel.set_xticks(list(places.values()), [f"{n_eff:g}" for n_eff in places])
    panel.tick_params(axis="x", length=0)
    panel.set_xlim(-0.5, len(places) - 0.5)


def _legends(figure: Figure, dims: list[int]) -> None:
    grey = {"color": "0.25"}
    marker = {"marker": style.MARKERS["quadratic"], "linestyle": "none", "markeredgewidth": 0.8}
    handles = [
        Line2D([], [], label="inputs", **grey, **marker),
        Line2D([], [], label="Gaussian measurements", **grey, **marker, markerfacecolor="white"),
        Line2D([], [], label="effective model, inputs", **grey, **CURVES["real inputs"], **style.KNOTS),
        Line2D(
            [], [], label="effective model, Gaussian measurements", **grey, **CURVES["self-consistent"], **style.KNOTS
        ),
        Line2D([], [], label=r"the latter at the $\delta, b$ of SE", **grey, **CURVES["effective"], **style.KNOTS),
    ]
    handles += [Line2D([], [], label=f"$d = {dim}$", color=style.dim_colour(dim), linewidth=2.5) for dim in dims]
    style.legend(figure, handles, handlelength=1.8, columnspacing=1.2)
    handles = [Line2D([], [], label=NAMES[part], linestyle="none", **look) for part, look in LOOKS.items()]
    handles.append(Line2D([], [], label="effective model, inputs", color="0.25", **DASH))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), handlelength=1.2)


def caption(means: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = means.iloc[0]
    count = labels.replicas(means.loc[means["model"] == "inputs", "replicas"])
    return f"""Quadratic network (convex equivalent), {named[first["teacher"]]}, Delta = {first["noise_var"]:g}.
    Above: excess of the risk R = 2M over state evolution (SE), for inputs (filled) and Gaussian measurements (open),
    mean and standard error over {count}; lines, effective models at that d, computed at the dots: of inputs (dotted),
    of Gaussian measurements at the noise and threshold of SE (dashed) and self-consistent (solid). Below: parts of the
    difference from the solid line; dashes, model of inputs."""
