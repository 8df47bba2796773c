"""What is learned when: learned weights against time, and the risk against the norm that is learned."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.records import SOLVED

FLOW, TRAINED, FEWER, APPEARANCE = "flow", "trained", "trained, fewer samples", "appearance"
ENSEMBLE = ["network", "teacher", "noise_var", "dim"]
# every so many snapshots are drawn
SPARSE = 2
POPULATION = {"color": "0.15", "linestyle": (0, (4, 1.5)), "linewidth": 1.0, "zorder": 4}


def compose_spectra(study: pd.DataFrame, flow: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    study, flow : DataFrame
        Tables ``gradient_descent`` and ``spectral_dynamics``.
    named : dict
        Teachers in words, by their keys.
    """
    points = plotted_spectra(study, flow)
    return draw_spectra(points, named), points, caption_spectra(points, named)


def plotted_spectra(study: pd.DataFrame, flow: pd.DataFrame) -> pd.DataFrame:
    """Numbers of the figure: series, network, ..., n_eff, feature, scaled_time, value (in units of the teacher's)."""
    found = study[(study["status"] == SOLVED) & (study["decay_factor"] == 0)]
    columns = [*ENSEMBLE, "feature", "scaled_time", "value"]
    parts = [flow[columns].assign(series=FLOW, value=flow["value"] / flow["teacher_value"])]
    for ensemble, rows in flow.groupby(ENSEMBLE):
        one = rows.drop_duplicates("feature")
        parts.append(one[columns].assign(series=APPEARANCE, scaled_time=one["appearance"], value=0.5))
        of = found[(found[ENSEMBLE] == list(ensemble)).all(axis=1)]
        trained = of[of["replica"] == of["replica"].min()]
        counts = sorted(trained["n_eff"].unique())
        drawn = {TRAINED: counts[-1:], FEWER: counts[:-1][-2:][:1]}
        for series, n_eff in ((series, n_eff) for series, chosen in drawn.items() for n_eff in chosen):
            here = trained[trained["n_eff"] == n_eff].iloc[::SPARSE]
            at = here[[*ENSEMBLE, "n_eff", "scaled_time"]].assign(series=series)
            for feature, size in zip(one["feature"], one["teacher_value"], strict=True):
                parts.append(at.assign(feature=feature, value=here[f"learned_{feature}"] / size))
    together = pd.concat(parts, ignore_index=True)
    return labels.with_gamma(together[["series", *ENSEMBLE, "n_eff", *columns[len(ENSEMBLE) :]]], flow)


def draw_spectra(points: pd.DataFrame, named: dict[str, str]) -> Figure:
    """One panel per network: lines of the flow, markers of descent, ticks where features appear."""
    style.use()
    ensembles = list(points.groupby(ENSEMBLE))
    figure, panels = plt.subplots(1, len(ensembles), figsize=(style.TEXT, 2.9), squeeze=False, sharey=True)
    features = sorted(points["feature"].unique())
    colours = {k: plt.get_cmap("viridis")(0.9 * i / max(len(features) - 1, 1)) for i, k in enumerate(features)}
    for panel, ((network, teacher, _, dim), rows) in zip(panels[0], ensembles, strict=True):
        panel.axhline(1, color="0.8", linewidth=0.6, zorder=0)
        for feature, of in rows.groupby("feature"):
            _feature(panel, of, network, colours[feature])
        counts = "$ and $".join(f"{n_eff:g}" for n_eff in sorted(rows["n_eff"].dropna().unique(), reverse=True))
        family = labels.title(rows["gamma"].iloc[0], named[teacher])
        panel.set_title(rf"{network}, {family}, $d = {dim:g}$, $n_{{\rm eff}} = {counts}$")
        panel.set_xlabel(r"time $s_1 t$")
        sizes = (r"eigenvalues of $S$", r"$s_i$") if network == "quadratic" else (r"$|\theta_i|$", r"$|\theta^*_i|$")
        panel.set_ylabel(f"{sizes[0]} over {sizes[1]}")
        style.log_axes(panel, y=False)
        panel.yaxis.set_tick_params(labelleft=True)
    panels[0, 0].set_ylim(bottom=0)
    handles = [Line2D([], [], color=colours[k], label=f"feature {k}") for k in features]
    handles.append(Line2D([], [], color="0.15", marker="|", linestyle="none", markersize=8, label=r"$t_i$"))
    for series, face, words in ((TRAINED, "0.4", "more samples"), (FEWER, "white", "fewer samples")):
        if (points["series"] == series).any():
            look = {"linestyle": "none", "marker": "o", "color": "0.4", "markerfacecolor": face}
            handles.append(Line2D([], [], label=f"descent, {words}", **look))
    style.legend(figure, handles, handlelength=1.4, columnspacing=1.0)
    return figure


def _feature(panel: Axes, rows: pd.DataFrame, network: str, colour: tuple) -> None:
    line = rows[rows["series"] == FLOW]
    panel.plot(line["scaled_time"], line["value"], color=colour, zorder=2)
    for series, face in ((TRAINED, colour), (FEWER, "white")):
        found = rows[rows["series"] == series]
        look = {"marker": style.MARKERS[network], "markerfacecolor": face, "markersize": 2.8}
        panel.plot(found["scaled_time"], found["value"], linestyle="none", color=colour, zorder=3, **look)
    appear = rows[rows["series"] == APPEARANCE]
    panel.plot(
        appear["scaled_time"], appear["value"], linestyle="none", marker="|", markersize=11, color="0.15", zorder=4
    )


def caption_spectra(points: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = points.iloc[0]
    return f"""The largest learned weights along training without weight decay, in units of the teacher's,
    {named[first["teacher"]]}, Delta = {first["noise_var"]:g}, one teacher and one start each. Lines: gradient flow of
    the population loss in closed form. Markers: gradient descent on samples from the same weights, many samples
    (filled) and fewer (hollow). Ticks: time at which each feature by itself would have grown to its half."""


def compose_norms(study: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from the study ``gradient_descent``."""
    points = plotted_norms(study)
    return draw_norms(points, named), points, caption_norms(points, named)


def plotted_norms(study: pd.DataFrame) -> pd.DataFrame:
    """Means over replicas at each time: series, network, ..., n_eff, scaled_time, norm, risk."""
    found = study[(study["status"] == SOLVED) & (study["decay_factor"] == 0)]
    by = [*ENSEMBLE, "n_eff", "scaled_time"]
    of_descent = found.groupby(by)[["norm", "risk"]].mean().reset_index().assign(series=TRAINED)
    # the flow knows of no samples: that of the largest number is drawn, whose times reach farthest
    most = found[found["n_eff"] == found.groupby(ENSEMBLE)["n_eff"].transform("max")]
    of_flow = most.groupby(by)[["flow_norm", "flow_risk"]].mean().reset_index().assign(series=FLOW)
    of_flow = of_flow.rename(columns={"flow_norm": "norm", "flow_risk": "risk"})
    together = pd.concat([of_descent, of_flow], ignore_index=True)[["series", *by, "norm", "risk"]]
    return labels.with_gamma(together, study)


def draw_norms(points: pd.DataFrame, named: dict[str, str]) -> Figure:
    """One panel per network: a curve for each number of samples."""
    style.use()
    ensembles = list(points.groupby(ENSEMBLE))
    figure, panels = plt.subplots(1, len(ensembles), figsize=(style.TEXT, 2.9), squeeze=False)
    for panel, ((network, teacher, _, dim), rows) in zip(panels[0], ensembles, strict=True):
        counts = sorted(rows["n_eff"].unique())
        for place, n_eff in enumerate(counts):
            line = rows[(rows["series"] == TRAINED) & (rows["n_eff"] == n_eff)]
            look = {"color": style.place_colour(place, len(counts))}
            panel.plot(line["norm"], line["risk"], label=rf"$n_{{\rm eff}} = {n_eff:g}$", **look)
            panel.plot(line["norm"].iloc[-1:], line["risk"].iloc[-1:], marker=style.MARKERS[network], **look)
        flow = rows[rows["series"] == FLOW]
        panel.plot(flow["norm"], flow["risk"], label="population flow", **POPULATION)
        panel.set_title(f"{network}, {labels.title(rows['gamma'].iloc[0], named[teacher])}, $d = {dim:g}$")
        panel.set_xlabel(r"norm ${\rm Tr}\,S$" if network == "quadratic" else r"norm $\|\theta\|_1$")
        panel.set_ylabel(r"excess risk $R$")
        style.log_axes(panel, x=False)
        # the flow falls to zero
        trained = rows.loc[rows["series"] == TRAINED, "risk"]
        panel.set_ylim(0.4 * trained.min(), 1.5 * trained.max())
        panel.legend(loc="lower left")
    return figure


def caption_norms(points: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = points.iloc[0]
    return f"""Excess risk against the norm of what is learned, along gradient descent without weight decay,
    {named[first["teacher"]]}, Delta = {first["noise_var"]:g} (quadratic network: R = 2M); means over replicas at each
    time, the last one marked. Dashed: gradient flow of the population loss. If the norm alone told the risk, curves
    would follow the dashed one until they end."""
