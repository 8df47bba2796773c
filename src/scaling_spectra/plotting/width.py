"""Networks of few hidden units: risk against width, the best width and what it is worth."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from scaling_spectra.plotting import labels, style

PUBLISHED = {
    "published theory": {"marker": "x", "markersize": 4},
    "published networks": {"marker": style.MARKERS["quadratic"], "markerfacecolor": "white"},
}
FRONTIER = {"color": "black", "linewidth": 0.9}
BEST = {"marker": "v", "color": "black", "linestyle": "none", "markersize": 4}
# columns of the risks that are compared, with their looks
RIVALS = {
    "best_risk": ("best width", {"color": "#D55E00"}),
    "decay_risk": ("full width, best weight decay", {"color": "#0072B2", "linestyle": "--"}),
    "full_risk": ("full width, small weight decay", {"color": "#009E73", "linestyle": (0, (3, 1, 1, 1))}),
    "bayes_risk": ("Bayes-optimal", {"color": "0.15", "linestyle": (0, (1, 1))}),
}


def compose_risk(
    study: pd.DataFrame,
    curves: pd.DataFrame,
    published: pd.DataFrame,
    named: dict[str, str],
    of_published: tuple[float, int],
    between: pd.DataFrame | None = None,
) -> tuple:
    """Figure `width_risk`, its numbers and its caption, from tables of their names; gamma and d of the published.

    Parameters
    ----------
    study, curves, published : DataFrame
        Tables ``few_hidden_units``, ``width_risk`` and ``width_published``.
    named : dict
        Label of each teacher by its key.
    of_published : tuple
        gamma and d of the published numbers.
    between : DataFrame, optional
        Table ``published_curves``: state evolution at full width between the published points.
    """
    full = published[["ratio", "theory"]].rename(columns={"theory": "risk"})
    if between is not None:
        fine = between[between["dim"] == of_published[1]]
        full = pd.DataFrame({"ratio": fine["ratio"] * fine["dim"], "risk": 2 * fine["predicted"]})
    parts = {"networks": study, "theory": curves, "published": published, "full width": full}
    points = pd.concat([part.assign(series=name) for name, part in parts.items()], ignore_index=True)
    figure = draw_risk(study, curves, published, full, of_published)
    first = study.iloc[0]
    caption = f"""Excess risk R = 2M of p hidden units, {named[first["teacher"]]}, Delta = {first["noise_var"]:g},
    lambda sqrt(p/d) = 0.5 sqrt(n_eff/d). Left: state evolution (lines) and networks, d = {first["dim"]}: lowest
    objective of {first["starts"]} initial weights, mean over data sets, bars from the least to the largest risk;
    stationary, not certified. Middle: state evolution at d = {curves["dim"].max():.0e}, darker for more samples;
    dashed, p^(1 - 2 gamma). Right: published numbers (arXiv:2606.28242)."""
    return figure, points, caption


def draw_risk(
    study: pd.DataFrame,
    curves: pd.DataFrame,
    published: pd.DataFrame,
    full: pd.DataFrame,
    of_published: tuple[float, int],
) -> Figure:
    """Networks on theory, theory at large d, published numbers."""
    style.use()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT, 2.75))
    small, large = (curves[curves["dim"] == dim] for dim in (curves["dim"].min(), curves["dim"].max()))
    _networks(left, study, small)
    _large(middle, large)
    _published(right, published, full, *of_published)
    left.set_ylabel(r"excess risk $R$")
    for panel in (left, middle):
        panel.set_xlabel("hidden units $p$")
    right.set_xlabel("$n/d$")
    handles = [
        Line2D([], [], color="0.3", label="state evolution"),
        Line2D([], [], color="0.3", label="networks", linestyle="none", marker=style.MARKERS["quadratic"]),
        Line2D([], [], label="best width", **BEST),
        Line2D([], [], label=r"$p^{1-2\gamma}$", **style.GUIDE),
        *(Line2D([], [], label=name, color="0.3", linestyle="none", **look) for name, look in PUBLISHED.items()),
    ]
    style.legend(figure, handles)
    return figure


def _colours(values: pd.Series) -> dict[float, tuple[float, ...]]:
    ordered = sorted(values.unique())
    return {
        value: plt.get_cmap("viridis_r")(0.15 + 0.8 * k / max(len(ordered) - 1, 1)) for k, value in enumerate(ordered)
    }


def _networks(panel: Axes, study: pd.DataFrame, curves: pd.DataFrame) -> None:
    colours = _colours(study["n_eff"])
    for n_eff, rows in curves.groupby("n_eff"):
        panel.plot(rows["hidden"], rows["risk"], color=colours[n_eff])
        panel.annotate(
            rf"$n_{{\rm eff}} = {n_eff:g}$",
            (rows["hidden"].iloc[-1], rows["risk"].iloc[-1]),
            xytext=(0, -11),
            textcoords="offset points",
            ha="right",
            fontsize=6.5,
            color=colours[n_eff],
        )
    for (n_eff, hidden), rows in study.groupby(["n_eff", "hidden"]):
        mean = rows["risk"].mean()
        spread = [[mean - rows["risk_least"].min()], [rows["risk_largest"].max() - mean]]
        sound = (rows["stationary"] == rows["starts"]).all()
        panel.errorbar(
            [hidden],
            [mean],
            yerr=np.maximum(spread, 0),
            fmt=style.MARKERS["quadratic"],
            color=colours[n_eff],
            markerfacecolor=colours[n_eff] if sound else "white",
            elinewidth=0.8,
        )
    style.log_axes(panel)
    panel.set_ylim(bottom=0.75 * min(curves["risk"].min(), study["risk_least"].min()))
    gamma = study["gamma"].iloc[0]
    exponent = rf"$\gamma = {gamma:g}$, " if pd.notna(gamma) else ""
    panel.set_title(f"networks, {exponent}${labels.dim(study['dim'].iloc[0])}$")


def _large(panel: Axes, curves: pd.DataFrame) -> None:
    every = sorted(curves["n_eff"].unique())
    chosen = every[:: max(1, len(every) // 4)]
    colours = _colours(pd.Series(chosen))
    for n_eff in chosen:
        rows = curves[curves["n_eff"] == n_eff]
        panel.plot(rows["hidden"], rows["risk"], color=colours[n_eff])
        best = rows.loc[rows["risk"].idxmin()]
        panel.plot(best["hidden"], best["risk"], **BEST)
    last = curves[curves["n_eff"] == every[-1]]
    gamma = last["gamma"].iloc[0]
    if pd.notna(gamma):
        guide = last[last["hidden"] <= last.loc[last["risk"].idxmin(), "hidden"]]
        middle = guide.iloc[len(guide) // 3]
        power = middle["risk"] * (guide["hidden"] / middle["hidden"]) ** (1 - 2 * gamma)
        panel.plot(guide["hidden"], 0.7 * power, **style.GUIDE)
    style.log_axes(panel)
    low, high = (np.log10(value) for value in (chosen[0], chosen[-1]))
    panel.set_title(
        rf"$n_{{\rm eff}} = 10^{{{low:.2g}}}\ldots 10^{{{high:.2g}}}$, ${labels.dim(curves['dim'].iloc[0])}$"
    )


def _published(panel: Axes, published: pd.DataFrame, full: pd.DataFrame, gamma: float, dim: int) -> None:
    colours = _colours(pd.Series([0, 1]))
    panel.plot(full["ratio"], full["risk"], color=colours[1])
    for name, look in PUBLISHED.items():
        panel.plot(published["ratio"], published[name.replace(" ", "_")], linestyle="none", color=colours[1], **look)
    panel.plot(published["ratio"], published["best_risk"], color=colours[0])
    panel.plot(published["ratio"], published["best_risk"], **BEST)
    for row in published.itertuples():
        place = (row.ratio, row.best_risk)
        panel.annotate(f"{row.best}", place, xytext=(-3, -9), textcoords="offset points", fontsize=6, ha="right")
    style.log_axes(panel)
    panel.set_ylim(bottom=published["best_risk"].min() / 2)
    panel.set_xlim(left=published["ratio"].min() / 2)
    panel.set_title(rf"full and best width, $\gamma = {gamma:g}$, ${labels.dim(dim)}$", fontsize=7)


def compose_best(best: pd.DataFrame, curves: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure `width_best`, its numbers and its caption, from tables of their names."""
    large, grid = (table[table["dim"] == table["dim"].max()] for table in (best, curves))
    frontier = compute_frontier(grid)
    parts = {"best": best, "compute": frontier}
    points = pd.concat([part.assign(series=name) for name, part in parts.items()], ignore_index=True)
    first = large.iloc[0]
    caption = f"""Best width, {named[first["teacher"]]}, Delta = {first["noise_var"]:g}, d = {first["dim"]:.0e}. Left:
    number of hidden units of the least risk in state evolution, and by the law; dashed, (4 n_eff/(3
    Delta))^(1/(2 gamma)). Middle: risk R = 2M at the best width, beside full width at its best or at a small weight
    decay and the Bayes-optimal risk. Right: risk against compute p n/d; black, the least at each compute."""
    return draw_best(best, grid, frontier), points, caption


def compute_frontier(grid: pd.DataFrame) -> pd.DataFrame:
    """Points of a grid in (n_eff, p) that none of at most the same p n_eff undercuts, in the order of compute."""
    ordered = grid.assign(compute=grid["n_eff"] * grid["hidden"]).sort_values(["compute", "risk"])
    return ordered[ordered["risk"] < ordered["risk"].cummin().shift(fill_value=np.inf)]


def draw_best(best: pd.DataFrame, grid: pd.DataFrame, frontier: pd.DataFrame) -> Figure:
    """Best width, its risk, compute."""
    style.use()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT, 2.75))
    large = best[best["dim"] == best["dim"].max()]
    left.plot(large["n_eff"], large["best"], color="#D55E00")
    left.plot(large["n_eff"], large["law"], linestyle="none", marker="+", color="black", markersize=4)
    gamma, noise = large["gamma"].iloc[0], large["noise_var"].iloc[0]
    if pd.notna(gamma):
        left.plot(large["n_eff"], (4 * large["n_eff"] / (3 * noise)) ** (1 / (2 * gamma)), **style.GUIDE)
    for column, (_, look) in RIVALS.items():
        middle.plot(large["n_eff"], large[column], **look)
    compute = grid["n_eff"] * grid["hidden"]
    right.scatter(compute, grid["risk"], s=2, c=np.log(grid["hidden"]), cmap="viridis_r", linewidths=0)
    right.plot(frontier["compute"], frontier["risk"], **FRONTIER)
    titles = ("best width", "its risk, beside others", "every width")
    for panel, title in zip((left, middle, right), titles, strict=True):
        style.log_axes(panel)
        panel.set_title(title)
    left.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    left.yaxis.set_major_formatter("{x:g}")
    for panel in (left, middle):
        panel.set_xlabel(r"$n_{\rm eff}$")
    right.set_xlabel(r"compute $p\,n/d$")
    left.set_ylabel("best width $p^*$")
    middle.set_ylabel(r"excess risk $R$")
    right.set_ylabel(r"excess risk $R$ (darker: wider)")
    handles = [Line2D([], [], label=label, **look) for label, look in RIVALS.values()]
    handles += [
        Line2D([], [], linestyle="none", marker="+", color="black", label="law"),
        Line2D([], [], label="$R \\ll \\Delta$", **style.GUIDE),
        Line2D([], [], label="least at each compute", **FRONTIER),
    ]
    style.legend(figure, handles)
    return figure
