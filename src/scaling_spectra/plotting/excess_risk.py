"""Excess risk against effective samples: networks as markers, state evolution as lines."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.arrays import Array
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import labels, style
from scaling_spectra.ties import TIE

THEORY, TRAINED, SOLVED = "state evolution", "trained", "convex equivalent"
REAL = "theory of real inputs"
DOUBTFUL, GUIDE = "not certified or not unique", "predicted slope"
RULE = ["decay_coefficient", "decay_exponent"]
# the theory of real inputs, on the line of state evolution where both agree
THIN = {"linewidth": 0.8, "linestyle": (0, (1, 1)), "zorder": 2}
# guides keep this share of the drawn decades from every curve and point; panels leave room for them at both ends
CLEAR, ROOM = 0.035, 0.12
CROSS = {"marker": "x", "markersize": 4.5, "markeredgewidth": 1.1, "color": "black", "linestyle": "none", "zorder": 5}
# share of the decades of a panel beyond which a label would cross its side
NEAR_SIDE = 0.7


def compose(named: dict[str, str], *, noiseless: bool, **tables: pd.DataFrame) -> tuple:
    """Figure of one noise level, its numbers and its caption.

    Parameters
    ----------
    named : dict
        Label of each teacher by its key.
    noiseless : bool
        Whether Delta = 0, else the largest that was trained.
    **tables : DataFrame
        ``training``, ``theory`` and ``exponents`` of an experiment, and ``inputs`` if there is one.
    """
    noise_var = 0.0 if noiseless else tables["training"]["noise_var"].max()
    chosen = {name: table[table["noise_var"] == noise_var] for name, table in tables.items()}
    points = plotted(**chosen)
    present = labels.present(points)
    return draw(points, present, noise_var), points, caption(chosen["training"], points, named)


def plotted(
    training: pd.DataFrame, theory: pd.DataFrame, exponents: pd.DataFrame, inputs: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Exactly the numbers of the figure.

    Parameters
    ----------
    training : DataFrame
        One row per trained network.
    theory : DataFrame
        One row per teacher and n_eff; lines are means over the teachers that were trained on.
    exponents : DataFrame
        One row per fitting window; each phase of a panel has one guide.
    inputs : DataFrame, optional
        One row per simulated point with its risk in the theory of real inputs.

    Returns
    -------
    DataFrame
        series, network, decay_coefficient, decay_exponent, dim, n_eff, risk, and standard_error and
        replicas of simulated points, phase and predicted slope of guides (two rows each, its ends).
    """
    # one doubtful replica makes its point doubtful: the others' mean is not that of the line's teachers
    sound = training["converged"] & training["unique"]
    sound = sound.groupby([training[name] for name in ("network", *RULE, "dim", "n_eff")]).transform("all")
    parts = []
    trained = training["method"] == "network"
    of_series = {
        THEORY: theory,
        TRAINED: training[sound & trained],
        SOLVED: training[sound & ~trained],
        DOUBTFUL: training[~sound],
    }
    for series, rows in of_series.items():
        risk = rows.groupby(["network", *RULE, "dim", "n_eff"], sort=True)["risk"]
        part = risk.agg(risk="mean", standard_error="sem", replicas="count").reset_index()
        parts.append(part.assign(series=series))
    parts.append(_guides(exponents, pd.concat(parts)))
    if inputs is not None:
        parts.append(_real(inputs, parts[0]))
    columns = ["series", "network", *RULE, "dim", "n_eff", "risk", "standard_error", "replicas", "phase", "predicted"]
    # empty parts have no types to add
    return pd.concat([part for part in parts if len(part)], ignore_index=True).reindex(columns=columns)


def _real(inputs: pd.DataFrame, evolution: pd.DataFrame) -> pd.DataFrame:
    """State evolution times the ratio of the theory of real inputs to it, which is interpolated between points."""
    parts = [pd.DataFrame()]
    for key, rows in inputs.dropna(subset=["risk_inputs"]).groupby(["network", *RULE, "dim"]):
        known = rows.sort_values("n_eff")
        line = evolution.merge(pd.DataFrame([dict(zip(["network", *RULE, "dim"], key, strict=True))]))
        line = line[line["n_eff"].between(known["n_eff"].iloc[0], known["n_eff"].iloc[-1])]
        ratio = np.log(known["risk_inputs"] / known["risk_theory"])
        over = np.exp(np.interp(np.log(line["n_eff"]), np.log(known["n_eff"]), ratio))
        parts.append(line[["network", *RULE, "dim", "n_eff"]].assign(series=REAL, risk=line["risk"] * over))
    return pd.concat(parts)


def _guides(exponents: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Predicted slopes over fitting windows, one per phase: above or below all that is drawn over its window.

    Of the dimensions with such a window the one is taken whose own curve the guide can come closest to.
    """
    fitted = exponents[(exponents["verdict"] != "window too short") & (exponents["predicted"] != 0)]
    panel = ["network", *RULE]
    rows: list[dict] = []
    for (*_, phase), windows in fitted.groupby([*panel, "phase"]):
        of_network = drawn.loc[drawn["network"] == windows["network"].iloc[0], "risk"]
        clear = CLEAR * np.log(of_network.max() / of_network.min())
        here = drawn.merge(windows[panel].head(1))
        placed = [_place(window, here, clear) for window in windows.to_dict("records")]
        window, (_, ends, risks) = min(
            zip(windows.to_dict("records"), placed, strict=True),
            key=lambda pair: (round(pair[1][0], 6), -pair[0]["dim"]),
        )
        shared = {name: window[name] for name in (*panel, "dim", "predicted")} | {"phase": phase, "series": GUIDE}
        rows += [shared | {"n_eff": x, "risk": y} for x, y in zip(ends, risks, strict=True)]
    return pd.DataFrame(rows, columns=["series", *panel, "dim", "n_eff", "risk", "phase", "predicted"])


def _place(window: dict, drawn: pd.DataFrame, clear: float) -> tuple[float, Array, Array]:
    """Log of the distance of a guide from its own curve, and its ends, on the side where it is smaller."""
    ends = np.array([window["n_eff_min"], window["n_eff_max"]])
    x = np.linspace(*np.log(ends), 50)
    shape = window["predicted"] * (x - x.mean())
    lines = drawn[drawn["series"] == THEORY]
    heights = {
        dim: np.interp(x, np.log(line["n_eff"]), np.log(line["risk"])) - shape for dim, line in lines.groupby("dim")
    }
    inside = drawn[(drawn["series"] != THEORY) & drawn["n_eff"].between(*ends)]
    middles = np.log(inside["risk"]) - window["predicted"] * (np.log(inside["n_eff"]) - x.mean())
    around = np.concatenate([*heights.values(), middles])
    own = heights[window["dim"]].mean()
    above, below = around.max() + clear, around.min() - clear
    level = above if above - own <= own - below + TIE else below
    return abs(level - own), ends, np.exp(level + shape[[0, -1]])


def draw(points: pd.DataFrame, n_eff: dict[str, str], noise_var: float) -> Figure:
    """One row of panels per network, one column per weight decay.

    Parameters
    ----------
    points : DataFrame
        As returned by `plotted`.
    n_eff : dict
        TeX of the effective samples of each network, in the order of the rows.
    noise_var : float
        Delta, for the label.
    """
    style.use()
    rules = points[RULE].drop_duplicates().sort_values(RULE[::-1]).to_numpy()
    size = (style.TEXT, 0.5 + 1.9 * len(n_eff))
    # without noise the risk falls by many decades at small weight decay and by few at a large one
    shared = "row" if noise_var > 0 else False
    figure, grid = plt.subplots(len(n_eff), len(rules), figsize=size, sharex="row", sharey=shared, squeeze=False)
    for axes, (network, symbol) in zip(grid, n_eff.items(), strict=True):
        for panel, (coefficient, exponent) in zip(axes, rules, strict=True):
            here = (points["decay_coefficient"] == coefficient) & (points["decay_exponent"] == exponent)
            _panel(panel, points[here & (points["network"] == network)], style.MARKERS[network])
            style.log_axes(panel)
            panel.set_title(rf"{network}, {labels.weight_decay(coefficient, exponent)}, $\Delta = {noise_var:g}$")
            panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
        axes[0].set_ylabel(r"excess risk $R$")
    _legend(figure, points, list(n_eff))
    return figure


def _panel(panel: Axes, points: pd.DataFrame, marker: str) -> None:
    for (series, dim), rows in points.groupby(["series", "dim"]):
        if series == GUIDE:
            continue
        colour = style.dim_colour(dim)
        if series in (THEORY, REAL):
            rows = rows.sort_values("n_eff")
            panel.plot(rows["n_eff"], rows["risk"], **({"zorder": 2} if series == THEORY else THIN), color=colour)
            continue
        if series == DOUBTFUL:
            # in front of all, to be seen on a line
            panel.errorbar(rows["n_eff"], rows["risk"], yerr=rows["standard_error"].fillna(0), elinewidth=0.8, **CROSS)
            continue
        style.simulated(panel, rows, "n_eff", "risk", marker, colour, hollow=series != TRAINED)
    for (phase, predicted, dim), ends in points[points["series"] == GUIDE].groupby(["phase", "predicted", "dim"]):
        colour = style.dim_colour(dim)
        panel.plot(ends["n_eff"], ends["risk"], **(style.GUIDE | {"color": colour}))
        middle = np.exp(np.log(ends[["n_eff", "risk"]]).mean())
        line = points[(points["series"] == THEORY) & (points["dim"] == dim)]
        above = middle["risk"] > np.exp(np.interp(np.log(middle["n_eff"]), np.log(line["n_eff"]), np.log(line["risk"])))
        # beside the line, or over it near a side of the panel, which it would cross
        side, place = (1, "left") if above else (-1, "right")
        low, high = np.log(points["n_eff"].agg(["min", "max"]))
        share = (np.log(middle["n_eff"]) - low) / (high - low)
        near = share > NEAR_SIDE if above else share < 1 - NEAR_SIDE
        panel.annotate(
            f"{phase}: {labels.exponent(phase, predicted)}",
            middle.to_numpy(),
            xytext=(0, 8 * side) if near else (2 * side, 2 * side),
            textcoords="offset points",
            ha="center" if near else place,
            va="bottom" if above else "top",
            fontsize=6,
            color=style.GUIDE["color"],
        )
    panel.margins(y=ROOM)


def _legend(figure: Figure, points: pd.DataFrame, networks: list[str]) -> None:
    grey = {"color": "0.25"}
    handles = [
        Line2D([], [], color=style.dim_colour(dim), linewidth=3, label=f"$d = {dim}$")
        for dim in sorted(points["dim"].unique())
    ]
    handles.append(Line2D([], [], label=THEORY, **grey))
    if (points["series"] == REAL).any():
        handles.append(Line2D([], [], label=REAL, **THIN, **grey))
    for network in networks:
        marker = style.MARKERS[network]
        handles.append(Line2D([], [], linestyle="none", marker=marker, label=f"{TRAINED}, {network}", **grey))
    for series, look in ((SOLVED, {"marker": "o", "markerfacecolor": "white", **grey}), (DOUBTFUL, CROSS)):
        if (points["series"] == series).any():
            handles.append(Line2D([], [], label=series, **{"linestyle": "none", **look}))
    if (points["series"] == GUIDE).any():
        handles.append(Line2D([], [], label=GUIDE, **style.GUIDE))
    style.legend(figure, handles, handlelength=1.5, columnspacing=1.1)


def caption(training: pd.DataFrame, points: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first, series = training.iloc[0], set(points["series"])
    solved = "; hollow, convex equivalent" if SOLVED in series else ""
    doubtful = "; crosses, not certified or not unique" if DOUBTFUL in series else ""
    guides = " Dashed: predicted slopes within a phase, coloured by d." if GUIDE in series else ""
    networks = points["network"].unique()
    matrices = [network for network in networks if problem_of(network).MATRIX]
    known = "" if all(supports(network, "inputs") for network in matrices) else " where known"
    real = (
        f"; dotted: theory of real inputs{known}, its ratio to these interpolated between points"
        if REAL in series
        else ""
    )
    return f"""Excess risk R = E[(f* - f)^2]{labels.matrix_risk(networks)} against effective samples,
    {named[first["teacher"]]}, Delta = {first["noise_var"]:g}. Filled markers: networks trained from random small
    weights{solved}{doubtful}; mean and standard error over
    {labels.replicas(training.groupby(["network", "dim"])["replica"].nunique())}. Lines: state evolution of the same
    teachers{real}.{guides}"""
