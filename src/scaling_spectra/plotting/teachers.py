"""Families of teachers: what feature learning gains over lazy learning, and the spectra and tails that it learns."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator

from scaling_spectra.places import NOISE, RESOLVED, SHRINKAGE
from scaling_spectra.plotting import style
from scaling_spectra.records import SOLVED

GAIN, GAIN_THEORY, LEARNED, TRUE = "gain", "gain in theory", "learned", "teacher"
TAIL, TAIL_THEORY, TRUE_TAIL = "learned tail", "predicted tail", "teacher's tail"
PHASE_TAIL = "tail by phase"
OF = ["network", "teacher", "gamma", "noise_var", "dim", "n_eff"]
# the network whose spectra are drawn, and colours of its teachers
SHOWN = "quadratic"
COLOURS = plt.get_cmap("viridis")
PHASES = {NOISE: "noise among features", SHRINKAGE: "threshold among features", RESOLVED: "every feature resolved"}
EXPONENTS = (1.2, 1.5, 2, 3, 5, 8, 12, 20, 30)
OWN = {"color": "0.1", "linewidth": 0.7}
# half the length of a bar of theory, in gamma
BAR = 0.05
# a power law that stands beside the other families
REFERENCE = 0.75


def compose(study: pd.DataFrame, named: dict[str, str], tails: pd.DataFrame | None = None) -> tuple:
    """Figure, its numbers and its caption.

    Parameters
    ----------
    study : DataFrame
        Table of the study ``teachers``.
    named : dict
        Label of each teacher by its key.
    tails : DataFrame, optional
        Table ``family_tails``: a row of panels, one per phase.
    """
    points = plotted(study, tails)
    return draw(points, named), points, caption(points)


def plotted(study: pd.DataFrame, tails: pd.DataFrame | None = None) -> pd.DataFrame:
    """Exactly the numbers of the figure: series, network, teacher, ..., rank, phase, own, value, standard_error.

    A tail by phase has beside its value the teacher's ``own``.
    """
    study = study[(study["status"] == SOLVED) & study["converged"] & study["unique"]]
    parts = []
    for key, rows in study.groupby(OF, dropna=False):
        of = dict(zip(OF, key, strict=True))
        means = rows.mean(numeric_only=True)
        ratio = means["lazy_risk"] / means["risk"]
        error = ratio * np.hypot(*(rows[name].sem() / means[name] for name in ("lazy_risk", "risk")))
        parts += [
            of | {"series": GAIN, "value": ratio, "standard_error": error},
            of | {"series": GAIN_THEORY, "value": means["lazy_theory"] / means["risk_theory"]},
            of | {"series": TAIL, "value": means["tail"], "standard_error": means["tail_error"]},
            of | {"series": TAIL_THEORY, "value": means["tail_theory"]},
            of | {"series": TRUE_TAIL, "value": means["teacher_tail"]},
        ]
        for series in (LEARNED, TRUE):
            columns = [name for name in rows if name.startswith(f"{series}_")]
            ranks = [(int(name.rpartition("_")[2]), means[name]) for name in columns if name != "teacher_tail"]
            parts += [of | {"series": series, "rank": rank, "value": value} for rank, value in ranks]
    if tails is not None:
        known = tails.dropna(subset=["tail", "teacher_tail"]).rename(columns={"tail": "value", "teacher_tail": "own"})
        parts += known[[*OF, "phase", "own", "value"]].assign(series=PHASE_TAIL).to_dict("records")
    columns = ["series", *OF, "rank", "phase", "own", "value", "standard_error"]
    return pd.DataFrame(parts).reindex(columns=columns)


def draw(points: pd.DataFrame, named: dict[str, str]) -> Figure:
    """Gains above, learned spectra and their tails below, and a row of tails by phase where there are any."""
    style.use()
    by_phase, points = points[points["series"] == PHASE_TAIL], points[points["series"] != PHASE_TAIL]
    size = (style.TEXT, 5.0 if by_phase.empty else 7.0)
    layout = [["powers", "families"], ["spectra", "tails"]]
    if len(by_phase):
        layout = [[name for name in row for _ in range(3)] for row in layout]
        layout.append([phase for phase in PHASES for _ in range(2)])
    figure, panels = plt.subplot_mosaic(layout, figsize=size)
    others = points[points["gamma"].isna() | np.isclose(points["gamma"], REFERENCE)]
    order = list(dict.fromkeys(others.sort_values("gamma", na_position="last")["teacher"]))
    _against_gamma(panels["powers"], points[points["gamma"].notna()])
    _by_family(panels["families"], others, order, named, (GAIN_THEORY,), GAIN)
    style.log_axes(panels["families"], x=False)
    panels["powers"].set_title("power laws")
    panels["families"].set_title("families of teachers")
    panels["tails"].set_title("tails of learned weights")
    panels["families"].set_ylabel("lazy over feature-learning risk")
    panels["families"].axhline(1, **style.GUIDE)
    _spectra(panels["spectra"], others[others["network"] == SHOWN], order, named)
    _by_family(panels["tails"], others, order, named, (TAIL_THEORY, TRUE_TAIL), TAIL)
    panels["tails"].set_ylabel("tail exponent")
    if len(by_phase):
        _by_phase({phase: panels[phase] for phase in PHASES}, by_phase)
    handles = _handles(sorted(points["network"].unique()))
    style.legend(figure, handles, columnspacing=1.2, handlelength=2.0)
    return figure


def _by_phase(panels: dict[str, Axes], points: pd.DataFrame) -> None:
    """Learned tail over the teacher's own, a panel per phase; hollow: no power law."""
    values = points[["own", "value"]].to_numpy()
    ends = values.min() / 1.1, values.max() * 1.1
    for phase, panel in panels.items():
        panel.plot(ends, ends, **style.GUIDE)
        here = points[points["phase"] == phase]
        for (network, other), rows in here.groupby(["network", here["gamma"].isna()]):
            colour = style.NETWORK_COLOURS[network]
            style.simulated(panel, rows, "own", "value", style.MARKERS[network], colour, hollow=bool(other))
        panel.set(xscale="log", yscale="log", xlim=ends, ylim=ends, title=PHASES[phase])
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_locator(FixedLocator(EXPONENTS))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FormatStrFormatter("%g"))
        panel.set_xlabel("teacher's tail exponent")
    panels[NOISE].set_ylabel("learned, in theory")


def _against_gamma(panel: Axes, points: pd.DataFrame) -> None:
    for network, rows in points.groupby("network"):
        colour = style.NETWORK_COLOURS[network]
        line = rows[rows["series"] == GAIN_THEORY]
        panel.hlines(line["value"], line["gamma"] - BAR, line["gamma"] + BAR, color=colour, linewidth=1.4, zorder=2)
        style.simulated(panel, rows[rows["series"] == GAIN], "gamma", "value", style.MARKERS[network], colour)
    panel.axhline(1, **style.GUIDE)
    style.log_axes(panel, x=False)
    panel.set_xlabel(r"teacher's exponent $\gamma$")
    panel.set_ylabel("lazy over feature-learning risk")


def _by_family(
    panel: Axes, points: pd.DataFrame, order: list[str], named: dict[str, str], theory: tuple[str, ...], measured: str
) -> None:
    for shift, (network, rows) in zip((-0.12, 0.12, 0.0), points.groupby("network"), strict=False):
        colour, place = style.NETWORK_COLOURS[network], rows["teacher"].map(order.index) + shift
        rows = rows.assign(place=place)
        for number, series in enumerate(theory):
            here = rows[rows["series"] == series]
            ends = here["place"] - 0.11, here["place"] + 0.11
            look = {"color": colour, "linewidth": 1.4} if number == 0 else OWN
            panel.hlines(here["value"], *ends, zorder=2, **look)
        style.simulated(panel, rows[rows["series"] == measured], "place", "value", style.MARKERS[network], colour)
    names = [_words(named[teacher]) for teacher in order]
    panel.set_xticks(range(len(order)), names, rotation=20, ha="right", fontsize=6)
    panel.set_xlim(-0.5, len(order) - 0.5)


def _words(name: str) -> str:
    return name.replace("gamma", r"$\gamma$")


def _spectra(panel: Axes, points: pd.DataFrame, order: list[str], named: dict[str, str]) -> None:
    for place, teacher in enumerate(order):
        rows, colour = points[points["teacher"] == teacher], COLOURS(0.9 * place / max(len(order) - 1, 1))
        rows = rows[rows["value"] > 0]
        for series, look in (
            (TRUE, {"linestyle": "-", **style.KNOTS}),
            (LEARNED, {"linestyle": "none", "marker": "s"}),
        ):
            line = rows[rows["series"] == series].sort_values("rank")
            panel.plot(
                line["rank"],
                line["value"],
                color=colour,
                label=_words(named[teacher]) if series == TRUE else None,
                **look,
            )
    style.log_axes(panel)
    floor = points.loc[(points["series"] == LEARNED) & (points["value"] > 0), "value"]
    if len(floor):
        panel.set_ylim(bottom=floor.min() / 2)
    dim = points["dim"].max()
    panel.set_title(rf"{SHOWN}, $d = {dim:g}$, $n_{{\rm eff}} = {points['n_eff'].max():g}$")
    panel.set_xlabel("rank")
    panel.set_ylabel("eigenvalues")
    panel.legend(fontsize=5.5, loc="lower left", labelspacing=0.25)


def _handles(networks: list[str]) -> list[Line2D]:
    looks = [{"color": style.NETWORK_COLOURS[n], "marker": style.MARKERS[n], "label": n} for n in networks]
    handles = [Line2D([], [], **look) for look in looks]
    handles.append(Line2D([], [], color="0.35", label="theory", linewidth=1.4))
    return [*handles, Line2D([], [], label="teacher's own tail", **OWN)]


def caption(points: pd.DataFrame) -> str:
    """What is drawn, in few words."""
    phases = (
        " Bottom: tails by phase in theory; hollow, no power law." if (points["series"] == PHASE_TAIL).any() else ""
    )
    return f"""Families of teachers. Above: risk of lazy learning over that of feature learning, each at its best,
    against the exponent of a power law (left) and for other families (right). Below: eigenvalues of the quadratic
    network by rank, the teacher's (dots, joined) and the learned ones (squares), and tail exponents of learned weights.
    Convex equivalents and ridge regression on the same samples (markers), state evolution (bars).{phases}"""
