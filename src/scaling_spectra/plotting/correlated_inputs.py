"""Correlated inputs: where phases end, the risk at the best weight decay, and its exponents."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from scaling_spectra.plotting import labels, style
from scaling_spectra.records import SOLVED

DIAGRAM, THEORY, SIMULATED, PREDICTED, MEASURED = "boundary", "theory", "simulation", "predicted exponent", "slope"
COST = "matched over plain decay"
# the network whose diagram is drawn
SHOWN = "quadratic"
# light to dark with the input exponent
SHADES = {0.0: "0.55", 0.5: "#E08A94", 1.0: "#B2182B"}
POSITIONS = {"aligned": "#B2182B", "against": "#2166AC", "random": "#1B7837"}
PLACES = {"aligned": "o", "against": "v", "random": "s"}
STROKES = {"plain": "-", "matched": (0, (4, 1.5))}
MARKERS = {"plain": "o", "matched": "D"}
# lines of the diagram; those at one n_eff are thin
LINES = {
    "nothing survives": {"linestyle": "-"},
    "noise passes": {"linestyle": (0, (5, 1.5))},
    "all features": {"linestyle": (0, (1, 1.2))},
}
THIN = {"linestyle": "-", "linewidth": 0.45}
LOWEST, HIGHEST, RIGHTMOST = 1e-14, 1e21, 1e19
# of the cost of matched decay: light and dark with d
FAINT = 0.45


def compose(
    study: pd.DataFrame,
    boundaries: pd.DataFrame,
    exponents: pd.DataFrame,
    curves: pd.DataFrame,
    decays: pd.DataFrame,
) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    study, curves : DataFrame
        Simulations of the study ``correlated_inputs``, and state evolution of its teachers between its points; of each
        network the largest dimension is drawn.
    boundaries, exponents, decays : DataFrame
        Tables of theory at large d; of the exponents those of aligned inputs are drawn, at the d that has all of them.
    """
    points = plotted(study, boundaries, exponents, curves, decays)
    return draw(points), points, caption()


def plotted(
    study: pd.DataFrame,
    boundaries: pd.DataFrame,
    exponents: pd.DataFrame,
    curves: pd.DataFrame,
    decays: pd.DataFrame,
) -> pd.DataFrame:
    """Exactly the numbers of the figure."""
    study, curves = labels.noisiest(study, curves)
    study = study[(study["status"] == SOLVED) & study["converged"] & study["unique"]]
    study = study[study["dim"] == study.groupby("network")["dim"].transform("max")]
    case = ["network", "teacher", "gamma", "noise_var", "dim", "input_exponent", "position", "decay"]
    found = study.assign(distance=study["risk"] - study["risk_theory"]).groupby([*case, "n_eff"], dropna=False)
    means = found.agg(value=("risk", "mean"), standard_error=("distance", "sem")).reset_index()
    shown = boundaries[boundaries["network"] == SHOWN]
    known = exponents[(exponents["status"] == SOLVED) & (exponents["position"] == "aligned")]
    known = known[known["dim"].isin(known.loc[~known["logarithmic"], "dim"])].rename(columns={"limit": "boundary"})
    cost = decays[(decays["status"] == SOLVED) & (decays["input_exponent"] == decays["input_exponent"].max())]
    parts = {
        DIAGRAM: shown.rename(columns={"weight_decay": "value"}),
        THEORY: curves[curves["status"] == SOLVED].rename(columns={"risk": "value"}),
        SIMULATED: means,
        PREDICTED: known.rename(columns={"expected": "value"}),
        MEASURED: known.rename(columns={"slope": "value"}),
        COST: cost.rename(columns={"ratio": "value"}),
    }
    columns = ["series", *case, "boundary", "n_eff", "value", "standard_error"]
    parts = {name: part.reindex(columns=columns[1:]).assign(series=name) for name, part in parts.items()}
    full = [part for part in parts.values() if len(part)]
    return pd.concat(full, ignore_index=True)[columns] if full else pd.DataFrame(columns=columns)


def draw(points: pd.DataFrame) -> Figure:
    """Diagram and exponents above; risks of both networks, and what matched decay costs, below."""
    style.use()
    figure = plt.figure(figsize=(style.TEXT, 5.0))
    rows = figure.add_gridspec(2, 1)
    above, below = rows[0].subgridspec(1, 2), rows[1].subgridspec(1, 3)
    diagram, slopes = (figure.add_subplot(above[0, column]) for column in range(2))
    *risks, cost = (figure.add_subplot(below[0, column]) for column in range(3))
    _diagram(diagram, points[points["series"] == DIAGRAM], labels.symbol(SHOWN))
    _exponents(slopes, points[points["series"].isin([PREDICTED, MEASURED])])
    present = labels.present(points[points["series"] == THEORY])
    for panel, network in zip(risks, present, strict=False):
        _risks(panel, points[points["network"] == network], present[network])
    for panel in risks[len(present) :]:
        panel.set_axis_off()
    _cost(cost, points[points["series"] == COST])
    figure.legend(handles=_handles(), loc="outside lower center", ncols=5, columnspacing=1.2, handlelength=2.2)
    return figure


def _diagram(panel: Axes, lines: pd.DataFrame, symbol: str) -> None:
    if lines.empty:
        panel.set_axis_off()
        return
    for (exponent, name), line in lines.groupby(["input_exponent", "boundary"]):
        panel.plot(line["n_eff"], line["value"], color=SHADES[exponent], **LINES.get(name, THIN))
    style.log_axes(panel)
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(LogLocator(10, numticks=8))
        axis.set_minor_locator(NullLocator())
    panel.set_ylim(LOWEST, HIGHEST)
    inside = lines[(lines["value"] > LOWEST) & (lines["value"] < HIGHEST)]
    panel.set_xlim(lines["n_eff"].min(), min(inside["n_eff"].max(), RIGHTMOST))
    dim = lines["dim"].iloc[0]
    panel.set_title(rf"{SHOWN}, aligned inputs, $d = 10^{{{np.log10(dim):.0f}}}$")
    panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
    panel.set_ylabel(r"weight decay $\lambda$")
    handles = [Line2D([], [], color=shade, label=f"$a = {exponent:g}$") for exponent, shade in SHADES.items()]
    handles += [Line2D([], [], color="0.3", label=name, **look) for name, look in LINES.items()]
    handles.append(Line2D([], [], color="0.3", label="first, last feature; interpolation", **THIN))
    panel.legend(handles=handles, loc="upper left", fontsize=5.5, handlelength=2.0, labelspacing=0.25)


def _exponents(panel: Axes, rows: pd.DataFrame) -> None:
    cases = (
        rows[["network", "input_exponent", "boundary", "decay"]]
        .drop_duplicates()
        .sort_values(["network", "boundary", "decay", "input_exponent"], ascending=[True, False, True, True])
    )
    for place, case in enumerate(cases.itertuples(index=False)):
        chosen = np.ones(len(rows), bool)
        for name, value in case._asdict().items():
            chosen &= (rows[name] == value).to_numpy()
        here = rows[chosen].set_index("series")["value"]
        look = {"color": style.NETWORK_COLOURS[case.network]}
        if np.isfinite(here[PREDICTED]):
            panel.plot([here[PREDICTED]] * 2, [place - 0.35, place + 0.35], linewidth=1.6, **look)
        panel.plot(here[MEASURED], place, marker=MARKERS[case.decay], markerfacecolor="white", linestyle="none", **look)
    cases_named = [f"{c.network}, {c.boundary}, {c.decay}, a = {c.input_exponent:g}" for c in cases.itertuples()]
    panel.set_yticks(range(len(cases_named)), cases_named, fontsize=5.5)
    panel.invert_yaxis()
    panel.set_title(r"slope of $\log R$; bars: predicted")
    panel.set_xlabel(r"exponent of $R$ in $n_{\rm eff}$")


def _risks(panel: Axes, rows: pd.DataFrame, symbol: str) -> None:
    case = ["input_exponent", "position", "decay"]
    simulated = rows[rows["series"] == SIMULATED].groupby(case)
    for (exponent, position, decay), line in rows[rows["series"] == THEORY].groupby(case):
        colour = POSITIONS[position] if exponent == 1 else SHADES[exponent]
        panel.plot(line["n_eff"], line["value"], color=colour, linestyle=STROKES[decay])
        if (exponent, position, decay) in simulated.groups:
            points = simulated.get_group((exponent, position, decay))
            style.simulated(panel, points, "n_eff", "value", PLACES[position], colour, hollow=decay == "matched")
    style.log_axes(panel)
    panel.set_title(rf"{rows['network'].iloc[0]}, best $\lambda$, $d = {rows['dim'].min():g}$")
    panel.set_xlabel(rf"effective samples $n_{{\rm eff}} = {symbol}$")
    panel.set_ylabel(r"excess risk $R$")


def _cost(panel: Axes, rows: pd.DataFrame) -> None:
    """Risk of matched over plain decay, aligned inputs, from one effective sample to where all features are found."""
    dims = sorted(rows["dim"].unique())
    for (network, dim), line in rows.groupby(["network", "dim"]):
        look = {"color": style.NETWORK_COLOURS[network], "linestyle": style.LINESTYLES[network]}
        panel.plot(line["n_eff"], line["value"], alpha=1.0 if dim == dims[-1] else FAINT, **look)
    style.log_axes(panel)
    panel.xaxis.set_major_locator(LogLocator(10, numticks=6))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.axhline(1, color="0.6", linewidth=0.6, zorder=0)
    if len(rows):
        panel.set_title(rf"aligned, $a = {rows['input_exponent'].iloc[0]:g}$, theory")
    panel.set_xlabel(r"effective samples $n_{\rm eff}$")
    panel.set_ylabel("risk, matched over plain decay")
    handles = [
        Line2D([], [], color=style.NETWORK_COLOURS[network], linestyle=style.LINESTYLES[network], label=network)
        for network in sorted(rows["network"].unique())
    ]
    handles += [
        Line2D([], [], color="0.3", alpha=1.0 if dim == dims[-1] else FAINT, label=f"${labels.dim(dim)}$")
        for dim in dims
    ]
    panel.legend(handles=handles, loc="upper right", fontsize=6.5, handlelength=1.6, labelspacing=0.25)


def _handles() -> list[Line2D]:
    handles = [Line2D([], [], color=SHADES[0.0], marker="o", label="white inputs")]
    handles.append(Line2D([], [], color=SHADES[0.5], marker="o", label="aligned, $a = 1/2$"))
    for name, colour in POSITIONS.items():
        handles.append(Line2D([], [], color=colour, marker=PLACES[name], label=f"{name}, $a = 1$"))
    look = {"color": "0.3", "linestyle": STROKES["matched"], "marker": "o", "markerfacecolor": "white"}
    return [*handles, Line2D([], [], label="decay matched to the inputs", **look)]


def caption() -> str:
    """What is drawn, in few words."""
    return """Correlated inputs, variances i^(-a) at the signal of white inputs. Above: boundaries of the phase
    diagram (left), slopes of the risk at huge d beside the predicted exponents (right). Below: excess risk at the best
    weight decay, convex equivalents (markers) on state evolution (lines); largest variances on the largest features,
    on the smallest, or in random position; plain decay and decay matched to the inputs. Right: what the latter costs
    with aligned inputs, each at its best."""
