"""Predicted phases beside the risk of state evolution and its local exponent."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import NDArray

from scaling_spectra.plotting import labels, phase_spectra, style
from scaling_spectra.plotting.room import most_room
from scaling_spectra.ties import TIE

# the diagram on the left is that of this network
SHOWN = "quadratic"
TINTS = {
    "Ia": "#D9D9D9",
    "Ia0": "#D9D9D9",
    "Ib": "#F4F4F4",
    "II": "#CFE3F3",
    "III": "#A3C8E6",
    "IV": "#D5EBCF",
    "IV0": "#D5EBCF",
    "V": "#FBDDBB",
    "peak": "#F4A582",
    "VIa": "#FFF3C0",
    "VIb": "#E3D4EE",
}
LINE = {"color": "0.15", "linewidth": 0.8, "solid_capstyle": "butt"}
JUMP = {"color": "#D0021B", "linewidth": 1.5, "solid_capstyle": "butt"}
# a phase may be narrower than a marker: the dot lies in it, the ring is seen
DOT = {"linestyle": "none", "marker": "o", "markersize": 1.2, "color": "black", "markeredgewidth": 0}
RING = {"linestyle": "none", "marker": "o", "markersize": 5.2, "markerfacecolor": "none", "markeredgecolor": "black"}
RING |= {"markeredgewidth": 0.5}
# exponents beyond these ends are clipped
STEEPEST, RISING = -2.25, 0.5
# size of the labels in points; a label is not turned if there is room for it this many times
LABEL, ENOUGH = 6.5, 1.15
# width beside the peak that is kept for its name, in fractions of the panel
PEAK_ROOM = 0.06


def compose(*, noiseless: bool, **tables: pd.DataFrame) -> tuple:
    """Figure of one noise level, its numbers and its caption.

    Parameters
    ----------
    noiseless : bool
        Whether Delta = 0.
    **tables : DataFrame
        ``regions``, ``boundaries``, ``map`` and ``spectra``.
    """
    chosen = {name: table[(table["noise_var"] == 0) == noiseless] for name, table in tables.items()}
    chosen["regions"] = chosen["regions"][chosen["regions"]["network"] == SHOWN]
    spectra = chosen.pop("spectra")
    spectra = spectra[spectra["network"] == SHOWN]
    points = spectra.drop_duplicates("phase")
    columns = ["network", "teacher", "gamma", "noise_var", "dim", "phase", "n_eff", "weight_decay"]
    chosen["histogram"] = phase_spectra.counts(spectra, phase_spectra.bins(spectra)).merge(points[columns], on="phase")
    source = pd.concat([table.assign(series=name) for name, table in chosen.items()], ignore_index=True)
    return draw(**chosen), source, caption(chosen["regions"], chosen["map"], chosen["histogram"])


def draw(regions: pd.DataFrame, boundaries: pd.DataFrame, map: pd.DataFrame, histogram: pd.DataFrame) -> Figure:
    """Diagram on the left; maps on the right, one row per network: risk, local exponent; spectra below."""
    style.use()
    figure = plt.figure(figsize=(style.TEXT, 5.3))
    networks = sorted(map["network"].unique())
    rows = len(networks)
    upper, lower = figure.add_gridspec(2, 1, height_ratios=(3.8, 1.2))
    grid = upper.subgridspec(rows + 1, 3, width_ratios=(1.8, 1, 1), height_ratios=[1] * rows + [0.07])
    phase_spectra.draw_row(figure, lower, histogram, histogram["dim"].iloc[0], TINTS)
    diagram = figure.add_subplot(grid[:, 0])
    large = boundaries[(boundaries["dim"] == regions["dim"].iloc[0]) & (boundaries["network"] == SHOWN)]
    _diagram(diagram, regions, large)
    scales = {
        "risk": ScalarMappable(LogNorm(map["risk"].min(), map["risk"].max()), "viridis"),
        "slope": ScalarMappable(Normalize(STEEPEST, RISING), _around_zero()),
    }
    for i, network in enumerate(networks):
        points = map[map["network"] == network]
        pieces = boundaries[(boundaries["dim"] == points["dim"].iloc[0]) & (boundaries["network"] == network)]
        for j, (column, scale) in enumerate(scales.items()):
            panel = figure.add_subplot(grid[i, j + 1])
            _map(panel, points, column, scale)
            _boundaries(panel, pieces, halo=True)
            if network == SHOWN:
                for look in (RING, DOT):
                    (mark,) = panel.plot(histogram["n_eff"], histogram["weight_decay"], clip_on=False, zorder=5, **look)
                    mark.set_path_effects(style.HALO)
            panel.set_title(rf"{network}, $d = {points['dim'].iloc[0]}$")
            panel.tick_params(labelleft=j == 0)
            panel.set_xlabel(r"$n_{\rm eff}$", labelpad=1)
            if j == 0:
                panel.set_ylabel(r"$\lambda$", labelpad=1)
    bars = [
        figure.colorbar(
            scale,
            cax=figure.add_subplot(grid[rows, j + 1], label=style.NO_LETTER),
            orientation="horizontal",
            extend=extend,
        )
        for j, (scale, extend) in enumerate(zip(scales.values(), ("neither", "both"), strict=True))
    ]
    bars[0].set_label(r"excess risk $R$")
    bars[0].minorticks_off()
    bars[1].set_label(r"$d\log R\,/\,d\log n_{\rm eff}$")
    bars[1].set_ticks([-2, -1, 0, RISING], labels=["$-2$", "$-1$", "$0$", f"${RISING:g}$"])
    handles = [Line2D([], [], label="boundary", **LINE), Line2D([], [], label="the rate jumps", **JUMP)]
    point = Line2D([], [], **RING), Line2D([], [], **DOT)
    handles = [*handles, point, *phase_spectra.handles()]
    names = ["point of a spectrum below" if handle is point else handle.get_label() for handle in handles]
    figure.legend(handles, names, loc="outside upper center", ncols=len(names), columnspacing=1.3, handlelength=1.6)
    # labels are placed in the panel's final size
    style.lay_out(figure)
    _name_regions(diagram, regions)
    return figure


def _around_zero() -> LinearSegmentedColormap:
    """The part of a map of blue and red that has white at a slope of zero, and as many shades a unit on both sides."""
    shades = plt.get_cmap("RdBu_r")(np.linspace(0, 0.5 + 0.5 * RISING / -STEEPEST, 256))
    return LinearSegmentedColormap.from_list("around zero", shades)


def _map(panel: Axes, points: pd.DataFrame, column: str, scale: ScalarMappable) -> None:
    table = points.pivot(index="weight_decay", columns="n_eff", values=column)
    panel.pcolormesh(
        table.columns, table.index, table, norm=scale.norm, cmap=scale.cmap, shading="nearest", rasterized=True
    )
    style.log_axes(panel)
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(LogLocator(10, numticks=5))
        axis.set_minor_locator(NullLocator())
    _limits(panel, points)


def _diagram(panel: Axes, regions: pd.DataFrame, pieces: pd.DataFrame) -> None:
    """Tinted regions and their boundaries."""
    log_dim = np.log(regions["dim"].iloc[0])
    phases = _columns(regions)
    for phase in np.unique(phases):
        table = regions.assign(inside=np.where(phases == phase, 1.0, 0.0))
        table = table.pivot(index="weight_decay", columns="n_eff", values="inside")
        panel.contourf(table.columns, table.index, table, levels=[0.5, 1.5], colors=[TINTS[phase]])
    panel.set(xscale="log", yscale="log")
    _limits(panel, regions)
    _boundaries(panel, pieces, halo=False)
    for axis, values in ((panel.xaxis, regions["n_eff"]), (panel.yaxis, regions["weight_decay"])):
        ends = np.log(values.agg(["min", "max"]).to_numpy()) / log_dim
        powers = np.arange(np.ceil(2 * ends[0] - TIE), np.floor(2 * ends[1] + TIE) + 1) / 2
        axis.set_ticks(np.exp(powers * log_dim), labels=[_power(power) for power in powers])
        axis.set_ticks([], minor=True)
    panel.set_xlabel(r"effective samples $n_{\rm eff}$")
    panel.set_ylabel(r"weight decay $\lambda$", labelpad=1)
    first = regions.iloc[0]
    family = rf"$\Delta = {first['noise_var']:g}$, $\gamma = {first['gamma']:g}$"
    panel.set_title(rf"predicted for {SHOWN}, ${labels.dim(first['dim'])}$, {family}")
    peak = pieces[(pieces["below"] == "V") & (pieces["above"] == "VIa")]
    if len(peak):
        panel.annotate(
            r"peak: $\lambda^{-2/3}$",
            (peak["n_eff_start"].iloc[0], regions["weight_decay"].min()),
            xytext=(2, 4),
            textcoords="offset points",
            ha="left",
            fontsize=LABEL,
            rotation=90,
            color=JUMP["color"],
        )


def _columns(regions: pd.DataFrame) -> NDArray[np.str_]:
    """Phases of the grid; the peak, thinner than its line at large d, counts as the phase on its side."""
    phases = regions["phase"].to_numpy()
    after = regions["n_eff"] > regions.loc[phases == "V", "n_eff"].max()
    return np.where(phases == "peak", np.where(after, "VIa", "V"), phases)


def _name_regions(panel: Axes, regions: pd.DataFrame) -> None:
    """Write each phase's name and rate where, and at the angle at which, they have most room."""
    frame = panel.get_window_extent()
    names = regions.assign(phase=_columns(regions)).pivot(index="weight_decay", columns="n_eff", values="phase")
    rates = regions.drop_duplicates("phase").set_index("phase")["rate"]
    for phase in np.unique(names):
        inside = (names == phase).to_numpy()
        if phase == "VIa":
            # room for the name of the peak
            first = inside.any(axis=0).argmax()
            inside[:, first : first + round(PEAK_ROOM * inside.shape[1])] = False
        best = None
        for angle, break_line in ((0, True), (0, False), (40, False), (90, False)):
            text = panel.text(
                0.5,
                0.5,
                rf"$\bf{{{phase}}}$" + ("\n" if break_line else ":  ") + rf"${rates[phase]}$",
                transform=panel.transAxes,
                ha="center",
                va="center",
                fontsize=LABEL,
                linespacing=1.5,
                in_layout=False,
            )
            size = text.get_window_extent()
            room, x, y = most_room(inside, size.width / frame.width, size.height / frame.height, angle, frame)
            if best is not None and (room <= best[0] or best[0] >= ENOUGH):
                text.remove()
                continue
            if best is not None:
                best[1].remove()
            text.set(position=(x, y), rotation=angle)
            best = room, text


def _power(power: float) -> str:
    return "$1$" if power == 0 else ("$d$" if power == 1 else rf"$d^{{{power:g}}}$")


def _limits(panel: Axes, points: pd.DataFrame) -> None:
    panel.set_xlim(points["n_eff"].min(), points["n_eff"].max())
    panel.set_ylim(points["weight_decay"].min(), points["weight_decay"].max())


def _boundaries(panel: Axes, pieces: pd.DataFrame, *, halo: bool) -> None:
    for piece in pieces.sort_values("jump").itertuples():
        (line,) = panel.plot(
            (piece.n_eff_start, piece.n_eff_end),
            (piece.weight_decay_start, piece.weight_decay_end),
            scalex=False,
            scaley=False,
            **(JUMP if piece.jump else LINE),
        )
        if halo:
            line.set_linewidth(0.8)
            line.set_path_effects(style.HALO)


def caption(regions: pd.DataFrame, map: pd.DataFrame, histogram: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    first = map.iloc[0]
    return f"""Phases of the excess risk, Delta = {first["noise_var"]:g}, gamma = {first["gamma"]:g}. Left: regions and
    rates predicted for the {SHOWN} network at d = {regions["dim"].iloc[0]:.0e}; red, where the rate jumps. Right: risk
    of state evolution{labels.matrix_risk(map["network"])} and its local exponent in n_eff at d = {first["dim"]}, with
    predicted boundaries. Below: learned eigenvalues predicted at d = {histogram["dim"].iloc[0]} for the dots, one in
    each phase; dark bars left of zero, zeros; dashed, the teacher."""
