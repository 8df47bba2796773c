"""What each feature adds to the risk, and the sum over features beside the exact risk."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scaling_spectra.networks.quadratic.price import own_entries
from scaling_spectra.plotting import labels, style

CURVE, SUM, LEARNED = "price of a feature", "sum over features", "row and column of a feature"
MARKERS = ("o", "s", "D", "^", "v")
# Okabe and Ito's blue, vermilion and green, by gamma
OF_EXPONENT = ("#0072B2", "#D55E00", "#009E73")
LEVEL = {"color": "0.6", "linewidth": 0.6, "zorder": 0}
# of the curves beside measured features, in decades of s/delta
CURVE_POINTS, BEYOND = 60, 1.3
LOWEST, HIGHEST = -1.0, 1.6


def compose(price: pd.DataFrame, study: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    price, study : DataFrame
        Tables ``price_of_a_feature`` and ``feature_price``; of the latter the largest d and noise level are drawn.
    named : dict
        Labels of teachers by their keys.
    """
    for name in ("noise_var", "dim", "n_eff"):
        study = study[study[name] == study[name].max()]
    learned = measured(study)
    points = pd.concat([price[price["status"] == "solved"], learned], ignore_index=True)
    return draw(points), points, caption(points, study, named)


def measured(study: pd.DataFrame) -> pd.DataFrame:
    """Row and column of each feature beyond those of noise, over s^2: mean and standard error over replicas."""
    sound = study[study["converged"] & study["unique"] & study["risk"].notna()]
    rows = []
    for decay, points in sound.groupby("weight_decay"):
        first = points.iloc[0]
        threshold, features = first["threshold"] / first["delta"], [c for c in points if c.startswith("own_")]
        for name in features:
            scale = first[name.replace("own", "scale")] / first["delta"]
            noise, expected = own_entries(np.array([0.0, scale]), threshold)
            held = points[name] / first["delta"] ** 2
            rows.append(
                {
                    "series": LEARNED,
                    "network": first["network"],
                    "dim": first["dim"],
                    "n_eff": first["n_eff"],
                    "weight_decay": decay,
                    "threshold": threshold,
                    "scale": scale,
                    "value": (held.mean() - noise) / scale**2,
                    "standard_error": held.sem() / scale**2,
                    "predicted": (expected - noise) / scale**2,
                    "replicas": len(held),
                }
            )
    columns = ["value", "standard_error", "predicted", "replicas"]
    return pd.DataFrame(rows, columns=None if rows else ["series", "scale", "threshold", *columns])


def draw(points: pd.DataFrame) -> Figure:
    """Prices of both networks above; features of a network and sums over features below."""
    style.use()
    figure, ((quadratic, diagonal), (learned, sums)) = plt.subplots(2, 2, figsize=(style.TEXT, 5.0))
    for panel, network in ((quadratic, "quadratic"), (diagonal, "diagonal")):
        curves = points[(points["series"] == CURVE) & (points["network"] == network)]
        thresholds = sorted(curves["threshold"].unique())
        for index, (threshold, line) in enumerate(curves.groupby("threshold")):
            panel.plot(line["scale"], line["value"], color=_shade(index, len(thresholds)), label=f"{threshold:g}")
        panel.set_title(f"{network}: price of a feature")
        panel.set_ylabel(r"$m(s)\,/\,s^2$")
        panel.set_xlabel(r"$s/\delta$")
        panel.legend(title=r"$b/\delta$", loc="lower left", handlelength=1.4, title_fontsize=6.5)
    _learned(learned, points[points["series"] == LEARNED])
    _sums(sums, points[points["series"] == SUM])
    for panel in (quadratic, diagonal, learned):
        style.log_axes(panel)
    for panel in (quadratic, diagonal, sums):
        panel.axhline(1, **LEVEL)
    return figure


def _shade(index: int, count: int) -> tuple:
    return plt.get_cmap("viridis_r")(0.12 + 0.83 * index / max(count - 1, 1))


def _learned(panel: Axes, rows: pd.DataFrame) -> None:
    groups = list(rows.groupby("threshold"))
    for index, (threshold, here) in enumerate(groups):
        colour = _shade(index, len(groups))
        scale = np.geomspace(here["scale"].min() / BEYOND, here["scale"].max() * BEYOND, CURVE_POINTS)
        noise = own_entries(0.0, threshold)
        panel.plot(scale, (own_entries(scale, threshold) - noise) / scale**2, color=colour)
        label = rf"$b/\delta = {threshold:.2f}$"
        style.simulated(panel, here, "scale", "value", MARKERS[index % len(MARKERS)], colour, label=label)
    if len(rows):
        first = rows.iloc[0]
        at = f"{labels.symbol(first['network'])} = {first['n_eff']:g}"
        panel.set_title(rf"features of a network, $d = {first['dim']:g}$, ${at}$")
        panel.legend(loc="lower left", handlelength=1.2)
    panel.set_xlabel(r"$s_i/\delta$")
    panel.set_ylabel(r"row and column of $i$, over $s_i^2$")


def _sums(panel: Axes, rows: pd.DataFrame) -> None:
    for colour, marker, (_, here) in zip(OF_EXPONENT, MARKERS, rows.groupby("exponent"), strict=False):
        kept = here[here["found"] > 0]
        look = {"linestyle": "none", "marker": marker, "color": colour, "markersize": 3.0}
        shown = kept["paper"].clip(LOWEST, HIGHEST)
        panel.plot(kept["found"], shown, markerfacecolor="none", markeredgewidth=0.7, alpha=0.8, **look)
        panel.plot(kept["found"], kept["value"], markeredgecolor="white", markeredgewidth=0.3, **look)
    style.log_axes(panel, y=False)
    panel.set_ylim(LOWEST - 0.1, HIGHEST)
    panel.set_title("sum over features")
    panel.set_xlabel(r"features found $K/d$")
    panel.set_ylabel(r"sum$\,/\,R$")
    grey = {"color": "0.25", "linestyle": "none", "marker": "o", "markersize": 3.0}
    handles = [
        Line2D([], [], label="prices", **grey),
        Line2D([], [], label="the paper's parts", markerfacecolor="none", **grey),
    ]
    for colour, marker, exponent in zip(OF_EXPONENT, MARKERS, sorted(rows["exponent"].unique()), strict=False):
        look = grey | {"color": colour, "marker": marker}
        handles.append(Line2D([], [], label=rf"$\gamma = {exponent:g}$", **look))
    panel.legend(handles=handles, loc="lower left", handlelength=1.0)


def caption(points: pd.DataFrame, study: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = study.iloc[0]
    learned = points[points["series"] == LEARNED]
    count = labels.replicas(learned["replicas"]) if len(learned) else "no replica"
    return f"""What a feature of scale s adds to the risk, over s^2 (lost: 1). Above: theory at effective noise delta
    and threshold b. Below, left: row and column of the error matrix in the teacher's basis beyond noise, features
    of trained networks ({named[first["teacher"]]}, Delta = {first["noise_var"]:g}, {count}) on theory. Right:
    overfitting and prices (filled) and the paper's sum (open, cut at {LOWEST:g}) over the exact risk, phases IV to
    VIb."""
