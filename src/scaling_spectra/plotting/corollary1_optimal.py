"""Corollary 1: the risk along the weight decay, and at its best beside the Bayes-optimal risk."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.plotting import labels, style
from scaling_spectra.plotting.room import apart

CURVE, TRAINED, SOLVED = "state evolution", "trained", "convex equivalent"
BEST, BULK = "best weight decay", "noise bulk disappears"
OPTIMAL, BAYES, AT_BEST = "risk at the best weight decay", "Bayes-optimal risk", "networks near the best weight decay"
GUIDE, RATIO, PREDICTED = "predicted slope", "best weight decay, scaled", "noise bulk disappears, scaled"
FAMILY = list(ENSEMBLE)
# guides are drawn this far above the risk they belong to
LIFT = 1.5
# least distance of two labels, as a share of their range
LABEL = 0.07
OPEN = {"markerfacecolor": "white", "linestyle": "none", "color": "0.15"}


def compose(
    training: pd.DataFrame,
    decay: pd.DataFrame,
    optimal: pd.DataFrame,
    landmarks: pd.DataFrame,
    named: dict[str, str],
) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    training, decay, optimal : DataFrame
        Trained points, of which the largest noise level is drawn, state evolution along lambda for their teachers,
        and its minima along n_eff.
    landmarks : DataFrame
        n_eff that the best weight decay is drawn in units of.
    named : dict
        Label of each teacher by its key.
    """
    training, decay, optimal, landmarks = labels.noisiest(training, decay, optimal, landmarks)
    units = _units(landmarks)
    points = plotted(training, decay, optimal, units)
    return draw(points), points, caption(training, points, named)


def plotted(
    training: pd.DataFrame, decay: pd.DataFrame, optimal: pd.DataFrame, units: dict[tuple[str, int], float]
) -> pd.DataFrame:
    """Exactly the numbers of the figure: series, network, dim, n_eff, weight_decay, value, standard_error, replicas."""
    sound = training["converged"] & training["unique"]
    point = [*FAMILY, "n_eff", "weight_decay"]
    means = training[sound].groupby([*point, "method"])["risk"]
    means = means.agg(value="mean", standard_error="sem", replicas="count").reset_index()
    trained = means["method"] == "network"
    at_scanned = optimal.merge(training[[*FAMILY, "n_eff"]].drop_duplicates())
    here = optimal[optimal["teachers"] > 0]
    large = optimal[(optimal["teachers"] == 0) & optimal["bayes_risk"].notna()]
    large = large[large["n_eff"] <= large["network"].map(here.groupby("network")["n_eff"].max())]
    # one point makes no line
    large = large[large.groupby(FAMILY)["n_eff"].transform("size") > 1]
    shown = pd.concat([here, large])
    ratios = optimal.assign(scale=np.sqrt(optimal["n_eff"] / optimal["dim"]))
    ratios["n_eff"] = [
        row.n_eff / units[row.network, row.dim] for row in ratios[["network", "dim", "n_eff"]].itertuples()
    ]
    parts = {
        CURVE: decay.assign(value=decay["risk"]),
        TRAINED: means[trained],
        SOLVED: means[~trained],
        BEST: at_scanned[at_scanned["weight_decay"] >= decay["weight_decay"].min()].assign(value=at_scanned["risk"]),
        BULK: _on_curves(at_scanned, decay),
        OPTIMAL: shown.assign(value=shown["risk"]),
        BAYES: shown.assign(value=shown["bayes_risk"]),
        AT_BEST: _nearest(means, at_scanned),
        GUIDE: _guides(shown, units),
        RATIO: ratios.assign(value=ratios["weight_decay"] / ratios["scale"]),
        PREDICTED: ratios.assign(value=ratios["bulk_disappears"] / ratios["scale"]),
    }
    columns = ["series", *FAMILY, "n_eff", "weight_decay", "value", "standard_error", "replicas", "slope"]
    # empty parts have no types to add
    present = [part.assign(series=name) for name, part in parts.items() if len(part)]
    return labels.with_gamma(pd.concat(present, ignore_index=True).reindex(columns=columns), optimal)


def _units(landmarks: pd.DataFrame) -> dict[tuple[str, int], float]:
    """n_eff from which every feature stands above the noise; of the interpolation peak without a power law."""
    power_law = landmarks["gamma"].notna()
    shown = landmarks[landmarks["landmark"] == power_law.map({True: "full spectrum", False: "interpolation"})]
    return {(row.network, row.dim): row.n_eff for row in shown.itertuples()}


def _on_curves(minima: pd.DataFrame, decay: pd.DataFrame) -> pd.DataFrame:
    """The points of the curves at lambda_c."""
    rows = []
    for minimum in minima.to_dict("records"):
        curve = decay.merge(pd.DataFrame([minimum])[[*FAMILY, "n_eff"]]).sort_values("weight_decay")
        lam = minimum["bulk_disappears"]
        height = np.exp(np.interp(np.log(lam), np.log(curve["weight_decay"]), np.log(curve["risk"])))
        rows.append({name: minimum[name] for name in (*FAMILY, "n_eff")} | {"weight_decay": lam, "value": height})
    return pd.DataFrame(rows)


def _nearest(means: pd.DataFrame, minima: pd.DataFrame) -> pd.DataFrame:
    """Simulated points at the weight decay closest to the best one; the smallest where none is better than none."""
    both = means.merge(minima[[*FAMILY, "n_eff", "weight_decay"]], on=[*FAMILY, "n_eff"], suffixes=("", "_best"))
    best = both["weight_decay_best"].clip(lower=both["weight_decay"].min() / 10)
    both["distance"] = np.abs(np.log(both["weight_decay"] / best))
    return both.loc[both.groupby([*FAMILY, "n_eff"])["distance"].idxmin()].drop(columns=["distance"])


def _guides(lines: pd.DataFrame, units: dict[tuple[str, int], float]) -> pd.DataFrame:
    """The rate before the whole spectrum is learned, above the largest d, and after it, above the smallest."""
    rows = []
    for network, of_network in lines.groupby("network"):
        largest, smallest = (of_network[of_network["dim"] == end(of_network["dim"])] for end in (max, min))
        gamma, last = largest["gamma"].iloc[0], of_network["n_eff"].max()
        if np.isnan(gamma):
            continue
        corner = units[network, smallest["dim"].iloc[0]]
        guides = [(smallest, -1.0, (2 * corner, last))]
        if of_network["dim"].nunique() > 1:
            guides.insert(0, (largest, -1 + 1 / (2 * gamma), (last / 30, last / 2)))
        for line, slope, ends in guides:
            ends = np.array(ends)
            middle = np.sqrt(ends.prod())
            height = LIFT * np.exp(np.interp(np.log(middle), np.log(line["n_eff"]), np.log(line["risk"])))
            family = {name: line[name].iloc[0] for name in FAMILY}
            rows += [family | {"n_eff": x, "value": height * (x / middle) ** slope, "slope": slope} for x in ends]
    return pd.DataFrame(rows)


def draw(points: pd.DataFrame) -> Figure:
    """One row per network: risk along lambda, risk at its best along n_eff, best lambda along n_eff."""
    style.use()
    networks = labels.present(points)
    size = (style.TEXT, 0.6 + 2.1 * len(networks))
    figure, grid = plt.subplots(len(networks), 3, figsize=size, squeeze=False)
    for panels, (network, symbol) in zip(grid, networks.items(), strict=True):
        rows = points[points["network"] == network]
        _along_decay(panels[0], rows, network, symbol)
        _at_best(panels[1], rows, network, symbol)
        _scaled(panels[2], rows, network)
    _legend(figure, points)
    return figure


def _along_decay(panel: Axes, points: pd.DataFrame, network: str, symbol: str) -> None:
    curves = points[points["series"] == CURVE]
    values = sorted(curves["n_eff"].unique())
    ends = curves.loc[curves.groupby("n_eff")["weight_decay"].idxmin()].set_index("n_eff")["value"]
    heights = apart(ends, LABEL * np.ptp(np.log(ends)))
    # curves have labels; colour stands for d
    colour = style.dim_colour(points["dim"].min())
    for n_eff in values:
        rows = points[points["n_eff"] == n_eff]
        line = rows[rows["series"] == CURVE]
        panel.plot(line["weight_decay"], line["value"], color=colour, zorder=2)
        for series in (TRAINED, SOLVED):
            points_of = rows[rows["series"] == series]
            style.simulated(
                panel, points_of, "weight_decay", "value", style.MARKERS[network], colour, hollow=series == SOLVED
            )
        for series, marker, markersize in ((BEST, "*", 6.5), (BULK, "d", 3.8)):
            place = rows[rows["series"] == series]
            panel.plot(place["weight_decay"], place["value"], marker=marker, markersize=markersize, zorder=4, **OPEN)
        panel.annotate(
            f"{n_eff:g}",
            (line["weight_decay"].min(), heights[n_eff]),
            xytext=(-2, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=5.5,
            color=colour,
        )
    style.log_axes(panel)
    low, high = panel.get_xlim()
    panel.set_xlim(low / 3, high)
    panel.set_xlabel(r"weight decay $\lambda$")
    panel.set_ylabel(r"excess risk $R$")
    panel.set_title(rf"{network}, $d = {points['dim'].min()}$; labels: ${symbol}$")


def _at_best(panel: Axes, points: pd.DataFrame, network: str, symbol: str) -> None:
    dims = sorted(points.loc[points["series"] == OPTIMAL, "dim"].unique())
    colour = style.dim_colour(dims[0])
    for series, look in ((OPTIMAL, {}), (BAYES, {"linestyle": (0, (1, 1))})):
        for dim in dims:
            line = points[(points["series"] == series) & (points["dim"] == dim)]
            panel.plot(line["n_eff"], line["value"], **(style.dim_line(dim) | look))
    for dim in dims[1:]:
        end = points[(points["series"] == OPTIMAL) & (points["dim"] == dim)].iloc[-1]
        panel.annotate(
            f"${labels.dim(dim)}$",
            (end["n_eff"], end["value"]),
            xytext=(3, 0),
            textcoords="offset points",
            fontsize=6.5,
            va="center",
            color=style.dim_colour(dim),
        )
    style.simulated(panel, points[points["series"] == AT_BEST], "n_eff", "value", style.MARKERS[network], colour)
    for slope, ends in points[points["series"] == GUIDE].groupby("slope"):
        panel.plot(ends["n_eff"], ends["value"], **style.GUIDE)
        panel.annotate(
            labels.slope(slope),
            np.exp(np.log(ends[["n_eff", "value"]]).mean()).to_numpy(),
            xytext=(2, 2),
            textcoords="offset points",
            fontsize=6,
            color=style.GUIDE["color"],
        )
    style.log_axes(panel)
    panel.set_xlim(right=20 * points.loc[points["series"] == OPTIMAL, "n_eff"].max())
    panel.set_xlabel(r"effective samples $n_{\rm eff}$")
    panel.set_ylabel(r"$R$ at $\lambda_{\rm opt}$")
    panel.set_title(rf"{network}, $n_{{\rm eff}} = {symbol}$, $d = {points['dim'].min()}$")


def _scaled(panel: Axes, points: pd.DataFrame, network: str) -> None:
    ratios = points[points["series"] == RATIO]
    looks = _dim_looks(ratios)
    for dim, rows in ratios.groupby("dim"):
        panel.plot(rows["n_eff"], rows["value"], **looks[dim])
        level = points[(points["series"] == PREDICTED) & (points["dim"] == dim)]["value"].iloc[0]
        panel.axhline(level, **(style.GUIDE | {"linestyle": looks[dim]["linestyle"]}))
    top = points.loc[points["series"] == PREDICTED, "value"].max()
    panel.set_xscale("log")
    panel.xaxis.set_major_locator(LogLocator(10, numticks=4))
    panel.xaxis.set_major_formatter(style.power_of_ten)
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_ylim(0, 1.35 * top)
    panel.set_title(rf"{network}; horizontal: $\lambda_c$")
    unit = "at the peak" if points["gamma"].isna().any() else "where VIa ends"
    panel.set_xlabel(rf"$n_{{\rm eff}}$ over that {unit}")
    panel.set_ylabel(r"$\lambda_{\rm opt}/\sqrt{n_{\rm eff}/d}$")


def _dim_looks(ratios: pd.DataFrame) -> dict[int, dict]:
    """Colour and stroke of each dimension of one network."""
    return {dim: style.dim_line(dim) for dim in sorted(ratios["dim"].unique())}


def _legend(figure: Figure, points: pd.DataFrame) -> None:
    grey = {"color": "0.25"}
    handles = [
        Line2D([], [], label=CURVE, **grey),
        *(
            Line2D([], [], linestyle="none", marker=style.MARKERS[network], label=f"{TRAINED}, {network}", **grey)
            for network in sorted(points["network"].unique())
        ),
    ]
    for network in points.loc[points["series"] == SOLVED, "network"].unique()[:1]:
        look = {"marker": style.MARKERS[network], "markerfacecolor": "white"}
        handles.append(Line2D([], [], linestyle="none", label=SOLVED, **look, **grey))
    handles += [
        Line2D([], [], marker="*", markersize=6.5, label=rf"{BEST} $\lambda_{{\rm opt}}$", **OPEN),
        Line2D([], [], marker="d", markersize=3.8, label=rf"$\lambda_c$: {BULK}", **OPEN),
        Line2D([], [], color="0.15", linestyle=(0, (1, 1)), label=BAYES),
    ]
    if (points["series"] == GUIDE).any():
        handles.append(Line2D([], [], label=GUIDE, **style.GUIDE))
    looks = {}
    for _, ratios in points[points["series"] == RATIO].groupby("network"):
        looks |= _dim_looks(ratios)
    handles += [Line2D([], [], label=f"${labels.dim(dim)}$", **looks[dim]) for dim in sorted(looks)]
    style.legend(figure, handles, handlelength=2.2, columnspacing=1.1)


def caption(training: pd.DataFrame, points: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = training.iloc[0]
    guides = "; dashed, predicted slopes" if (points["series"] == GUIDE).any() else ""
    solved = " (hollow: convex equivalent)" if (points["series"] == SOLVED).any() else ""
    return f"""Corollary 1, {named[first["teacher"]]}, Delta =
    {first["noise_var"]:g}{labels.matrix_risk(points["network"])}. Left: excess risk against weight decay at labelled
    n_eff; lines, state evolution; markers, networks{solved}, mean and standard error over
    {labels.replicas(training.groupby(["network", "dim"])["replica"].nunique())}; stars, lambda_opt; diamonds, lambda_c,
    where the noise bulk disappears. Middle: risk at lambda_opt and of networks nearest to it; dotted,
    Bayes-optimal{guides}. Right: lambda_opt scaled; horizontal, lambda_c. Larger d: averages over teachers."""
