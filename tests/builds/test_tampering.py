"""Artifacts of a smoke build, tampered with in many ways: each is caught, and named.

Twice: once as it happens, where the seal of the file tells; once with the seal made anew, where only what the
content says can tell. All tamperings of one kind are done to one copy, and judged in one go.
"""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from helpers.checkout import snakemake
from helpers.verdict import copy_build, judge
from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.checks.figures import figure_is_sound
from scaling_spectra_pipeline.checks.files import STALE

pytestmark = pytest.mark.tries("tamperings")

R, F = Path("results/smoke"), Path("figures/smoke")


def job_file(suffix, number=0):
    """A file of one training job."""
    return sorted((R / "training/excess_risk/diagonal").rglob(f"n_eff*{suffix}"))[number]


def number(path, column, row, change):
    """Change one number of a table."""
    table = pd.read_csv(path, low_memory=False)
    table.loc[row, column] = change(table.loc[row, column])
    table.to_csv(path, index=False, lineterminator="\n")
    return path


def lines(path, change):
    """Change the lines of a text file."""
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    return path


def content(path, change):
    """Change the bytes of a file."""
    path.write_bytes(change(path.read_bytes()))
    return path


def swap(one, other):
    """Exchange two files."""
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return one


def remove(path):
    path.unlink()
    return path


def copy(source, target):
    shutil.copy(source, target)
    return target


def blank(path):
    """A white picture of the same size and resolution."""
    with Image.open(path) as image:
        Image.new("RGB", image.size, "white").save(path, dpi=image.info["dpi"])
    return path


def bare_font(path):
    """Take the outlines of one font out of a PDF."""
    writer = PdfWriter(clone_from=PdfReader(path))
    font = next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()
    if font["/Subtype"] == "/Type3":
        font[NameObject("/Subtype")] = NameObject("/TrueType")
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = inner["/FontDescriptor"].get_object()
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        descriptor.pop(NameObject(key), None)
    writer.write(path)
    return path


def cut(data):
    return data[: len(data) // 2]


def flip(data):
    """One bit in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def two_ensembles():
    return sorted((R / "data/diagonal").rglob("batch0.npz"))[:2]


# what is done -> the artifact that must be named
AS_IT_HAPPENS = {
    "one wrong number in a table of one job": lambda: number(job_file(".csv"), "risk", 2, lambda x: 1.001 * x),
    "one wrong number in a collected table": lambda: number(
        R / "training/excess_risk.csv", "risk", 5, lambda x: 1.1 * x
    ),
    "the last digit of a number": lambda: number(R / "theory/spectra.csv", "delta", 7, lambda x: np.nextafter(x, 9)),
    "one wrong number in a table of theory": lambda: number(R / "tables/risk_map.csv", "slope", 9, lambda x: x + 0.1),
    "one wrong number in a figure's table": lambda: number(F / "fig3.csv", "risk", 30, lambda x: 1.01 * x),
    "one missing row": lambda: lines(R / "studies/equivalence.csv", lambda rows: rows[:-1]),
    "one row twice": lambda: lines(R / "tables/pruning.csv", lambda rows: [*rows, rows[-1]]),
    "rows in another order": lambda: lines(R / "tables/phase_boundaries.csv", lambda r: [r[0], *r[:0:-1]]),
    "a renamed column": lambda: lines(R / "tables/optimal_decay.csv", lambda r: [r[0].replace("risk", "R"), *r[1:]]),
    "an empty table": lambda: content(R / "tables/heavy_tails.csv", lambda data: b""),
    "a missing table": lambda: remove(R / "tables/risk_along_decay.csv"),
    "a table of another gamma": lambda: lines(
        R / "tables/peak_height.csv", lambda rows: [row.replace(",0.75,", ",1.0,") for row in rows]
    ),
    "swapped figures": lambda: swap(F / "fig1.pdf", F / "fig4.pdf"),
    "swapped pictures of figures": lambda: swap(F / "fig3.png", F / "fig5.png"),
    "a truncated PDF": lambda: content(F / "fig2.pdf", cut),
    "one bit of a PDF": lambda: content(F / "heavy_tails.pdf", flip),
    "a blank picture": lambda: blank(F / "fig2.png"),
    "a font that is not embedded": lambda: bare_font(F / "universality.pdf"),
    "a missing caption": lambda: remove(F / "fig5.txt"),
    "another number in a caption": lambda: content(F / "fig1.txt", lambda text: text.replace(b"0.75", b"1.00", 1)),
    "a truncated array": lambda: content(job_file(".npy"), cut),
    "teachers swapped between ensembles": lambda: swap(*two_ensembles()),
    "an edited verdict": lambda: content(R / "checks.passed", lambda text: text + b"\n"),
    "a figure that no rule makes": lambda: copy(F / "fig1.png", F / "fig9.png"),
    "a table that no rule makes": lambda: copy(R / "theory/spectra.csv", R / "theory/old.csv"),
    "a job's table without a job": lambda: copy(
        job_file(".csv", 1), job_file(".csv", 1).with_name("n_eff7.5_network_batch0.csv")
    ),
}

# what is done before the seal is made anew -> the artifact that must be named, and the check that names it
RESEALED = {
    "one wrong risk": (
        lambda: number(R / "training/excess_risk.csv", "risk", 5, lambda x: 1.0001 * x),
        "learned spectra",
    ),
    "one wrong training loss": (
        lambda: number(R / "training/weight_decay_scan.csv", "train_loss", 5, lambda x: 1.0001 * x),
        "learned spectra",
    ),
    "one wrong weight": (
        lambda: number(R / "spectra/spectra.csv", "value", 0, lambda x: 1.001 * x) and R / "training/spectra.csv",
        "learned spectra",
    ),
    "one wrong effective noise": (
        lambda: number(R / "theory/excess_risk.csv", "delta", 50, lambda x: 1.0001 * x),
        "state evolution",
    ),
    "one wrong predicted training loss": (
        lambda: number(R / "theory/spectra.csv", "train_loss", 50, lambda x: 1.0001 * x),
        "state evolution",
    ),
    "one wrong threshold": (
        lambda: number(R / "theory/weight_decay_scan.csv", "threshold", 50, lambda x: 0.5 * x),
        "monotone",
    ),
    "one wrong risk at the peak": (
        lambda: number(R / "tables/peak_profile.csv", "risk", 50, lambda x: 1.001 * x),
        "state evolution",
    ),
    "a gap above the tolerance": (
        lambda: number(R / "studies/equivalence.csv", "relative_gap", 3, lambda x: 2e-5),
        "certificates",
    ),
    "an optimum below Bayes": (
        lambda: number(R / "tables/optimal_decay.csv", "bayes_risk", 27 - 7, lambda x: 10.0),
        "bounds",
    ),
    "an overfitting function off its equation": (
        lambda: number(R / "tables/overfitting_function.csv", "rho", 40, lambda x: 1.001 * x),
        "overfitting function",
    ),
    "an exponent at huge d": (
        lambda: number(R / "tables/exponent_summary.csv", "large_slope", slice(None), lambda x: x - 0.1),
        "exponents at huge d",
    ),
    "a missing row": (
        lambda: lines(R / "studies/equivalence.csv", lambda rows: rows[:-1]),
        "complete",
    ),
    "a renamed column": (
        lambda: lines(R / "tables/heavy_tails.csv", lambda r: [r[0].replace("start", "begin"), *r[1:]]),
        "schema",
    ),
    "a number out of range": (
        lambda: number(R / "tables/learned_law.csv", "distance", 3, lambda x: 1.5),
        "schema",
    ),
    "a word that is none": (
        lambda: number(R / "tables/spectral_phases.csv", "point", 3, lambda x: "deepest"),
        "schema",
    ),
    "a table of another gamma": (
        lambda: lines(R / "tables/phase_regions.csv", lambda rows: [row.replace(",0.75,", ",1.0,") for row in rows]),
        "settings",
    ),
    "a number that its source does not have": (
        lambda: number(R / "tables/pruning.csv", "risk", 4, lambda x: 1.01 * x),
        "source",
    ),
    "a truncated PDF": (lambda: content(F / "fig2.pdf", cut), "figure"),
    "a font that is not embedded": (lambda: bare_font(F / "universality.pdf"), "figure"),
    "a blank picture": (lambda: blank(F / "fig2.png"), "figure"),
    "a picture of another figure": (lambda: swap(F / "fig1.png", F / "overfitting_function.png"), "figure"),
    "numbers without rows": (lambda: lines(F / "fig3.csv", lambda rows: rows[:1]), "figure"),
    "a caption cut short": (lambda: lines(F / "fig3.txt", lambda rows: [rows[0][:200]]), "figure"),
}


@pytest.fixture(scope="module")
def built(smoke, tmp_path_factory):
    """Make a copy of the build, do something to it there, and judge it."""

    def judged(name, tamper):
        folder = tmp_path_factory.mktemp(name)
        copy_build(smoke, folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            named = tamper()
            return named, judge(), folder

    return judged


@pytest.fixture(scope="module")
def as_it_happens(built):
    return built("tampered", lambda: {name: str(tamper()) for name, tamper in AS_IT_HAPPENS.items()})


@pytest.fixture(scope="module")
def resealed(built):
    def tamper_all():
        named = {name: str(tamper()) for name, (tamper, _) in RESEALED.items()}
        for path in [path for folder in (R, F) for path in folder.rglob("[!.]*") if path.is_file()]:
            if seals.fault(path):
                seals.write(path, path)
        return named

    return built("resealed", tamper_all)


@pytest.mark.parametrize("name", AS_IT_HAPPENS)
def test_tampering_is_caught_and_named(as_it_happens, name):
    artifacts, findings, _ = as_it_happens
    assert artifacts[name] in {finding.artifact for finding in findings if not finding.passed}


@pytest.mark.parametrize("name", RESEALED)
def test_content_is_caught_without_the_help_of_seals(resealed, name):
    artifacts, findings, _ = resealed
    failed = {(finding.artifact, finding.check) for finding in findings if not finding.passed}
    assert (artifacts[name], RESEALED[name][1]) in failed
    assert "seal" not in {check for _, check in failed}


def test_no_flipped_bit_of_a_pdf_stops_the_check(smoke, tmp_path, record_property):
    """Whatever a damaged file makes its reader raise: the verdict names it, and goes on."""
    stem = "overfitting_function"
    for path in (smoke / F).glob(f"{stem}.*"):
        shutil.copy(path, tmp_path)
    figure = tmp_path / f"{stem}.pdf"
    sound, found = figure.read_bytes(), 0
    # the middle, where the reader once raised what was not expected, and anywhere
    places = [len(sound) // 2, *np.random.default_rng(5).integers(len(sound), size=80)]
    record_property("tried flipped bits", len(places))
    for place in places:
        figure.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        found += not figure_is_sound(str(tmp_path / stem), 6.9)[0].passed
    assert found > 0


@pytest.mark.untried
def test_nothing_else_is_blamed(built):
    _, findings, folder = built("untouched", lambda: None)
    assert [finding for finding in findings if not finding.passed] == []
    assert json.loads((folder / "checks.json").read_text())["passed"]


@pytest.mark.untried
def test_summary_and_page_put_failures_first(as_it_happens):
    artifacts, findings, folder = as_it_happens
    summary, page = json.loads((folder / "checks.json").read_text()), (folder / "checks.md").read_text()
    assert not summary["passed"]
    assert summary["counts"]["failed"] == sum(not finding.passed for finding in findings)
    assert set(artifacts.values()) <= set(summary["failed_artifacts"])
    assert page.index("## Failed") < page.index(artifacts["a truncated PDF"]) < page.index("## Passed")
    assert STALE in page[: page.index("## Passed")]


def test_snakemake_check_fails_on_a_figure_changed_behind_its_back(smoke, tmp_path):
    """Also if the file keeps its size and date; the advice that it gives then helps."""
    copy_build(smoke, tmp_path, metadata=True)
    name = F / "overfitting_function.pdf"
    figure = tmp_path / name
    before = figure.stat()
    content(figure, flip)
    os.utime(figure, ns=(before.st_atime_ns, before.st_mtime_ns))
    result = snakemake(tmp_path, "--cores", "1", "--config", "scale=smoke", "--", "check")
    assert result.returncode != 0
    assert f"check failed: seal: {name}: {seals.ADVICE}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / R / "checks.passed").exists()
    figure.unlink()
    result = snakemake(tmp_path, "--cores", "1", "--config", "scale=smoke", "--", "check")
    assert result.returncode == 0, result.stderr[-3000:]
    assert figure.read_bytes() == (smoke / name).read_bytes()
    assert seals.digest(figure) in (tmp_path / R / "checks.passed").read_text()
