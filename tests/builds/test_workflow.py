"""The whole chain at smoke scale: what it builds, what reruns, what it refuses."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import small
from helpers.checkout import ROOT, snakemake
from scaling_spectra_pipeline.checks import figures as figure_checks
from scaling_spectra_pipeline.checks import simulation
from scaling_spectra_pipeline.checks import tables as table_checks
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan, declared
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

EXPLORER = ROOT / "scripts/build_explorer.py"


def planned(folder, project=ROOT):
    """Jobs that a dry run would start, by rule."""
    return small.planned(project, "--config", "scale=smoke", folder=folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A second checkout, whose preset may be edited."""
    return small.copy_checkout(tmp_path_factory.mktemp("project"))


def test_build_leaves_every_artifact(smoke):
    scripts = [script.stem for script in (ROOT / "scripts/figures").glob("*.py")]
    expected = {f"{name}.{kind}" for name in scripts for kind in ("pdf", "png", "csv", "txt")}
    assert {path.name for path in (smoke / "figures/smoke").iterdir()} == expected | {"explorer.html"}
    for stage in ("training", "theory", "exponents"):
        assert len(read(smoke / f"results/smoke/{stage}/excess_risk.csv", schema_of(stage)))
    for script in (ROOT / "scripts/tables").glob("*.py"):
        assert len(read(smoke / f"results/smoke/tables/{script.stem}.csv", schema_of(script.stem)))


def test_checks_have_passed(smoke):
    summary = json.loads((smoke / "results/smoke/checks.json").read_text())
    assert summary["passed"]
    assert {"certificates", "simulation against theory", "exponents", "figure"} <= {
        finding["check"] for finding in summary["findings"]
    }


def test_second_build_has_nothing_to_do(smoke):
    assert planned(smoke) == {}


def test_timings_stay_out_of_the_tables(smoke):
    for path in (smoke / "results/smoke").rglob("*.csv"):
        assert not {"seconds", "time", "date"} & set(pd.read_csv(path, nrows=1).columns)


def read_from(changed, keys=()):
    """Rules of the tables and figures that follow from `changed` tables or from configuration `keys`, and the check."""
    plan, rules, changed = Plan(load({"scale": "smoke"}, ROOT)), {"check"}, set(changed)
    scripts = [script for script in sorted(ROOT.glob("scripts/*/*.py")) if script.parent.name in ("tables", "figures")]
    while True:
        before = len(rules)
        for script in filter(plan.can_build, scripts):
            used = any(key.startswith(keys) for key in declared(script, "PARAMETERS", {}).values()) if keys else False
            if used or changed & tables_read(plan, script):
                table = script.parent.name == "tables"
                rules.add(f"tabulate_{script.stem}" if table else script.stem)
                changed |= {f"tables/{script.stem}"} if table else set()
        read = {table for script in scripts for table in tables_read(plan, script)}
        rules |= {"explorer"} if changed & tables_read(plan, EXPLORER) else set()
        rules |= {"collect_spectra"} if changed & read & {t for t in changed if t.startswith("spectra/")} else set()
        if len(rules) == before:
            return rules


def tables_read(plan, script):
    """Tables that a script reads, as <stage>/<name>."""
    return {path.removeprefix(f"{plan.root}/").removesuffix(".csv") for path in plan.read_by(script)}


def tables_of(*stages, names=("excess_risk", "peak", "signed", "spectra", "weight_decay_scan")):
    return {f"{stage}/{name}" for stage in stages for name in names}


ONE = {"names": ("excess_risk",)}
TRAINING = ("equivalence", "feature_price", "few_hidden_units", "published")
TRAINED = {"train_networks", "collect_training", "fit_exponents"}
SOLVED = {"solve_theory", "collect_theory", "fit_exponents"}
STUDIES = {f"{verb}_{path.stem}" for path in (ROOT / "scripts/studies").glob("*.py") for verb in ("examine", "collect")}
STUDIED = {f"studies/{path.stem}" for path in (ROOT / "scripts/studies").glob("*.py")}


@pytest.mark.parametrize(
    ("override", "rules", "tables", "keys"),
    [
        ('fit={"margin": 0.3}', {"fit_exponents"}, tables_of("exponents"), ("fit.margin",)),
        ('checks={"outliers": 0.1}', set(), set(), ("checks.outliers",)),
        ('theory={"map_points": 9}', set(), set(), ("theory.map_points",)),
        (
            'experiments={"excess_risk": {"curve_points_per_decade": 5}}',
            SOLVED,
            tables_of("theory", "exponents", **ONE),
            (),
        ),
        (
            'experiments={"excess_risk": {"networks": {"quadratic": {"20": {"n_eff": [3, 8, 20, 40, 60, 200]}}}}}',
            TRAINED | SOLVED,
            tables_of("training", "theory", "exponents", "spectra", **ONE),
            (),
        ),
        (
            'training={"tolerance": 1e-4}',
            TRAINED | STUDIES,
            tables_of("training", "exponents", "spectra") | STUDIED,
            ("training.tolerance",),
        ),
        # some of the studies train, the others solve; the experiment of the spectra has every point solved
        (
            'training={"max_evaluations": 19999}',
            TRAINED | {f"{verb}_{name}" for verb in ("examine", "collect") for name in TRAINING},
            tables_of("training", "exponents", "spectra", names=("excess_risk", "signed", "weight_decay_scan"))
            | {f"studies/{name}" for name in TRAINING},
            (),
        ),
    ],
)
def test_a_changed_key_reruns_what_uses_it(smoke, project, override, rules, tables, keys):
    assert set(planned(smoke, small.with_preset(project, override))) == rules | read_from(tables, keys)


@pytest.mark.parametrize(
    ("grid", "jobs"),
    [('"n_eff": [3, 8, 20, 40, 60, 200]', 2), ('"replicas": 5', 10)],
)
def test_more_points_train_only_what_is_new(smoke, project, grid, jobs):
    override = f'experiments={{"excess_risk": {{"networks": {{"quadratic": {{"20": {{{grid}}}}}}}}}}}'
    assert planned(smoke, small.with_preset(project, override))["train_networks"] == jobs


@pytest.fixture
def tables(smoke):
    folder = smoke / "results/smoke"
    return {stage: read(folder / f"{stage}/excess_risk.csv", schema_of(stage)) for stage in ("training", "theory")}


def test_check_notices_one_uncertified_point(tables):
    training = tables["training"]
    assert simulation.points_are_certified("t", training, 1e-5).passed
    training.loc[7, "relative_gap"] = 2e-5
    assert not simulation.points_are_certified("t", training, 1e-5).passed


def test_check_notices_a_missing_row(tables):
    training = tables["training"]
    grids = Plan(load({"scale": "smoke"}, ROOT)).points_asked_for()["results/smoke/training/excess_risk.csv"]
    assert table_checks.table_is_complete("t", training, grids).passed
    missing = table_checks.table_is_complete("t", training.drop(index=3), grids)
    assert not missing.passed
    assert "287 of 288 points; missing network = diagonal" in missing.detail
    fewer = [{**grid, "replica": [0, 1, 2]} for grid in grids]
    assert "72 not asked for" in table_checks.table_is_complete("t", training, fewer).detail
    assert not table_checks.table_is_complete("t", training.loc[[*training.index, 3]], grids).passed


def test_check_notices_theory_of_another_problem(tables):
    """A theory off by a factor of two is refused."""
    training, theory = tables["training"], tables["theory"]
    assert simulation.simulation_follows_theory("t", simulation.residuals(training, theory), 0.05).passed
    theory["risk"] *= 0.5
    assert not simulation.simulation_follows_theory("t", simulation.residuals(training, theory), 0.05).passed


def test_check_notices_a_table_out_of_schema(smoke, tmp_path):
    folder = tmp_path / "training"
    folder.mkdir()
    source = smoke / "results/smoke/training/excess_risk.csv"
    shutil.copy(source, folder)
    assert table_checks.valid_table(str(folder / source.name))[0].passed
    text = source.read_text().splitlines()
    (folder / source.name).write_text("\n".join([*text[:5], text[5].replace(",0.75,", ",0.25,", 1), *text[6:]]))
    assert not table_checks.valid_table(str(folder / source.name))[0].passed
    assert not table_checks.valid_table(str(folder / "other.csv"))[0].passed


def test_check_notices_a_broken_figure(smoke, tmp_path):
    for path in (smoke / "figures/smoke").glob("fig3.*"):
        shutil.copy(path, tmp_path)
    stem = str(tmp_path / "fig3")
    assert all(finding.passed for finding in figure_checks.figure_is_sound(stem, 6.9))
    pdf = (tmp_path / "fig3.pdf").read_bytes()
    (tmp_path / "fig3.pdf").write_bytes(pdf[: len(pdf) // 2])
    import matplotlib.image

    matplotlib.image.imsave(tmp_path / "fig3.png", np.ones((50, 50, 3)))
    (tmp_path / "fig3.csv").write_text("series\n")
    (tmp_path / "fig3.txt").unlink()
    assert not any(finding.passed for finding in figure_checks.figure_is_sound(stem, 6.9))


@pytest.mark.parametrize(
    "targets",
    [("fig1", "explorer"), pytest.param(("figures", "explorer"), marks=pytest.mark.soak)],
    ids=["some", "all"],
)
def test_figure_is_the_same_bytes_from_the_same_tables(smoke, tmp_path, targets):
    shutil.copytree(smoke, tmp_path / "again")
    again = tmp_path / "again"
    redrawn = [p for p in (again / "figures/smoke").iterdir() if p.stem in targets or "figures" in targets]
    for path in redrawn:
        path.unlink()
    result = snakemake(again, "--cores", "1", "--config", "scale=smoke", "--", *targets)
    assert result.returncode == 0, result.stderr[-3000:]
    for path in redrawn:
        assert path.read_bytes() == (smoke / "figures/smoke" / path.name).read_bytes(), path.name


def test_a_run_that_makes_nothing_keeps_the_verdict_and_tells_it(small_build, tmp_path):
    project = Path(shutil.copytree(small_build, tmp_path / "project"))
    verdict = sorted((project / "results/smoke").glob("checks.*"))
    before = [path.read_bytes() for path in verdict]
    assert len(before) == 3
    outcome = re.compile(r"^checks   \d+ passed, 0 failed: results/smoke/checks\.md$", flags=re.MULTILINE)
    tidied = small.forked(project, "tidy")
    assert "tidy     nothing to remove\n" in tidied.stderr
    assert outcome.search(tidied.stderr)
    idle = small.forked(project)
    assert "Nothing to be done (all requested files are present and up to date).\nfigures  2 in" in idle.stderr
    assert "(2 up to date)" in idle.stderr
    assert outcome.search(idle.stderr)
    assert [path.read_bytes() for path in verdict] == before
    # a figure alone is drawn: whether all is right is not known any more
    (project / "figures/smoke/fig3.png").unlink()
    drawn = small.forked(project, "fig3")
    assert "checks   not run; this runs them" in drawn.stderr
    assert not [path for path in verdict if path.exists()]
