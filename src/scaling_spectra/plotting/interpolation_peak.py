"""The interpolation peak: its height against weight decay, its place in n_eff."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.plotting import labels, style

PEAK = [*ENSEMBLE, "n_eff"]
POINT = [*PEAK, "weight_decay"]
PREDICTED = {"color": "0.82", "linewidth": 4, "zorder": 1}


def compose(
    height: pd.DataFrame, profile: pd.DataFrame, named: dict[str, str], training: pd.DataFrame | None = None
) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    height, profile : DataFrame
        Risk at the peak, and across it.
    named : dict
        Label of each teacher by its key.
    training : DataFrame, optional
        Networks that were trained at the peak.
    """
    trained = pd.DataFrame(columns=[*POINT, "method"]) if training is None else _means(training, height)
    parts = {"height": height, "profile": profile, "trained": trained}
    points = pd.concat([part.assign(series=name) for name, part in parts.items() if len(part)], ignore_index=True)
    return draw(**parts), points, caption(height, trained, named)


def _means(training: pd.DataFrame, height: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard error of the certified, unique points at the peaks of `height`."""
    at_peak = training.merge(height[PEAK].drop_duplicates())
    sound = at_peak[at_peak["converged"] & at_peak["unique"]]
    risk = sound.groupby([*POINT, "method"])["risk"]
    means = risk.agg(risk="mean", standard_error="sem", replicas="count").reset_index()
    return labels.with_gamma(means, height)


def draw(height: pd.DataFrame, profile: pd.DataFrame, trained: pd.DataFrame) -> Figure:
    """One row per network: risk across the peak, height of the peak."""
    style.use()
    networks = sorted(height["network"].unique())
    size = (style.TEXT, 0.6 + 2.2 * len(networks))
    figure, grid = plt.subplots(len(networks), 2, figsize=size, squeeze=False, sharex="col", sharey="col")
    looks = _dim_looks(height)
    for (left, right), network in zip(grid, networks, strict=True):
        _across(left, profile[profile["network"] == network], network)
        _height(right, height[height["network"] == network], trained[trained["network"] == network], network, looks)
    for panel in grid.flat:
        panel.xaxis.set_tick_params(labelbottom=True)
    for left, right in grid:
        left.set_xlabel(r"effective samples, as a multiple of those at the peak")
        right.set_xlabel(r"weight decay $\lambda$")
    _legend(figure, profile, trained, looks)
    return figure


def _across(panel: Axes, profile: pd.DataFrame, network: str) -> None:
    place = _place(profile)
    for weight_decay, rows in profile.groupby("weight_decay"):
        panel.plot(rows["n_eff"] / place, rows["risk"], color=_decay_colour(profile, weight_decay))
    top = 1.6 * profile["risk"].max()
    one = profile[(profile["weight_decay"] == profile["weight_decay"].min()) & ~(profile["predicted"] > top)]
    panel.plot(one["n_eff"] / place, one["predicted"], **PREDICTED)
    panel.axvline(1, color="0.4", linewidth=0.5, linestyle=":", zorder=0)
    style.log_axes(panel)
    panel.xaxis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4]))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(FormatStrFormatter("%g"))
    panel.set_ylabel(r"excess risk $R$")
    exponent = np.log10(profile["dim"].iloc[0])
    panel.set_title(rf"{network}, peak at ${limits_of(network).INTERPOLATION_LATEX}$, $d = 10^{{{exponent:.0f}}}$")


def _height(panel: Axes, height: pd.DataFrame, trained: pd.DataFrame, network: str, looks: dict[float, dict]) -> None:
    dims = sorted(height["dim"].unique())
    for dim in dims:
        rows = height[height["dim"] == dim]
        panel.plot(rows["weight_decay"], rows["risk"], **looks[dim])
    for (dim, method), rows in trained.groupby(["dim", "method"]):
        look = (style.MARKERS[network], style.dim_colour(dim))
        style.simulated(panel, rows, "weight_decay", "risk", *look, hollow=method != "network")
    predicted = height[(height["dim"] == dims[-1]) & (height["weight_decay"] < 1)]
    panel.plot(predicted["weight_decay"], predicted["predicted"], **PREDICTED)
    middle = predicted.iloc[len(predicted) // 2]
    panel.annotate(
        r"$\lambda^{-2/3}$",
        (middle["weight_decay"], middle["predicted"]),
        xytext=(6, 3),
        textcoords="offset points",
        fontsize=7,
        color="0.35",
    )
    style.log_axes(panel)
    panel.set_ylabel(r"excess risk $R$ at the peak")
    panel.set_title(f"{network}, height of the peak")


def _place(profile: pd.DataFrame) -> float:
    """n_eff of the peak: where the interpolator's risk is not defined."""
    return float(profile.loc[profile["predicted"].isna(), "n_eff"].iloc[0])


def _decay_colour(profile: pd.DataFrame, weight_decay: float) -> tuple[float, ...]:
    values = sorted(profile["weight_decay"].unique())
    return plt.get_cmap("cividis")(0.9 * values.index(weight_decay) / max(len(values) - 1, 1))


def _dim_looks(height: pd.DataFrame) -> dict[float, dict]:
    """Dimensions differ by colour and stroke."""
    return {dim: style.dim_line(dim) for dim in sorted(height["dim"].unique())}


def _legend(figure: Figure, profile: pd.DataFrame, trained: pd.DataFrame, looks: dict[float, dict]) -> None:
    handles = [
        Line2D([], [], color=_decay_colour(profile, value), label=rf"$\lambda = 10^{{{np.log10(value):g}}}$")
        for value in sorted(profile["weight_decay"].unique())
    ]
    handles += [Line2D([], [], label=f"${labels.dim(dim)}$", **looks[dim]) for dim in sorted(looks)]
    handles.append(Line2D([], [], label="predicted", **PREDICTED))
    for (network, method), _ in trained.groupby(["network", "method"]):
        word, face = ("trained", "0.25") if method == "network" else ("convex equivalent", "white")
        look = {"marker": style.MARKERS[network], "color": "0.25", "markerfacecolor": face, "linestyle": "none"}
        handles.append(Line2D([], [], label=f"{word}, {network}", **look))
    style.legend(figure, handles, handlelength=2.0, columnspacing=1.1)


def caption(height: pd.DataFrame, trained: pd.DataFrame, named: dict[str, str]) -> str:
    """What is drawn, in few words."""
    first = height.iloc[0]
    markers = (
        f"; markers, networks, mean and standard error over {labels.replicas(trained['replicas'])}"
        if len(trained)
        else ""
    )
    return f"""Interpolation peak, {named[first["teacher"]]}, Delta =
    {first["noise_var"]:g}{labels.matrix_risk(height["network"])}. Lines: state evolution averaged over teachers. Left:
    excess risk across the peak at small weight decays lambda, in units of n_eff at interpolation; grey, the
    interpolator of the noise alone. Right: risk at the peak against lambda{markers}; grey, prediction at the
    largest d."""
