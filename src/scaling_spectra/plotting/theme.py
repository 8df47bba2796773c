"""Seaborn's theme as parameters of matplotlib.

Each figure is drawn by a job of its own, which loading seaborn would make longer. So what it sets is written down
here; ``python -m scaling_spectra.plotting.theme`` prints it anew for another `CONTEXT` or `STYLE`, and a test compares.
"""

from pprint import pprint
from typing import Any

CONTEXT, STYLE = "paper", "ticks"
# registered by seaborn, or no plain value; no figure uses them
LEFT_OUT = ("image.cmap", "axes.prop_cycle")

THEME = {
    "axes.axisbelow": True,
    "axes.edgecolor": ".15",
    "axes.labelcolor": ".15",
    "axes.labelsize": 9.6,
    "axes.linewidth": 1.0,
    "axes.titlesize": 9.6,
    "font.sans-serif": ["Arial", "DejaVu Sans", "Liberation Sans", "Bitstream Vera Sans", "sans-serif"],
    "font.size": 9.6,
    "grid.color": ".8",
    "legend.fontsize": 8.8,
    "legend.title_fontsize": 9.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.8,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "patch.linewidth": 0.8,
    "text.color": ".15",
    "xtick.color": ".15",
    "xtick.labelsize": 8.8,
    "xtick.major.size": 4.8,
    "xtick.major.width": 1.0,
    "xtick.minor.size": 3.2,
    "xtick.minor.width": 0.8,
    "ytick.color": ".15",
    "ytick.labelsize": 8.8,
    "ytick.major.size": 4.8,
    "ytick.major.width": 1.0,
    "ytick.minor.size": 3.2,
    "ytick.minor.width": 0.8,
}


def from_seaborn() -> dict[str, Any]:
    """What seaborn's theme changes in matplotlib's defaults."""
    import matplotlib
    import seaborn

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        defaults = dict(matplotlib.rcParams)
        seaborn.set_theme(context=CONTEXT, style=STYLE)
        found = dict(matplotlib.rcParams)
    changed = {name: value for name, value in found.items() if value != defaults[name] and name not in LEFT_OUT}
    return {name: _plain(value) for name, value in sorted(changed.items())}


def _plain(value: Any) -> Any:
    """Rounding of scaled sizes undone, and words for named values."""
    if isinstance(value, float):
        return round(value, 6)
    return str(value.value) if hasattr(value, "value") else value


if __name__ == "__main__":
    pprint(from_seaborn())
