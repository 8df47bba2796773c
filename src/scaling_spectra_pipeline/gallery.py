"""``python -m scaling_spectra_pipeline.gallery [SETTINGS]``: what README and documentation show of a build.

Copies the figures of a checked build as small images to docs/gallery, renders its tables beside them, takes its
Explorer along, and writes what builds cost, from Snakemake's benchmark files and the sizes of their files, into
docs/gallery, README.md and docs/reproduce.md.
"""

import ast
import json
import os
import shutil
import sys
from pathlib import Path

import pandas as pd
from PIL import Image

from scaling_spectra_pipeline import benchmark_files, rendering, scales
from scaling_spectra_pipeline.asked import again, configuration, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.config import SCALES
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.graph import jobs_of
from scaling_spectra_pipeline.job import whole
from scaling_spectra_pipeline.schemas import figure_summary as figure_summary_table
from scaling_spectra_pipeline.schemas.columns import read

GALLERY = Path("docs/gallery")
# their scripts
FIGURES = Path("scripts/figures")
# what each figure shows, at length
EXPLAINED = Path("docs/figures.md")
# pixels across; the figures themselves have half as many again
WIDTH = 1380
# lines and markers of few colours: a palette makes the files three times smaller; one round moves its colours to where
# they are used, else the flat tints of maps turn into others
COLOURS, ROUNDS = 256, 1
# pages that show what builds cost
SHOWING = (Path("README.md"), Path("docs/reproduce.md"))
BEGIN, END = "<!-- timings: written by make gallery -->", "<!-- end of timings -->"
# of rows of builds; what all of them share comes first
ORDER = ("environment", *SCALES)
# how long it takes from a clone to a figure, written by benchmarks/first_figure.py
FIRST_FIGURE = Path("benchmarks/results/first_figure.csv")
# the page that the documentation embeds; of power laws only
EXPLORER = "explorer.html"
INTRODUCTION = """# Gallery

Every figure of the build `{build}`, with the caption that the build wrote. The PDF of a figure and exactly its
numbers lie beside it in `figures/{build}` once you have built it. The tables of the same build are
[on their own page](tables.md). On a dark page images are inverted: what a caption calls dark is light there.
"""
# the paper's figures and statements come first, in this order
KINDS = ("Figure", "Result", "Corollary")


def images(build: str) -> str:
    """Write small copies of a build's figures; return the page that shows them with their captions."""
    lines = [INTRODUCTION.format(build=build)]
    drawn = sorted(Path(f"figures/{build}").glob("*.png"))
    for stale in set(GALLERY.glob("*.png")) - {GALLERY / path.name for path in drawn}:
        stale.unlink()
    for path in sorted(drawn, key=lambda path: _place(title(path.stem))):
        with Image.open(path) as image, whole(str(GALLERY / path.name)) as partial:
            size = WIDTH, round(image.height * WIDTH / image.width)
            small = (
                image.convert("RGB")
                .resize(size, Image.Resampling.LANCZOS)
                .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=ROUNDS, dither=Image.Dither.NONE)
            )
            small.save(partial, optimize=True)
        caption = _plain(path.with_suffix(".txt").read_text(encoding="utf-8").strip())
        more = f"\n[More about this figure](../figures.md#{path.stem})\n" if explained(path.stem) else ""
        name = title(path.stem)
        lines.append(f"## {name}\n\n![{name}]({path.name})\n\n`{path.stem}`. {caption}\n{more}")
    return "\n".join(lines)


def title(figure: str) -> str:
    """What people call a figure: the docstring of its script."""
    text = (FIGURES / f"{figure}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or figure).splitlines()[0].rstrip(".")


def _place(name: str) -> tuple[int, str]:
    kind = name.split()[0]
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), name)


def explained(figure: str) -> bool:
    """Whether docs/figures.md has a section on a figure; one's own need not have one."""
    return f"\n## `{figure}`\n" in EXPLAINED.read_text(encoding="utf-8")


def _plain(text: str) -> str:
    """Text with the characters escaped that Markdown would read as marks."""
    entities = {"<": "&lt;", ">": "&gt;"}
    return "".join(f"\\{c}" if c in "\\`*_[]|$" else entities.get(c, c) for c in text)


def tables(build: str, compared: pd.DataFrame) -> str:
    """Page with the tables of a build, and with the scales `compared`."""
    root = f"results/{build}"
    checks = f"{root}/checks.json"
    rendered = rendering.rendered(f"{root}/tables/exponent_summary.csv", f"{root}/tables/spectral_phases.csv", checks)
    rendered["figure_summary"] = rendering.figure_summary(
        read(f"{root}/tables/figure_summary.csv", figure_summary_table.SCHEMA)
    )
    findings = json.loads(Path(checks).read_text(encoding="utf-8"))["findings"]
    passed = sum(finding["passed"] for finding in findings)
    lines = [
        "# Tables of a build",
        "",
        f"Of the build `{build}`; of its {len(findings)} checks {passed} passed. Every column of the files that",
        "these come from is described under [Tables](../tables.md).",
        "",
    ]
    for name in ("exponents", "spectral_phases", "figure_summary"):
        lines += [f"## {rendering.TITLES[name]}", "", rendering.NOTES[name], "", rendering.markdown(rendered[name])]
    if not compared.empty:
        lines += [f"## {scales.TITLE}", "", scales.NOTE, "", rendering.markdown(scales.text(compared))]
    return "\n".join(lines)


def timings() -> pd.DataFrame:
    """CPU seconds of every built scale, stage by stage, from the benchmark files of its jobs."""
    rows = []
    for scale in SCALES:
        root = Path(f"results/{scale}/.jobs/benchmarks")
        # only of builds that ended with the checks
        if not Path(f"results/{scale}/checks.passed").exists():
            continue
        # not those that an earlier configuration left
        of_jobs = [Path(job.benchmark) for job in jobs_of({"scale": scale}) if job.benchmark]
        for path in filter(Path.exists, of_jobs):
            job = benchmark_files.read(path)
            stage = path.relative_to(root).parts[0].removesuffix(".tsv")
            rows.append((scale, stage, job["cpu_seconds"], job["max_rss"]))
    jobs = pd.DataFrame(rows, columns=["scale", "stage", "cpu_seconds", "memory_mb"])
    found = jobs.groupby(["scale", "stage"], sort=False).agg(
        jobs=("cpu_seconds", "size"),
        cpu_seconds=("cpu_seconds", "sum"),
        longest=("cpu_seconds", "max"),
        memory_mb=("memory_mb", "max"),
    )
    return found.round(1).reset_index()


def disk() -> pd.DataFrame:
    """Megabytes of the environment, and of every built scale with its jobs' files."""
    folders = {"environment": [sys.prefix], **{scale: [f"results/{scale}", f"figures/{scale}"] for scale in SCALES}}
    built = {"environment", *(scale for scale in SCALES if Path(f"results/{scale}/checks.passed").exists())}
    rows = [(what, round(sum(map(_megabytes, folders[what])))) for what in folders if what in built]
    return pd.DataFrame(rows, columns=["what", "megabytes"])


def _megabytes(folder: str) -> float:
    files = (Path(parent) / name for parent, _, names in os.walk(folder) for name in names)
    return sum(path.lstat().st_size for path in files) / 1e6


def kept(found: pd.DataFrame, file: str, key: str) -> pd.DataFrame:
    """What was found, with the rows of builds that are not here as the gallery has them, in the order of scales."""
    earlier = Path(GALLERY / file)
    if not earlier.exists():
        return found
    before = pd.read_csv(earlier)
    # no preset is built here
    if found.empty:
        return before
    both = pd.concat([before[~before[key].isin(found[key])], found], ignore_index=True)
    return both.sort_values(key, key=lambda names: names.map(ORDER.index), kind="stable", ignore_index=True)


def sizes(found: pd.DataFrame) -> str:
    """What lies on the disk afterwards, in one line."""
    said = [f"{row.what} {row.megabytes / 1000:.1f} GB" for row in found.itertuples() if row.megabytes >= 1000]
    said += [f"{row.what} {row.megabytes:.0f} MB" for row in found.itertuples() if row.megabytes < 1000]
    return f"On disk: {', '.join(said)}."


def costs(found: pd.DataFrame) -> str:
    """What builds cost, as README and documentation show it."""
    lines = [
        "| scale | jobs | CPU minutes | of these training and studies | longest job | most memory |",
        "|---" * 6 + "|",
    ]
    for scale, rows in found.groupby("scale", sort=False):
        trained = rows[rows["stage"].isin(["train_networks", "studies"])]["cpu_seconds"].sum()
        lines.append(
            f"| `{scale}` | {rows['jobs'].sum()} | {rows['cpu_seconds'].sum() / 60:.1f} | {trained / 60:.1f} | "
            f"{rows['longest'].max():.0f} s | {rows['memory_mb'].max() / 1000:.1f} GB |"
        )
    if FIRST_FIGURE.exists():
        lines += ["", "| from a clone to | CPU seconds |", "|---|---|"]
        lines += [f"| {row.step} | {row.cpu_seconds:.0f} |" for row in pd.read_csv(FIRST_FIGURE).itertuples()]
    return "\n".join(lines)


def shown(found: pd.DataFrame, on_disk: pd.DataFrame) -> str:
    """What pages show between their markers."""
    return f"{costs(found)}\n\n{sizes(on_disk)}"


def between(page: str, text: str) -> str:
    """`page` with `text` between its markers."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}"


def main(*settings: str) -> None:
    """Take images, tables and timings of README and documentation from a checked build.

    Parameters
    ----------
    settings
        What was built: a scale, or settings as Snakemake's --config takes them; those of config.yaml if not given.
    """
    try:
        build = configuration(settings).build
    except ConfigError as error:
        sys.exit(str(error))
    if not Path(f"results/{build}/checks.passed").exists():
        sys.exit(f"gallery: no checked build {build} here; build it: {again('figures', settings)}")
    GALLERY.mkdir(exist_ok=True)
    here = timings()
    compared = kept(scales.side_by_side(here), "scales.csv", "scale")
    found, on_disk = kept(here, "timings.csv", "scale"), kept(disk(), "disk.csv", "what")
    (GALLERY / "index.md").write_text(images(build), encoding="utf-8")
    (GALLERY / "tables.md").write_text(tables(build, compared), encoding="utf-8")
    compared.to_csv(GALLERY / "scales.csv", index=False, lineterminator="\n")
    found.to_csv(GALLERY / "timings.csv", index=False, lineterminator="\n")
    on_disk.to_csv(GALLERY / "disk.csv", index=False, lineterminator="\n")
    for page in SHOWING:
        page.write_text(between(page.read_text(encoding="utf-8"), shown(found, on_disk)), encoding="utf-8")
    (GALLERY / EXPLORER).unlink(missing_ok=True)
    if (explorer := Path(f"figures/{build}/{EXPLORER}")).exists():
        shutil.copyfile(explorer, GALLERY / EXPLORER)
    print(f"gallery  {build} in {GALLERY}, times and sizes of presets in {', '.join(map(str, SHOWING))}; commit them")


if __name__ == "__main__":
    refuse_another()
    serve(main)
