"""Around every figure: reading its tables, what teachers are called, writing its four files."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from scaling_spectra.plotting import style
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.reading import read_tables

# from tables, by the names of a script's INPUTS, a figure, exactly its numbers, and its caption
Compose = Callable[..., tuple[Figure, pd.DataFrame, str]]


def drawn_by(compose: Compose, **options: Any) -> Callable[..., None]:
    """``main`` of a figure script: `draw` with what its module of plotting composes, and `options` of that."""
    return partial(draw, partial(compose, **options))


def run(main: Callable[..., None], snakemake: Any) -> None:
    """Run a figure script's ``main`` as the job of its rule."""
    with job(snakemake.log[0], snakemake.threads):
        outputs = {**dict(snakemake.output.items()), "foot": snakemake.params.foot}
        main(dict(snakemake.input.items()), outputs, **snakemake.params.arguments)


def draw(
    compose: Compose, inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings] | None = None
) -> None:
    """Read tables, compose the figure and write it; a figure that names teachers has their settings by their keys."""
    named = {} if teachers is None else {"named": labels_of(teachers)}
    figure, source, caption = compose(**read_tables(inputs), **named)
    write_figure(figure, source, caption, **outputs)


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
