"""The signed network: risk against effective samples, and a learned spectrum with outliers on both sides."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style
from scaling_spectra.records import SOLVED

THEORY, SIMULATED, CONVEX = "theory", "network", "convex equivalent"
COUNTS, LAW, OUTLIER = "eigenvalues", "law", "outlier"
RULE = ["decay_coefficient", "decay_exponent"]
COLOURS = ("#5E3C99", "#B2ABD2", "#E66101")


def compose(training: pd.DataFrame, theory: pd.DataFrame, learned: pd.DataFrame) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    training, theory : DataFrame
        Tables of the experiment ``signed``.
    learned : DataFrame
        Table of learned eigenvalues of one point.
    """
    points = pd.concat([risks(training, theory), learned], ignore_index=True)
    return draw(points), points, caption(points)


def risks(training: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Curves of theory and means over trained and solved replicas of the largest noise level and dimension."""
    kept = []
    for table in (training, theory):
        table = table[(table["noise_var"] == table["noise_var"].max()) & (table["status"] == SOLVED)]
        kept.append(table[table["dim"] == table["dim"].max()])
    trained, solved = kept
    trained = trained[trained["converged"] & trained["unique"]]
    by = [*RULE, "weight_decay", "dim", "n_eff"]
    line = solved.groupby(by)["risk"].mean().reset_index().rename(columns={"risk": "value"}).assign(series=THEORY)
    means = trained.groupby([*by, "method"]).agg(value=("risk", "mean"), standard_error=("risk", "sem")).reset_index()
    means["series"] = means.pop("method").map({"network": SIMULATED, "convex": CONVEX})
    return pd.concat([line, means], ignore_index=True)


def draw(points: pd.DataFrame) -> Figure:
    """Risks left, the spectrum right."""
    style.use()
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT, 2.9))
    curves = points[points["series"].isin([THEORY, SIMULATED, CONVEX])]
    handles = []
    for colour, (rule, rows) in zip(COLOURS, curves.groupby(RULE), strict=False):
        line = rows[rows["series"] == THEORY]
        left.plot(line["n_eff"], line["value"], color=colour)
        for series in (SIMULATED, CONVEX):
            here = rows[rows["series"] == series]
            style.simulated(left, here, "n_eff", "value", style.MARKERS["signed"], colour, hollow=series == CONVEX)
        handles.append(Line2D([], [], color=colour, marker=style.MARKERS["signed"], label=labels.weight_decay(*rule)))
    if (points["series"] == CONVEX).any():
        handles.append(Line2D([], [], linestyle="none", marker="^", color="0.3", markerfacecolor="white", label=CONVEX))
    style.log_axes(left)
    left.set_title(rf"signed network, $d = {curves['dim'].max():g}$")
    left.set_xlabel(rf"effective samples $n_{{\rm eff}} = {labels.symbol('signed')}$")
    left.set_ylabel(r"excess risk $R$")
    left.legend(handles=handles, fontsize=6)
    _spectrum(right, points)
    return figure


def _spectrum(panel: Axes, points: pd.DataFrame) -> None:
    counts, law, outliers = (points[points["series"] == series] for series in (COUNTS, LAW, OUTLIER))
    width = 0.9 * np.min(np.diff(counts["place"]))
    panel.bar(counts["place"], counts["value"], width=width, color="0.8", label="learned")
    look = {"color": style.NETWORK_COLOURS["signed"], "drawstyle": "steps-mid", "label": "predicted, bin by bin"}
    panel.plot(law["place"], law["value"], **look)
    look = {"color": "#B2182B", "clip_on": False, "zorder": 4, "label": "predicted outliers", "linestyle": "none"}
    panel.plot(outliers["place"], np.zeros(len(outliers)), marker="^", **look)
    panel.set_yscale("symlog", linthresh=0.5)
    panel.set_ylim(0, 3 * max(counts["value"].max(), law["value"].max()))
    panel.yaxis.set_major_formatter("{x:g}")
    first = counts.iloc[0]
    panel.set_title(rf"$\lambda = {first['weight_decay']:.3g}$, $n_{{\rm eff}} = {first['n_eff']:g}$")
    panel.set_xlabel("learned eigenvalues that are not zero")
    panel.set_ylabel("eigenvalues a replica and bin")
    panel.legend(fontsize=6)


def caption(points: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    solved = ", convex equivalents (hollow)" if (points["series"] == CONVEX).any() else ""
    return f"""The signed network, half of whose second layer is +1 and half -1; the teacher's signs alternate. Left:
    excess risk against effective samples, trained networks (filled){solved}, state evolution
    (lines). Right: learned eigenvalues, pooled over replicas (bars), their predicted numbers (line) and the predicted
    outliers (triangles)."""
