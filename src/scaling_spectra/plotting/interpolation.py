"""The interpolation peak: its height against weight decay, its place in n_eff."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator

from scaling_spectra.networks import load
from scaling_spectra.plotting import labels, style

# the slope is fitted below this lambda
SMALL = 0.1
PREDICTED = {"color": "0.82", "linewidth": 4, "zorder": 1}


def compose(tables: dict[str, pd.DataFrame]) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    tables : dict
        Tables ``height`` (risk at the peak) and ``profile`` (risk across it).
    """
    points = pd.concat([table.assign(panel=name) for name, table in tables.items()], ignore_index=True)
    return draw(**tables), points, caption(**tables)


def draw(height: pd.DataFrame, profile: pd.DataFrame) -> Figure:
    """One row a network: risk across the peak, height of the peak."""
    style.use()
    networks = sorted(height["network"].unique())
    size = (style.TEXT, 0.6 + 2.2 * len(networks))
    figure, grid = plt.subplots(len(networks), 2, figsize=size, squeeze=False, sharex="col", sharey="col")
    for (left, right), network in zip(grid, networks, strict=True):
        _across(left, profile[profile["network"] == network], network)
        _height(right, height[height["network"] == network], network)
    for panel in grid[-1]:
        panel.xaxis.set_tick_params(labelbottom=True)
    grid[-1, 0].set_xlabel(r"$n_{\rm eff}$ / $n_{\rm eff}$ of the peak")
    grid[-1, 1].set_xlabel(r"weight decay $\lambda$")
    _legend(figure, height, profile)
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
    panel.set_title(rf"{network}, peak at ${load(network, 'limits').INTERPOLATION_LATEX}$, $d = 10^{{{exponent:.0f}}}$")


def _height(panel: Axes, height: pd.DataFrame, network: str) -> None:
    dims = sorted(height["dim"].unique())
    for dim, look in zip(dims, _dim_looks(dims), strict=True):
        rows = height[height["dim"] == dim]
        panel.plot(rows["weight_decay"], rows["risk"], **look)
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


def _dim_looks(dims: list[float]) -> list[dict]:
    """Dimensions differ by colour and stroke."""
    strokes = ["-", (0, (1, 1)), (0, (3, 1, 1, 1))]
    return [
        {"color": style.dim_colour(dim), "linestyle": strokes[i % len(strokes)]} for i, dim in enumerate(reversed(dims))
    ][::-1]


def _legend(figure: Figure, height: pd.DataFrame, profile: pd.DataFrame) -> None:
    handles = [
        Line2D([], [], color=_decay_colour(profile, value), label=rf"$\lambda = 10^{{{np.log10(value):g}}}$")
        for value in sorted(profile["weight_decay"].unique())
    ]
    dims = sorted(height["dim"].unique())
    for dim, look in zip(dims, _dim_looks(dims), strict=True):
        label = f"$d = {dim}$" if dim < 1e4 else rf"$d = 10^{{{np.log10(dim):g}}}$"
        handles.append(Line2D([], [], label=label, **look))
    handles.append(Line2D([], [], label="predicted", **PREDICTED))
    figure.legend(handles=handles, loc="outside upper center", ncols=8, handlelength=2.0, columnspacing=1.1)


def caption(height: pd.DataFrame, profile: pd.DataFrame) -> str:
    """What the figure shows, with the numbers of its tables."""
    first = height.iloc[0]
    small = height[height["weight_decay"] < SMALL]
    slopes = "; ".join(
        f"{network}: "
        + ", ".join(
            f"{np.polyfit(np.log(rows['weight_decay']), np.log(rows['risk']), 1)[0]:.3f} (d = {dim:g})"
            for dim, rows in of_network.groupby("dim")
        )
        for network, of_network in small.groupby("network")
    )
    places = []
    for network, rows in profile[profile["weight_decay"] == profile["weight_decay"].min()].groupby("network"):
        places.append(f"{network}: {rows.loc[rows['risk'].idxmax(), 'n_eff'] / _place(rows):.4f}")
    return f"""Interpolation peak, {labels.teacher(first["gamma"])}, Delta = {first["noise_var"]:g}; lines are state
    evolution (quadratic network: R = 2M). Left: risk across the peak at small weight decays lambda, in units of
    n_eff = d (diagonal) and d/4 (quadratic); grey, the interpolator of the noise alone, Delta rho before the peak
    and Delta/(n/n_peak - 1) after it. The largest risk at lambda = {profile["weight_decay"].min():g} is at
    ({"; ".join(places)}) in these units. Right: risk at the peak against lambda; grey, prediction at the largest d.
    Slopes of log R in log lambda below lambda = {SMALL:g}: {slopes}; predicted -2/3. The quadratic network's peak is
    capped at moderate d, by the positive trace of its teacher."""
