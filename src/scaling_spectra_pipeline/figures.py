"""Around every figure script: what teachers are called, writing its four files."""

import pandas as pd
from matplotlib.figure import Figure

from scaling_spectra.plotting import style
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.job import whole


def labels_of(teachers: dict[str, Settings]) -> dict[str, str]:
    """Teachers in words, for captions, by their keys."""
    return {key: make(settings).label for key, settings in teachers.items()}


def write_figure(
    figure: Figure, source: pd.DataFrame, caption: str, pdf: str, png: str, csv: str, txt: str, foot: str = ""
) -> None:
    """Write a figure, its panels lettered on a `foot`, the table of exactly the plotted numbers, and its caption."""
    style.letter(figure)
    style.stand_on(figure, _as_drawn(foot, source))
    with whole(pdf) as partial_pdf, whole(png) as partial_png:
        style.save(figure, partial_pdf, partial_png)
    with whole(csv) as partial:
        source.to_csv(partial, index=False, lineterminator="\n")
    with whole(txt) as partial:
        partial.write_text(" ".join(caption.split()) + "\n", encoding="utf-8")


def _as_drawn(foot: str, source: pd.DataFrame) -> str:
    """The foot; where it names an exponent alone, that of the teachers drawn, if they have one in common."""
    drawn = source["gamma"].dropna().unique() if "gamma" in source else []
    if not (style.names_an_exponent_alone(foot) and len(drawn)):
        return foot
    return f"γ = {drawn[0]:g}" if len(drawn) == 1 else ""
