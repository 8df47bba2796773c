"""The diagonal network from an initial scale c: networks and state evolution, from ridge to l1."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.records import SOLVED

THEORY, SIMULATED = "theory", "simulation"
POINT = ["network", "teacher", "noise_var", "dim", "n_eff"]
# strokes of the limits
LIMITS = {"ridge_theory": (0, (1, 1.3)), "lasso_theory": (0, (4, 1.5))}


def compose(study: pd.DataFrame, curves: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption, from the study ``lazy_to_rich`` and state evolution between its points."""
    points = plotted(study, curves)
    return draw(points), points, caption(study, named)


def plotted(study: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Means over replicas; the standard error is that of the distance from each teacher's theory, which lines share."""
    solved = study[study["status"] == SOLVED]
    by = [*POINT, "initial_scale"]
    theory = solved.groupby(by)[["risk_theory", *LIMITS]].mean()
    sound = solved[solved["converged"]].assign(distance=solved["risk"] - solved["risk_theory"])
    # replicas that do not interpolate are missing from the markers, and change their mean by no more than theory's
    distance = sound.groupby(by)["distance"].agg(distance="mean", standard_error="sem", replicas="count")
    found = theory.join(distance)
    parts = [
        found.assign(risk=found["risk_theory"] + found["distance"]).reset_index().assign(series=SIMULATED),
        curves.loc[curves["status"] == SOLVED, [*by, "risk"]].assign(series=THEORY),
    ]
    return labels.with_gamma(pd.concat([part for part in parts if len(part)], ignore_index=True), study)


def draw(points: pd.DataFrame) -> Figure:
    """One panel a noise level, a curve a number of samples."""
    style.use()
    noises = sorted(points["noise_var"].unique(), reverse=True)
    figure, panels = plt.subplots(1, len(noises), figsize=(style.TEXT, 2.8), squeeze=False)
    counts = sorted(points["n_eff"].unique())
    colours = {n: style.place_colour(i, len(counts)) for i, n in enumerate(counts)}
    for panel, noise_var in zip(panels[0], noises, strict=True):
        for n_eff, drawn in points[points["noise_var"] == noise_var].groupby("n_eff"):
            line, rows = (drawn[drawn["series"] == name] for name in (THEORY, SIMULATED))
            panel.plot(line["initial_scale"], line["risk"], color=colours[n_eff])
            # no replica here may be solved where the curve is
            if rows.empty:
                continue
            style.simulated(panel, rows, "initial_scale", "risk", style.MARKERS["diagonal"], colours[n_eff])
            for limit, stroke in LIMITS.items():
                panel.axhline(rows[limit].iloc[0], color=colours[n_eff], linestyle=stroke, linewidth=0.8, zorder=1)
        style.log_axes(panel, y=False)
        panel.set_ylim(bottom=0)
        # from lazy to rich
        panel.invert_xaxis()
        panel.set_xlabel(r"initial scale $c = a_i^2 - w_i^2$")
        panel.set_ylabel(r"excess risk $R$")
        panel.set_title(rf"diagonal, $\Delta = {noise_var:g}$, $d = {points['dim'].iloc[0]:g}$")
    handles = [
        Line2D([], [], color=colours[n], marker=style.MARKERS["diagonal"], label=rf"$n = {n:g}$") for n in counts
    ]
    words = {
        "ridge_theory": r"$c \to \infty$: least $\|\theta\|_2$",
        "lasso_theory": r"$c \to 0$: least $\|\theta\|_1$",
    }
    handles += [Line2D([], [], color="0.3", linestyle=LIMITS[name], label=label) for name, label in words.items()]
    style.legend(figure, handles, handlelength=2.2, columnspacing=1.3)
    return figure


def caption(study: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first, count = study.iloc[0], labels.replicas(study.groupby("noise_var")["replica"].nunique())
    return f"""From lazy to rich: the diagonal network without weight decay, {named[first["teacher"]]}, trained
    by gradient descent from a_i = sqrt(c), w_i = 0 until it interpolates. Markers: networks, mean over {count} and
    standard error of the distance from theory. Lines: state evolution of the same teachers. Horizontal: its limits, the
    interpolators of least squared norm and of least sum of magnitudes."""
