"""Released numbers: what is compared with them, how closely, and what is said."""

import json
import runpy

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.verdict import FIGURES, RESULTS, copy_build
from scaling_spectra_pipeline import release, seals
from scaling_spectra_pipeline.checks import reference, sameness
from scaling_spectra_pipeline.checks.finding import Finding
from scaling_spectra_pipeline.config import load

SETTINGS = {"folder": "results/reference/smoke", "results": RESULTS, "figures": FIGURES}


@pytest.fixture(scope="module")
def released(smoke, tmp_path_factory):
    """A copy of the smoke build with its own numbers as the reference."""
    folder = tmp_path_factory.mktemp("released")
    copy_build(smoke, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        release.main("smoke")
    return folder


KNOWN = {}


def _once(compare_file):
    """The comparison of a file, from `KNOWN` if both files are as they were."""

    def known(name, built, stored, rows):
        key = (name, rows, seals.digest(built), seals.digest(stored))
        if key not in KNOWN:
            KNOWN[key] = compare_file(name, built, stored, rows)
        return KNOWN[key]

    return known


@pytest.fixture
def compare(released, monkeypatch):
    """Compare the build with the reference, one file changed for the time; the others have been compared before."""
    monkeypatch.chdir(released)
    monkeypatch.setattr(reference, "_compare_file", _once(reference._compare_file))

    def compared(name=None, column=None, rows=None, change=None, **overrides):
        settings = load({"scale": "smoke", **overrides}, ROOT).model_dump(mode="json")
        if name is None:
            return reference.compare(**SETTINGS, settings=settings)
        path = released / name
        before = path.read_bytes()
        table = pd.read_csv(path, low_memory=False)
        chosen = rows(table) if rows else slice(None)
        table.loc[chosen, column] = change(table.loc[chosen, column])
        table.to_csv(path, index=False, lineterminator="\n")
        try:
            return reference.compare(**SETTINGS, settings=settings)
        finally:
            path.write_bytes(before)

    return compared


def failures(findings):
    return [(finding.artifact, finding.detail) for finding in findings if not finding.passed]


def test_a_build_agrees_with_itself(compare, released):
    findings = compare()
    figures = {path.name for path in (released / FIGURES).glob("*.csv")}
    assert len(findings) == len(figures) + len(reference.TABLES)
    assert failures(findings) == []
    assert all("all equal" in finding.detail for finding in findings)


THEORY, TRAINED = (lambda t, s=s: t["series"] == s for s in ("state evolution", "trained"))


@pytest.mark.parametrize(
    ("name", "column", "rows", "accepted", "refused"),
    [
        ("fig3.csv", "risk", THEORY, 1e-7, 1e-5),
        ("fig3.csv", "risk", TRAINED, 1e-3, 0.03),
        ("fig3.csv", "standard_error", TRAINED, 1e-3, 0.5),
        ("fig1.csv", "risk", lambda t: t["series"] == "map", 1e-7, 1e-5),
        ("overfitting_function.csv", "rho", None, 1e-7, 1e-5),
        ("equivalence.csv", "objective_network", lambda t: t["unique"], 1e-6, 1e-4),
        ("result3_decomposition.csv", "price_sum", None, 1e-7, 1e-5),
    ],
)
def test_tolerance_of_theory_and_of_training(compare, name, column, rows, accepted, refused):
    path = f"{FIGURES}/{name}"
    assert failures(compare(path, column, rows, lambda x: x * (1 + accepted))) == []
    ((artifact, detail),) = failures(compare(path, column, rows, lambda x: x * (1 + refused)))
    assert artifact == path
    assert f": {column} = " in detail
    assert detail.startswith("row ")
    assert "in the reference at network = " in detail


def test_how_a_solver_got_there_is_not_compared(compare):
    assert failures(compare(f"{FIGURES}/equivalence.csv", "iterations", None, lambda x: x + 7)) == []


def test_points_that_are_not_unique_are_not_compared():
    kept = pd.DataFrame({"unique": [True, False], "risk": [1.0, 1.0], "rank": [3, 3], "replica": [0, 1]})
    compared = lambda **columns: sameness.compare("training", kept.assign(**columns), kept).difference  # noqa: E731
    assert compared(risk=[1.0, 9.0]) == ""
    assert compared(risk=[9.0, 1.0]).startswith("row 1: risk = 9.0, 1.0 in the reference")
    # another minimiser has another rank
    assert compared(rank=[3, 4]) == ""
    assert compared(rank=[4, 3]).startswith("row 1: rank = 4, 3 in the reference")
    # what is not a number of theirs is compared
    assert compared(replica=[0, 2]).startswith("row 2: replica = 2, 1 in the reference")
    assert compared(unique=[False, False], risk=[9.0, 1.0]).startswith("row 1: unique = False, True in the reference")


def test_reasons_are_compared_without_their_numbers():
    kept = pd.DataFrame({"status": ["solved", "no solution to 3.1e-09 after 40 steps"]})
    compared = lambda *status: sameness.compare("optimal_decay", pd.DataFrame({"status": status}), kept).difference  # noqa: E731
    assert compared("solved", "no solution to 2.7e-09 after 39 steps") == ""
    assert compared("no solution to 3.1e-09 after 40 steps", kept["status"][1]).startswith(
        "row 1: status = no solution"
    )


def test_no_phase_may_be_another():
    kept = pd.DataFrame({"series": "regions", "phase": ["II"] * 1000})
    found = sameness.compare("figures/fig1", kept.assign(phase=["II"] * 999 + ["Ib"]), kept)
    assert found.difference == "row 1000: phase = Ib, II in the reference at phase = Ib, regions; 1 of 1000 rows differ"


def test_other_words_rows_and_columns_are_named(compare, released):
    ((artifact, detail),) = failures(
        compare(f"{FIGURES}/fig3.csv", "network", lambda t: t.index == 4, lambda x: "other")
    )
    assert detail.startswith("row 5: network = other, diagonal in the reference")
    path = released / FIGURES / "fig5.csv"
    before = path.read_text()
    path.write_text("".join(before.splitlines(keepends=True)[:-1]))
    ((artifact, detail),) = failures(compare())
    path.write_text(before)
    assert artifact == f"{FIGURES}/fig5.csv"
    rows = len(before.splitlines()) - 1
    assert detail == f"{rows - 1} rows, {rows} in the reference"


def test_a_missing_figure_is_named(compare, released):
    path = released / FIGURES / "fig5.csv"
    before = path.read_bytes()
    path.unlink()
    ((artifact, detail),) = failures(compare())
    path.write_bytes(before)
    assert artifact == f"{FIGURES}/fig5.csv"
    assert detail.startswith("missing, but in the reference")


def test_other_settings_are_not_compared(compare):
    (finding,) = compare(gamma=1.0)
    assert finding.passed
    assert finding.detail == "not compared: the reference belongs to gamma = 0.75, this build has 1.0"
    (finding,) = compare(scale="laptop")
    assert finding.detail == 'not compared: the reference belongs to scale = "smoke", this build has "laptop"'
    # what is accepted does not change numbers
    assert len(compare(checks={"outliers": 0.1})) > 1


def test_an_edited_reference_is_named(compare, released):
    path = released / "results/reference/smoke/figures/fig3.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"0", b"1", 1))
    ((artifact, detail),) = failures(compare())
    path.write_bytes(before)
    assert artifact == "results/reference/smoke/figures/fig3.csv"
    assert "not what its manifest says" in detail


def test_long_series_are_thinned(released):
    manifest = json.loads((released / "results/reference/smoke" / reference.MANIFEST).read_text())
    kept = pd.read_csv(released / "results/reference/smoke/figures/fig1.csv", low_memory=False)
    full = pd.read_csv(released / FIGURES / "fig1.csv", low_memory=False)
    assert manifest["files"]["figures/fig1.csv"]["rows"] == len(full)
    assert len(kept) < len(full)
    assert kept["series"].value_counts().max() <= reference.KEPT_ROWS
    pd.testing.assert_frame_equal(
        kept.drop(columns=reference.ROW), full.loc[kept[reference.ROW]].reset_index(drop=True), check_dtype=False
    )
    assert set(kept["series"]) == set(full["series"])


def test_thinning_keeps_every_row_of_short_series():
    table = pd.DataFrame({"series": ["a"] * 10 + [None] * 5000, "x": np.arange(5010.0)})
    kept = reference.thinned(table)
    assert (kept["series"] == "a").sum() == 10
    assert kept["series"].isna().sum() == 1250


def test_other_numbers_are_no_fault_of_an_artifact(compare):
    (finding,) = [f for f in compare(f"{FIGURES}/fig3.csv", "risk", None, lambda x: 2 * x) if not f.passed]
    assert finding.differs
    assert not finding.fails


def test_the_page_puts_wrong_artifacts_before_other_numbers(tmp_path):
    findings = [
        Finding("schema", "a.csv", True, "3 rows"),
        Finding("reference numbers", "b.csv", False, "row 1"),
        Finding("schema", "c.csv", False, "no column"),
    ]
    write = runpy.run_path(str(ROOT / "scripts/check_artifacts.py"))["_write"]
    write(findings, {}, "install", str(tmp_path / "checks.json"), str(tmp_path / "checks.md"))
    content = json.loads((tmp_path / "checks.json").read_text())
    assert not content["passed"]
    assert content["counts"] == {"passed": 1, "failed": 1, "unlike_release": 1}
    assert content["failed_artifacts"] == ["c.csv"]
    titles = [line for line in (tmp_path / "checks.md").read_text().splitlines() if line.startswith("#")]
    assert titles == [
        "# Checks: 1 passed, 1 failed, 1 unlike the release",
        "## Failed",
        "## Unlike the release",
        "## Passed",
    ]


def test_advice_names_other_versions(released, tmp_path, monkeypatch):
    other = [Finding("reference numbers", "fig3.csv", False, "row 1")]
    folder = released / "results/reference/smoke"
    assert reference.advice(str(folder), []) == ""
    assert reference.advice(str(folder), other).startswith("versions are the release's: make test-machines says")
    manifest = json.loads((folder / reference.MANIFEST).read_text())
    here = manifest["versions"]["numpy"]
    manifest["versions"]["numpy"] = "1.0"
    (tmp_path / reference.MANIFEST).write_text(json.dumps(manifest))
    assert reference.advice(str(tmp_path), other).startswith(f"other versions than the release's: numpy {here} (1.0); ")


@pytest.mark.parametrize("failed", [0, 1])
def test_numbers_unlike_the_last_release_may_be_released(released, tmp_path, monkeypatch, failed):
    copy_build(released, tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / RESULTS / "checks.passed").unlink()
    summary = tmp_path / RESULTS / "checks.json"
    content = json.loads(summary.read_text()) | {"counts": {"failed": failed, "unlike_release": 2}}
    summary.write_text(json.dumps(content))
    seals.write(f"{RESULTS}/checks.json", summary)
    if failed:
        with pytest.raises(SystemExit, match=r"checks\.json names failed checks: read results/smoke/checks\.md"):
            release.main("smoke")
    else:
        release.main("smoke")


def test_an_unchecked_build_is_not_released(released, tmp_path, monkeypatch):
    copy_build(released, tmp_path)
    monkeypatch.chdir(tmp_path)
    with (tmp_path / RESULTS / "checks.json").open("a") as file:
        file.write("\n")
    with pytest.raises(SystemExit, match="is missing or not what the checks wrote: make check SCALE=smoke"):
        release.main("smoke")
    monkeypatch.chdir(tmp_path / "results")
    with pytest.raises(SystemExit, match="is missing or not what the checks wrote: make check SCALE=smoke"):
        release.main("smoke")
