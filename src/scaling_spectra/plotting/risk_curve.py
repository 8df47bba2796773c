"""The risk along a range of samples or weight decays, beside the Bayes-optimal risk, for the command line."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import style

FORMATS = (".png", ".pdf")
# packages that open windows, in matplotlib's order; which of them there are is up to the machine
WINDOWS = ("macosx", "qtagg", "gtk4agg", "gtk3agg", "tkagg", "wxagg")
# pixels an inch in a window
SHARPNESS = 200


def compose(rows: list[dict[str, Any]]) -> Figure:
    """One line per weight decay over n_eff, or a value of n_eff over the weight decay, whichever are fewer."""
    table = pd.DataFrame(rows)
    network = table["network"].iloc[0]
    symbols = {"n_eff": problem_of(network).N_EFF, "weight_decay": "λ"}
    x = "n_eff" if table["n_eff"].nunique() >= table["weight_decay"].nunique() else "weight_decay"
    (other,) = symbols.keys() - {x}
    style.use()
    figure, panel = plt.subplots(figsize=(style.TEXT / 2, 2.6))
    values = table[other].unique()
    shades = plt.get_cmap("viridis_r")(np.linspace(0.15, 0.95, len(values)))
    for value, colour in zip(values, shades, strict=True):
        line = table[table[other] == value]
        # a single point is no line
        marker = "o" if len(line) == 1 else ""
        panel.plot(line[x], line["risk"], marker=marker, color=colour, label=f"{symbols[other]} = {value:.3g}")
    if x == "n_eff":
        # whatever the weight decay
        panel.plot(line[x], line["bayes_risk"], color="black", linestyle=":", label="Bayes-optimal")
    style.log_axes(panel)
    panel.set(xlabel=symbols[x], ylabel="excess risk R")
    if len(values) <= 8:
        panel.legend()
    first = table.iloc[0]
    teacher = "given spectrum" if pd.isna(first["gamma"]) else f"γ = {first['gamma']:g}"
    panel.set_title(f"{network}, d = {first['dim']:g}, {teacher}, Δ = {first['noise_var']:g}", loc="left")
    return figure


def can_show() -> bool:
    """Whether windows can be opened here; they are from now on."""
    for name in WINDOWS:
        # of a package that is missing, or without a display
        with suppress(ImportError):
            plt.switch_backend(name)
            return True
    return False


def show(rows: list[dict[str, Any]]) -> None:
    """Draw `rows` into a window, until it is closed."""
    figure = compose(rows)
    figure.set_dpi(SHARPNESS)
    plt.show()
    plt.close(figure)


def draw(rows: list[dict[str, Any]], output: Path) -> None:
    """Draw `rows` into a file."""
    figure = compose(rows)
    figure.savefig(output, dpi=300)
    plt.close(figure)
