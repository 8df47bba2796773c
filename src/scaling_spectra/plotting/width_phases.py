"""What limits networks of few hidden units: regions in (n_eff, p), and the exponent of state evolution."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from scaling_spectra.plotting import style
from scaling_spectra.plotting.room import most_room

# regions from the narrowest networks on, with their colours and what is written there
REGION_LOOKS = {
    "width": ("#56B4E9", r"$p^{1-2\gamma}$"),
    "noise": ("#E69F00", r"$p/n_{\rm eff}$"),
    "beyond the peak": ("#CC79A7", "$R$ falls"),
    "wide": ("#009E73", "as $p = d$"),
    "shrinkage": ("#F0E442", r"$(\sqrt{p}/n_{\rm eff})^{2-1/\gamma}$"),
    "nothing": ("0.8", "const"),
}
# their opacity
PALE = 0.55
# size of the labels; a region that has not this many times the room for one is named in the legend
LETTERS, ENOUGH = 7, 0.8
LINES = {
    "best": ("-", "best width"),
    "interpolation": ("--", r"interpolation peak, $p = n_{\rm eff}/2$"),
    "enough": (":", "from here on more width only strengthens weight decay"),
}


def compose(phases: pd.DataFrame, named: dict[str, str]) -> tuple:
    """Figure `width_phases`, its numbers and its caption, from the table of its name."""
    first = phases.iloc[0]
    caption = f"""What limits a network of p hidden units, {named[first["teacher"]]}, Delta = {first["noise_var"]:g},
    lambda = {first["weight_decay"]:g}, d = {first["dim"]:.0e}. Left: predicted regions with the rate of R;
    lines, best width (solid), interpolation peak p = n_eff/2 (dashed), and the width from which more only makes weight
    decay stronger (dotted). Right: state evolution, local exponent of R in p, with the same lines."""
    return draw(phases), phases, caption


def draw(phases: pd.DataFrame) -> Figure:
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
    image = right.pcolormesh(grid.columns, grid.index, grid, cmap="RdBu_r", vmin=-1, vmax=1)
    figure.colorbar(image, ax=right, label=r"$d \log R / d \log p$")
    lines = phases.drop_duplicates("n_eff")
    for panel in (left, right):
        for name, (stroke, _) in LINES.items():
            panel.plot(lines["n_eff"], lines[name], color="black", linestyle=stroke, linewidth=0.9)
        style.log_axes(panel)
        panel.set_xlabel(r"$n_{\rm eff}$")
        panel.set_xlim(lines["n_eff"].min(), lines["n_eff"].max())
        panel.set_ylim(phases["hidden"].min(), phases["hidden"].max())
    left.set_ylabel("hidden units $p$")
    left.set_title("predicted")
    right.set_title("state evolution")
    handles = [Line2D([], [], color="black", linestyle=stroke, label=words) for stroke, words in LINES.values()]
    # labels are placed in the panel's final size, which the legend of one row is a part of
    shown = figure.legend(handles=handles, loc="outside upper center", ncols=len(handles) + 1)
    style.lay_out(figure)
    unnamed = [region for region in REGION_LOOKS if not _name(left, regions, region)]
    handles += [Patch(color=REGION_LOOKS[region][0], alpha=PALE, label=REGION_LOOKS[region][1]) for region in unnamed]
    shown.remove()
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def _name(panel: Axes, regions: pd.DataFrame, region: str) -> bool:
    """Write a region's rate where it has most room; whether it is there, and has enough."""
    inside = (regions == list(REGION_LOOKS).index(region)).to_numpy()
    if not inside.any():
        return True
    frame = panel.get_window_extent()
    look = {"ha": "center", "va": "center", "fontsize": LETTERS, "transform": panel.transAxes, "in_layout": False}
    text = panel.text(0.5, 0.5, REGION_LOOKS[region][1], **look)
    size = text.get_window_extent()
    room, x, y = most_room(inside, size.width / frame.width, size.height / frame.height, 0, frame)
    text.set_position((x, y))
    if room < ENOUGH:
        text.remove()
    return room >= ENOUGH
