"""One look for all figures: sizes, colours, markers, reproducible files."""

from functools import partial
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import matplotlib
import matplotlib.patheffects as effects
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import _mathtext
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import LogLocator, NullLocator

from scaling_spectra.plotting import looks
from scaling_spectra.plotting.theme import THEME

matplotlib.use("Agg")

# width of the full text of a two-column paper, in inches
TEXT = 6.9


class Looks(dict[str, str]):
    """What stands for each network; one without is told where to get it."""

    def __missing__(self, network: str) -> str:
        raise LookupError(
            f"network {network} has no look: add it to MARKERS, COLOURS and LINESTYLES in {Path(looks.__file__)}"
        )


MARKERS, NETWORK_COLOURS, LINESTYLES = Looks(looks.MARKERS), Looks(looks.COLOURS), Looks(looks.LINESTYLES)
# where a line is computed that only joins its points
KNOTS: dict[str, Any] = {"marker": "o", "markersize": 2.0, "markeredgewidth": 0.0}
GUIDE = {"color": "0.35", "linewidth": 0.8, "linestyle": (0, (4, 1.5)), "zorder": 1}
# decimals of places in a figure
DIGITS = 6
# of what stands on lines or colours
HALO = [effects.Stroke(linewidth=1.8, foreground="white"), effects.Normal()]
# larger dimensions are those of theory alone
LARGEST_TRAINED = 1000
# a line at the foot of a figure: inches, and letters of the small text that fit
FOOT_HEIGHT, FOOT_LETTERS = 0.1, 150
# strokes of lines from these dimensions on, the same in every figure; dots are for Bayes-optimal risks
DIM_STROKES = ((0, "-"), (LARGEST_TRAINED, (0, (5, 1.5))), (10**9, (0, (3, 1, 1, 1))))
# offset, in points, of a panel's letter from its upper left corner, and the name of axes that have none
LETTER, NO_LETTER = (-3.0, 4.0), "<colorbar>"
# size of a script beside what it belongs to: matplotlib's 0.7 would take labels of 6.5 points to 4.6
SCRIPT = 0.86
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 7.0,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.2,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "axes.grid": False,
    "pdf.fonttype": 42,
    "svg.hashsalt": "scaling-spectra",
    "mathtext.fontset": "dejavusans",
    "figure.constrained_layout.use": True,
    "figure.dpi": 300,
}


def use() -> None:
    """Set the style for all figures drawn from now on, whatever a personal matplotlibrc says."""
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(THEME | _RC)
    # no parameter has it
    _mathtext.SHRINK_FACTOR = SCRIPT


def dim_colour(dim: float) -> tuple[float, ...]:
    """Colour of dimension d, the same in every figure and at every scale; darker is larger.

    Those of networks are green and blue, those of theory alone red.
    """
    if dim > LARGEST_TRAINED:
        return plt.get_cmap("RdPu")(0.5 + 0.45 * np.log(dim / LARGEST_TRAINED) / np.log(1e15 / LARGEST_TRAINED))
    position = np.clip(np.log(dim / 20) / np.log(800 / 20), 0, 1)
    return plt.get_cmap("viridis_r")(0.12 + 0.83 * position)


def place_colour(place: int, count: int) -> tuple[float, ...]:
    """Colour of one of `count` ordered things that are no dimensions, such as numbers of samples; darker is more."""
    return plt.get_cmap("plasma_r")(0.15 + 0.8 * place / max(count - 1, 1))


def dim_line(dim: float) -> dict[str, Any]:
    """Colour and stroke of lines of dimension d: those of networks are solid, of theory alone dashed in their ways."""
    strokes = [stroke for least, stroke in DIM_STROKES if dim >= least]
    return {"color": dim_colour(dim), "linestyle": strokes[-1]}


def simulated(
    panel: Axes, rows: pd.DataFrame, x: str, y: str, marker: str, colour: Any, *, hollow: bool = False, **look: Any
) -> None:
    """Markers at columns `x` and `y` with their ``standard_error``, filled or hollow."""
    panel.errorbar(
        rows[x],
        rows[y],
        yerr=rows["standard_error"].fillna(0),
        fmt=marker,
        color=colour,
        markerfacecolor="white" if hollow else colour,
        markeredgecolor=colour if hollow else "white",
        markeredgewidth=0.8 if hollow else 0.35,
        elinewidth=0.8,
        zorder=3,
        **look,
    )


def log_axes(axes: Axes, *, x: bool = True, y: bool = True) -> None:
    """Logarithmic axes with a tick a decade and unlabelled minor ticks; within one decade 2, 3 and 5 are labelled."""
    for axis, wanted, scale in ((axes.xaxis, x, axes.set_xscale), (axes.yaxis, y, axes.set_yscale)):
        if wanted:
            scale("log")
            axis.set_major_locator(LogLocator(10, numticks=12))
            # over more decades they would be a smear
            axis.set_minor_locator(LogLocator(10, subs=np.arange(2, 10), numticks=6))
            axis.set_major_formatter(power_of_ten)
            axis.set_minor_formatter(partial(_between_decades, axis))


def _within_a_decade(axis: Axis) -> bool:
    low, high = sorted(axis.get_view_interval())
    return axis.get_scale() == "log" and high < 10 * low


def _between_decades(axis: Axis, value: float, _: int) -> str:
    """Label of a minor tick, where the labels of decades are too few to read the axis."""
    digit = round(value / 10 ** np.floor(np.log10(value) + 1e-9))
    return f"{value:g}" if digit in (2, 3, 5) and _within_a_decade(axis) else ""


def power_of_ten(value: float, _: int) -> str:
    """Label of a decade as plain text: mathematical text is many times slower to set, and can't be searched for."""
    return f"10{str(round(np.log10(value))).translate(SUPERSCRIPTS)}"


def legend(figure: Figure, handles: list[Artist], **look) -> None:
    """Legend above the panels, in as few rows as the width of the page allows."""
    for rows in range(1, len(handles) + 1):
        columns = -(-len(handles) // rows)
        found = figure.legend(handles=handles, loc="outside upper center", ncols=columns, **look)
        if found.get_window_extent().width <= figure.bbox.width:
            return
        found.remove()
    raise ValueError(f"legend: {max(len(handle.get_label()) for handle in handles)} letters do not fit the page")


def _place(panel: Axes) -> tuple[float, float]:
    spot = panel.get_subplotspec().get_position(panel.figure)
    return -round(spot.y1, 3), spot.x0


def names_an_exponent_alone(foot: str) -> bool:
    """Whether a foot says nothing but the teacher's exponent."""
    return foot.startswith("γ") and "," not in foot


def stand_on(figure: Figure, foot: str) -> None:
    """Make a figure taller by a line of small text, in its lower right corner.

    An exponent alone is left out where the panels name their own.
    """
    named = any(r"\gamma =" in text.get_text() for text in figure.findobj(Text))
    if not foot or (names_an_exponent_alone(foot) and named):
        return
    shown = foot if len(foot) <= FOOT_LETTERS else f"{foot[: FOOT_LETTERS - 1]}…"
    width, height = figure.get_size_inches()
    share = FOOT_HEIGHT / (height + FOOT_HEIGHT)
    figure.set_size_inches(width, height + FOOT_HEIGHT)
    if _is_laid_out(figure):
        for panel in figure.axes:
            place = panel.get_position()
            panel.set_position((place.x0, share + (1 - share) * place.y0, place.width, (1 - share) * place.height))
    else:
        figure.get_layout_engine().set(rect=(0, share, 1, 1 - share))
    figure.text(0.995, 0.03 / (height + FOOT_HEIGHT), shown, ha="right", va="bottom", fontsize=5.5, color="0.4")


def letter(figure: Figure) -> None:
    """Name the panels a, b, c, ... in the order in which they are read, outside their upper left corners.

    There is room beside a title; without one the layout makes it.
    """
    named = (panel for panel in figure.axes if panel.axison and panel.get_label() != NO_LETTER)
    # what lies within a panel is no panel
    panels = [panel for panel in named if panel.get_subplotspec() is not None]
    if len(panels) < 2:
        return
    # rows from above, panels from the left
    for name, panel in zip(ascii_lowercase, sorted(panels, key=_place), strict=False):
        panel.annotate(
            name,
            (0, 1),
            xytext=LETTER,
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="bottom",
            weight="bold",
            fontsize=8,
            annotation_clip=False,
        ).set_in_layout(not panel.get_title())


def _is_laid_out(figure: Figure) -> bool:
    engine = figure.get_layout_engine()
    return engine is None or isinstance(engine, PlaceHolderLayoutEngine)


def lay_out(figure: Figure) -> None:
    """Find the layout, once; what is drawn later does not move it."""
    if _is_laid_out(figure):
        return
    # minor ticks without labels move nothing, but would take half the time
    sides = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) if not _within_a_decade(axis)]
    minor = [axis.get_minor_locator() for axis in sides]
    for axis in sides:
        axis.set_minor_locator(NullLocator())
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        # the solver's last digits depend on where in memory its variables lie
        axes.set_position([round(number, DIGITS) for number in axes.get_position(original=True).bounds])
    for axis, locator in zip(sides, minor, strict=True):
        axis.set_minor_locator(locator)


def _refuse_empty_entries(figure: Figure) -> None:
    """Every entry of a legend has something beside its words."""
    for entry in (handle for found in figure.findobj(Legend) for handle in found.legend_handles):
        if isinstance(entry, Line2D) and {entry.get_linestyle(), entry.get_marker()} <= {"None", "none", " ", ""}:
            raise ValueError(f"legend: {entry.get_label()!r} has neither line nor marker")


def save(figure: Figure, pdf: Path, png: Path) -> None:
    """Write PDF and PNG without dates, so that equal tables give equal bytes."""
    _refuse_empty_entries(figure)
    # each file is drawn once: `savefig` would draw it again to lay it out
    lay_out(figure)
    FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})
    FigureCanvasPdf(figure).print_pdf(pdf, metadata={"CreationDate": None, "Creator": None, "Producer": None})
    plt.close(figure)
