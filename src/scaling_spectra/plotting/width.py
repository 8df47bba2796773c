"""Networks of few hidden units: risk against width, the best width and what it is worth."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.plotting import labels, style

BEST = {"marker": "v", "color": "black", "linestyle": "none", "markersize": 4}
# columns of the risks that are compared, with their looks
RIVALS = {
    "best_risk": ("best width", {"color": "#D55E00"}),
    "decay_risk": ("full width, best weight decay", {"color": "#0072B2", "linestyle": "--"}),
    "full_risk": ("full width, small weight decay", {"color": "#009E73", "linestyle": ":"}),
    "bayes_risk": ("Bayes-optimal", {"color": "black", "linewidth": 0.8}),
}


def compose_risk(
    study: pd.DataFrame,
    curves: pd.DataFrame,
    published: pd.DataFrame,
    named: dict[str, str],
    of_published: tuple[float, int],
) -> tuple:
    """Figure `width_risk`, its numbers and its caption, from tables of their names; gamma and d of the published."""
    parts = {"networks": study, "theory": curves, "published": published}
    points = pd.concat([part.assign(series=name) for name, part in parts.items()], ignore_index=True)
    figure = draw_risk(study, curves, published, of_published)
    first = study.iloc[0]
    caption = f"""Excess risk R = 2M of p hidden units, {named[first["teacher"]]}, Delta = {first["noise_var"]:g},
    lambda sqrt(p/d) = 0.5 sqrt(n_eff/d). Left: state evolution (lines) and networks, d = {first["dim"]}: lowest
    objective of {first["starts"]} initial weights, mean over data sets, bars from the least to the largest risk;
    stationary, not certified. Middle: state evolution at d = {curves["dim"].max():.0e}, darker for more samples;
    dashed, p^(1 - 2 gamma). Right: published numbers (arXiv:2606.28242)."""
    return figure, points, caption


def draw_risk(
    study: pd.DataFrame, curves: pd.DataFrame, published: pd.DataFrame, of_published: tuple[float, int]
) -> Figure:
    """Networks on theory, theory at large d, published numbers."""
    style.use()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(style.TEXT, 2.75))
    small, large = (curves[curves["dim"] == dim] for dim in (curves["dim"].min(), curves["dim"].max()))
    _networks(left, study, small)
    _large(middle, large)
    _published(right, published, *of_published)
    left.set_ylabel(r"excess risk $R$")
    for panel in (left, middle):
        panel.set_xlabel("hidden units $p$")
    right.set_xlabel("$n/d$")
    handles = [
        Line2D([], [], color="0.3", label="state evolution"),
        Line2D([], [], color="0.3", label="networks", linestyle="none", marker=style.MARKERS["quadratic"]),
        Line2D([], [], label="best width", **BEST),
        Line2D([], [], label=r"$p^{1-2\gamma}$", **style.GUIDE),
        Line2D([], [], label="published", color="0.3", linestyle="none", marker="x"),
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


def _published(panel: Axes, published: pd.DataFrame, gamma: float, dim: int) -> None:
    colours = _colours(pd.Series([0, 1]))
    panel.plot(published["ratio"], published["theory"], color=colours[1])
    panel.plot(published["ratio"], published["published_theory"], "x", color=colours[1], markersize=4)
    panel.plot(
        published["ratio"],
        published["published_networks"],
        linestyle="none",
        marker=style.MARKERS["quadratic"],
        markerfacecolor="white",
        color=colours[1],
    )
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
    right.plot(frontier["compute"], frontier["risk"], color="black", linewidth=0.9)
    for panel in (left, middle, right):
        style.log_axes(panel)
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
    ]
    style.legend(figure, handles)
    return figure


# regions from the narrowest networks on, with their colours and what is written there
REGION_LOOKS = {
    "width": ("#56B4E9", r"$p^{1-2\gamma}$"),
    "noise": ("#E69F00", r"$p/n_{\rm eff}$"),
    "beyond the peak": ("#CC79A7", "falls"),
    "wide": ("#009E73", "as $p = d$"),
    "shrinkage": ("#F0E442", r"$(\sqrt{p}/n_{\rm eff})^{2-1/\gamma}$"),
    "nothing": ("0.8", "const"),
}
# their opacity
PALE = 0.55
# a region is labelled if it has this share of the grid
LABELLED = 0.03
LINES = {"best": "-", "interpolation": "--", "enough": ":"}


def compose_phases(phases: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure `width_phases`, its numbers and its caption, from the table of its name."""
    first = phases.iloc[0]
    caption = f"""What limits a network of p hidden units, {named[first["teacher"]]}, Delta = {first["noise_var"]:g},
    lambda = {first["weight_decay"]:g}, d = {first["dim"]:.0e}. Left: predicted regions with the rate of R;
    lines, best width (solid), interpolation peak p = n_eff/2 (dashed), and the width from which more only makes weight
    decay stronger (dotted). Right: state evolution, local exponent of R in p, with the same lines."""
    return draw_phases(phases), phases, caption


def draw_phases(phases: pd.DataFrame) -> Figure:
    """Regions, and the local exponent of state evolution in p."""
    style.use()
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT, 2.9), sharey=True)
    grid = phases.pivot(index="hidden", columns="n_eff", values="slope_hidden")
    codes = phases.assign(code=phases["region"].map(list(REGION_LOOKS).index))
    regions = codes.pivot(index="hidden", columns="n_eff", values="code")
    colours = ListedColormap([colour for colour, _ in REGION_LOOKS.values()])
    left.pcolormesh(
        regions.columns, regions.index, regions, cmap=colours, vmin=-0.5, vmax=len(REGION_LOOKS) - 0.5, alpha=PALE
    )
    for region, (_, words) in REGION_LOOKS.items():
        inside = phases[phases["region"] == region]
        if len(inside) >= LABELLED * len(phases):
            place = np.exp(np.log(inside[["n_eff", "hidden"]]).mean())
            left.text(place["n_eff"], place["hidden"], words, ha="center", va="center", fontsize=7)
    image = right.pcolormesh(grid.columns, grid.index, grid, cmap="RdBu_r", vmin=-1, vmax=1)
    figure.colorbar(image, ax=right, label=r"$d \log R / d \log p$")
    lines = phases.drop_duplicates("n_eff")
    for panel in (left, right):
        for name, stroke in LINES.items():
            panel.plot(lines["n_eff"], lines[name], color="black", linestyle=stroke, linewidth=0.9)
        style.log_axes(panel)
        panel.set_xlabel(r"$n_{\rm eff}$")
        panel.set_xlim(lines["n_eff"].min(), lines["n_eff"].max())
        panel.set_ylim(phases["hidden"].min(), phases["hidden"].max())
    left.set_ylabel("hidden units $p$")
    left.set_title("predicted")
    right.set_title("state evolution")
    return figure
