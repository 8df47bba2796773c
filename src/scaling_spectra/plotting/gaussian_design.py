"""Excess of the risk over state evolution with inputs, Gaussian measurements and their effective models."""

import matplotlib.pyplot as plt
import numpy as np
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


def compose(table: pd.DataFrame, symbol: str) -> tuple:
    """Figure, its numbers and its caption, from the study ``gaussian_design``; TeX of the effective samples.

    The largest noise level and gamma are drawn; parts of the error at the largest dimension.
    """
    for name in ("noise_var", "gamma"):
        table = table[table[name] == table[name].max()]
    means = averages(table)
    solved = means.dropna(subset="excess")
    enough = differences(solved, "inputs", BASELINE).notna().all(axis=1).any()
    words = caption(table, solved) if enough else "No point is solved, certified and unique."
    return draw(means, symbol), means, words


def draw(means: pd.DataFrame, symbol: str) -> Figure:
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
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
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
            panel.plot(line["n_eff"], 100 * line["excess"], color=colour, **look)
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
        Line2D([], [], label="effective model of inputs", **grey, **CURVES["real inputs"]),
        Line2D([], [], label="of Gaussian measurements", **grey, **CURVES["self-consistent"]),
        Line2D([], [], label=r"the same at SE's $\delta, b$", **grey, **CURVES["effective"]),
    ]
    handles += [Line2D([], [], label=f"$d = {dim}$", color=style.dim_colour(dim), linewidth=2.5) for dim in dims]
    style.legend(figure, handles, handlelength=1.8, columnspacing=1.2)
    handles = [Line2D([], [], label=NAMES[part], linestyle="none", **look) for part, look in LOOKS.items()]
    handles.append(Line2D([], [], label="effective model of inputs", color="0.25", **DASH))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), handlelength=1.2)


def caption(table: pd.DataFrame, means: pd.DataFrame) -> str:
    """What the figure shows, with the numbers of its table."""
    first = means.iloc[0]
    counts = means[means["model"] == "inputs"].groupby("dim")["replicas"].max()
    replicas = ", ".join(f"{count} at d = {dim}" for dim, count in counts.items())
    excess = {model: rows for model, rows in means.groupby("model")}
    inputs, gaussian = (differences(means, model, BASELINE).dropna(subset="excess") for model in POINTS)
    # at few samples the model may have no solution
    real = differences(means, "inputs", THEORY).dropna()
    apart = real["excess"] / real["excess_error"]
    own = f"""Inputs lie {np.sqrt(np.mean(apart**2)):.1f} standard errors from it, root mean square, at most
    {np.abs(apart).max():.1f}, and {np.sqrt(np.mean(real["excess"] ** 2)):.1%} of R_SE."""
    own = own if len(real) else "Its equations are solved at no point here."
    few = inputs["n_eff"].min()
    many = inputs["n_eff"].max()
    deviations = gaussian["excess"] / gaussian["excess_error"]
    largest_dim = inputs[inputs["dim"] == inputs["dim"].max()]
    fewest = largest_dim[largest_dim["n_eff"] == largest_dim["n_eff"].min()]
    shares = "; ".join(
        f"lambda = {row.weight_decay:g}, K = {row.top}: "
        + ", ".join(f"{NAMES[part]} {100 * getattr(row, part):+.1f}" for part in PARTS)
        for row in fewest.sort_values("weight_decay").itertuples()
    )
    asked = table.groupby([*RULE, "dim", "n_eff"]).ngroups
    lacking = asked - len(inputs)
    omitted = f" {lacking} points that are not solved, certified and unique are left out." if lacking else ""
    largest = table["relative_gap"].max()
    teacher = labels.teacher(first["gamma"])
    return f"""Quadratic network, convex equivalent, {teacher}, Delta = {first["noise_var"]:g}. Above:
    excess of the risk R = 2M over that of state evolution (SE), for measurements of Gaussian inputs, Z = (x x^T -
    I)/sqrt(d) (filled), and for Gaussian Z of the same covariance (open), mean and standard error over replicas
    ({replicas}); lines: effective models sampled at that d. Gaussian measurements: (S* + delta G - b)_+ at the delta,
    b of SE (dashed) and at those that solve the equations of SE with the sampled averages (solid). The measurements
    follow it: their distance to the solid line is {np.sqrt(np.mean(deviations**2)):.1f} standard errors, root mean
    square over {len(deviations)} points, and at most {np.abs(deviations).max():.1f}. Real inputs lie
    {_range(inputs, few)} above it at n_eff = {few:g} and {_range(inputs, many)} at n_eff = {many:g}; above SE by at
    most {excess["inputs"]["excess"].max():.1%}. Dotted, their own model, in which the leverage of a sample and the
    error on it depend on its x; nothing is fitted. {own} Below: which entries of S - S* carry the difference, in the
    teacher's basis: inputs (filled), Gaussian (open) and the model of inputs (dashes), minus the solid line. Top: the K
    directions with eigenvalue s > delta. The mean error of their diagonal entries (systematic) is told from its
    fluctuation (noise) without bias by products of different
    replicas; top rows: all other entries of their rows and columns. At d = {fewest["dim"].max():g},
    n_eff = {fewest["n_eff"].max():g}, in % of R_SE: {shares}. Every solution has a relative duality gap of at most
    {largest:.0e}.{omitted} The diagonal network measures with Gaussian vectors as it is, so there is nothing to
    compare."""


def _range(rows: pd.DataFrame, n_eff: float) -> str:
    values = rows.loc[rows["n_eff"] == n_eff, "excess"]
    return f"{values.min():+.1%} to {values.max():+.1%}" if len(values) > 1 else f"{values.iloc[0]:+.1%}"
