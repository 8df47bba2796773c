"""Both networks on one axis of effective samples."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.reached import past_the_peak

RULE = ["decay_coefficient", "decay_exponent"]
THEORY, TRAINED = "state evolution", "networks"


def compose(training: pd.DataFrame, theory: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure of the experiment's noise levels, its numbers and its caption, from ``training`` and ``theory``."""
    points = plotted(training, theory)
    return draw(points), points, caption(training, named)


def plotted(training: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Mean risks: series, network, dim, noise_var, decay_coefficient, decay_exponent, n_eff, risk, standard_error."""
    sound = training[training["converged"] & training["unique"]]
    reached = training.groupby(["network", "dim"])["n_eff"].max()
    dims = pd.Series({network: past_the_peak(network, of.droplevel(0)) for network, of in reached.groupby("network")})
    common = set.intersection(*dims)
    # the largest dimension in which both networks have points on both sides of the peak, where there is one
    chosen = pd.Series({network: max(common or own) for network, own in dims.items()})
    parts = []
    for series, table in ((THEORY, theory), (TRAINED, sound)):
        risk = table[table["dim"] == table["network"].map(chosen)].groupby(
            ["network", "dim", "noise_var", *RULE, "n_eff"]
        )["risk"]
        parts.append(risk.agg(risk="mean", standard_error="sem").reset_index().assign(series=series))
    return pd.concat(parts, ignore_index=True)


def draw(points: pd.DataFrame) -> Figure:
    """One row per noise level, one column per weight decay; both networks in each panel."""
    style.use()
    rules = points[RULE].drop_duplicates().sort_values(RULE[::-1]).to_numpy()
    noises = sorted(points["noise_var"].unique(), reverse=True)
    size = (style.TEXT, 0.6 + 1.9 * len(noises))
    figure, grid = plt.subplots(len(noises), len(rules), figsize=size, sharex=True, squeeze=False)
    for axes, noise_var in zip(grid, noises, strict=True):
        for panel, (coefficient, exponent) in zip(axes, rules, strict=True):
            here = (points["decay_coefficient"] == coefficient) & (points["decay_exponent"] == exponent)
            for (network, series), rows in points[here & (points["noise_var"] == noise_var)].groupby(
                ["network", "series"]
            ):
                colour = style.NETWORK_COLOURS[network]
                if series == THEORY:
                    panel.plot(rows["n_eff"], rows["risk"], color=colour, linestyle=style.LINESTYLES[network])
                    continue
                style.simulated(panel, rows, "n_eff", "risk", style.MARKERS[network], colour)
            style.log_axes(panel)
            panel.set_title(rf"{labels.weight_decay(coefficient, exponent)}, $\Delta = {noise_var:g}$")
            panel.set_xlabel(r"effective samples $n_{\rm eff}$")
            panel.xaxis.set_tick_params(labelbottom=True)
        axes[0].set_ylabel(r"excess risk $R$")
    handles = []
    for (network, dim), _ in points.groupby(["network", "dim"]):
        look = {"color": style.NETWORK_COLOURS[network], "linestyle": style.LINESTYLES[network]}
        mark = {"marker": style.MARKERS[network], "markeredgecolor": "white", "markeredgewidth": 0.35}
        handles.append(Line2D([], [], label=f"{network}, $d = {dim}$: {THEORY} and {TRAINED}", **look, **mark))
    style.legend(figure, handles, handlelength=2.0)
    return figure


def caption(training: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = training.iloc[0]
    same = "The " if pd.isna(first["gamma"]) else "Phases and rates are the same for both; the "
    return f"""Excess risk of both networks (quadratic: R = 2M) on one axis of effective samples, n_eff = n (diagonal)
    and n/d (quadratic), {named[first["teacher"]]}. Lines: state evolution of the teachers that were drawn. Markers:
    networks, trained or solved by the convex equivalent, mean and standard error over
    {labels.replicas(training.groupby(["network", "dim"])["replica"].nunique())}. {same}constants and the place of the
    interpolation peak (n_eff = d and d/4) differ."""
