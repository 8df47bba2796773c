"""Builds by their names: none is written over by another configuration, and what differs from the preset is shown."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from pypdf import PdfReader

from helpers import small
from helpers.checkout import ROOT
from scaling_spectra.plotting import style
from scaling_spectra_pipeline import asked, builds, container_limits, elsewhere, executors, figures, run
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.plan import Plan


def smoke(**overrides):
    return load({"scale": "smoke", **overrides}, ROOT)


def test_the_preset_as_it_is_has_the_name_of_its_scale():
    assert smoke().build == "smoke"
    assert smoke(gamma=0.75, fit={"margin": 0.15}).build == "smoke"
    assert smoke(name="mine").build == "smoke-mine"


def test_another_configuration_has_another_name():
    found = {
        smoke(**settings).build
        for settings in (
            {},
            {"gamma": 0.8},
            {"gamma": 0.9},
            {"fit": {"margin": 0.2}},
            {"checks": {"outliers": 0.2}},
            {"experiments": {"peak": None}},
            {"gamma": 0.8, "name": "g8"},
        )
    }
    assert len(found) == 7
    assert all(re.fullmatch("smoke(-[0-9a-f]{6}|-g8)?", name) for name in found)
    # by what is set, not by how: in another order, as another kind of number
    assert smoke(gamma=2, seed=1).build == smoke(seed=1, gamma=2.0).build


def test_teachers_of_other_files_are_other_builds(tmp_path):
    names = []
    for scales in ("3\n2\n1\n", "3\n2\n2\n"):
        (tmp_path / "s.csv").write_text(scales)
        names.append(smoke(spectrum=str(tmp_path / "s.csv")).build)
    assert len({*names, "smoke"}) == 3


def test_everything_of_a_build_lies_in_its_folders():
    plan = Plan(smoke(gamma=1.3, name="g13"))
    assert all(path.startswith("results/smoke-g13/") for path in plan.files_of_points())
    assert plan.drawn(Path("fig3.py"))[0] == "figures/smoke-g13/fig3.pdf"


@pytest.mark.parametrize(
    ("overrides", "foot"),
    [
        ({}, "γ = 0.75"),
        ({"gamma": 1.3, "name": "g13"}, "smoke-g13: γ = 1.3"),
        ({"name": "a", "fit": {"margin": 0.3}}, "smoke-a: γ = 0.75, fit.margin = 0.3"),
        ({"name": "a", "experiments": {"peak": None}}, "smoke-a: γ = 0.75, experiments.peak = null"),
    ],
)
def test_images_say_what_differs(overrides, foot):
    assert Plan(smoke(**overrides)).foot == foot


@pytest.mark.parametrize(
    ("gammas", "foot", "shown"),
    [
        ([1.25, 1.25, None], "γ = 0.75", "γ = 1.25"),
        ([0.75, 1.25], "γ = 0.75", None),
        ([None], "γ = 0.75", "γ = 0.75"),
        ([1.25], "smoke-g13: γ = 1.3, fit = {margin: 0.3}", "smoke-g13: γ = 1.3, fit = {margin: 0.3}"),
    ],
)
def test_the_foot_names_the_exponent_that_is_drawn(tmp_path, gammas, foot, shown):
    """Some figures have teachers of their own, whatever the configuration says."""
    figure, _ = plt.subplots()
    source = pd.DataFrame({"gamma": pd.Series(gammas, dtype=float)})
    files = {kind: str(tmp_path / f"x.{kind}") for kind in ("pdf", "png", "csv", "txt")}
    write_figure(figure, source, "Caption.", **files, foot=foot)
    assert [text.get_text() for text in figure.texts] == ([shown] if shown else [])


def test_the_foot_stands_below_the_panels(tmp_path):
    style.use()
    figure, panels = plt.subplots(1, 2, figsize=(style.TEXT, 2.0))
    panels[0].set(xlabel="below", ylabel="beside")
    style.stand_on(figure, "smoke-g13: γ = 1.3, " + 200 * "x")
    style.save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    (line,) = [text for text in figure.texts if text.get_text().startswith("smoke-g13: γ = 1.3")]
    assert figure.get_size_inches()[1] == pytest.approx(2.0 + style.FOOT_HEIGHT)
    extent = line.get_window_extent()
    assert extent.x0 >= 0
    assert extent.y1 <= panels[0].get_tightbbox().y0
    assert "smoke-g13: γ = 1.3" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()


def recorded(tmp_path, **overrides):
    config = smoke(name="mine", **overrides)
    builds.check_record(tmp_path, config.name, config.made_with)
    builds.keep_record(tmp_path, config.name, config.made_with)


def test_a_named_build_grows(tmp_path):
    recorded(tmp_path, gamma=1.3)
    before = smoke().experiments["excess_risk"].networks["diagonal"][40]
    more = {"n_eff": [*before.n_eff, 1e5], "replicas": before.replicas + 1}
    recorded(tmp_path, gamma=1.3, experiments={"excess_risk": {"networks": {"diagonal": {"40": more}}}})
    recorded(
        tmp_path,
        gamma=1.3,
        fit={"margin": 0.3},
        theory={"map_points": 20},
        experiments={"excess_risk": {"networks": {"diagonal": {"40": more}}}},
    )
    # and does not shrink
    with pytest.raises(ConfigError, match=r"name: mine is there with experiments.excess_risk.networks.diagonal.40."):
        recorded(tmp_path, gamma=1.3)


def test_a_named_build_is_not_built_over(tmp_path):
    recorded(tmp_path, gamma=1.3)
    record = tmp_path / builds.RECORD
    with pytest.raises(ConfigError) as stop:
        recorded(tmp_path, gamma=1.4)
    assert str(stop.value) == (
        "config: name: mine is there with gamma = 1.3, not 1.4; must be another name "
        f"(or, to build over it, first: rm '{record}')"
    )
    record.unlink()
    recorded(tmp_path, gamma=1.4)
    assert json.loads(record.read_text())["gamma"] == 1.4


def test_settings_of_make(monkeypatch, tmp_path):
    monkeypatch.setenv("CONFIG", 'gamma=1.3  fit={"margin": 0.2, "bootstrap": 100} name=g13')
    monkeypatch.setenv("SCALE", "smoke")
    monkeypatch.delenv("CORES", raising=False)
    monkeypatch.delenv(asked.TARGET, raising=False)
    # of no concern to other commands
    assert asked.of_make() == []
    monkeypatch.setenv(asked.TARGET, "figures")
    assert asked.of_make() == ["scale=smoke", "gamma=1.3", 'fit={"margin": 0.2, "bootstrap": 100}', "name=g13"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("scale: laptop\nfit: {confidence: 0.9}\n")
    config = asked.configuration()
    assert (config.build, config.gamma) == ("smoke-g13", 1.3)
    assert (config.fit.margin, config.fit.bootstrap, config.fit.confidence) == (0.2, 100, 0.9)
    repeated = """make check SCALE=smoke CONFIG='gamma=1.3  fit={"margin": 0.2, "bootstrap": 100} name=g13'"""
    assert asked.again("check") == repeated
    monkeypatch.setenv("CORES", "2")
    assert asked.again() == repeated.replace("check", "figures") + " CORES=2"


def test_the_command_to_give_again(monkeypatch):
    monkeypatch.delenv(asked.TARGET, raising=False)
    words = ["--cores", "2", "--config", "scale=smoke", 'fit={"margin": 0.2}', "--", "fig3"]
    monkeypatch.setattr(sys, "argv", ["/some/where/snakemake", "--logger=progress", *words])
    assert asked.again() == """snakemake --cores 2 --config scale=smoke 'fit={"margin": 0.2}' -- fig3"""
    assert asked.again("check") == """snakemake --cores 2 --config scale=smoke 'fit={"margin": 0.2}' -- check"""
    assert asked.again("figures", ["smoke", "gamma=1.3"]) == "make figures SCALE=smoke CONFIG=gamma=1.3"


TARGETS = ("figures", "plan", "check", "tidy", "reference", "report", "archive", "gallery")


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_of_make_takes_scale_and_settings(tmp_path, target):
    """What it starts sees them, whatever blanks and quotes they hold."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    place = tmp_path / ".venv"
    (place / "bin").mkdir(parents=True)
    (place / "ready").write_text(f"{place}\n")
    python = place / "bin/python"
    python.write_text('#!/bin/sh\nprintf "%s|%s|%s|%s\\n" "$MAKE_TARGET" "$SCALE" "$CONFIG" "$*"\n')
    python.chmod(0o755)
    settings = 'gamma=1.3 fit={"margin": 0.2}'
    command = ["make", "--silent", target, "SCALE=smoke", f"CONFIG={settings}", "CORES=1"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    result = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=True)
    assert result.stdout
    for line in result.stdout.splitlines():
        assert line.startswith(f"{target}|smoke|{settings}|-m scaling_spectra_pipeline.door scaling_spectra_pipeline.")


# what names in angle brackets must not be taken for
FILES = {"archive": "archive/<build>.crate.zip", "report_page": "report/<build>.html"}


@pytest.mark.parametrize("module", ["archive", "gallery", "release", "report_page", "forecast", "run"])
def test_help_and_version_of_commands(module):
    def says(option):
        command = [sys.executable, "-m", f"scaling_spectra_pipeline.{module}", option]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    if module == "archive":
        assert "What was built: a scale, or settings" in " ".join(says("--help").replace("│", " ").split())
    if module in FILES:
        assert FILES[module] in says("--help")
    assert re.fullmatch(r"scaling-spectra \d+\.\d+\.\d+\n", says("--version"))


def test_no_cores_are_refused():
    with pytest.raises(ConfigError, match=r"^cores: 0 is not accepted; must be a whole number from 1, or all$"):
        container_limits.cores_of_run(0)


@pytest.mark.parametrize("number", ["abc", "1.5", "-3"])
def test_cores_that_are_no_number_are_told_in_one_line(number):
    message = f"cores: {number} is not accepted; must be a whole number from 1, or all"
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        run.check_settings([f"--cores={number}", "--config", "gamma=1.3", "--", "check"])
    with pytest.raises(SystemExit, match=f"^{re.escape(message)}$"):
        elsewhere.main(cores=number)


def test_no_cores_start_nothing(small_build):
    # a later --cores counts
    result = small.forked(small_build, "--cores", "0")
    assert result.returncode == 1
    assert "cores: 0 is not accepted; must be a whole number from 1, or all" in result.stderr.splitlines()


PROFILE = ("--workflow-profile", str(ROOT / "workflow/profiles/slurm"))


@pytest.mark.parametrize("found", [False, True])
def test_a_cluster_without_its_commands_is_refused(monkeypatch, found):
    monkeypatch.setattr("shutil.which", lambda command: "/bin/x" if found or command == "squeue" else None)
    monkeypatch.setattr(sys, "argv", ["snakemake", *PROFILE])
    executors.arguments.cache_clear()
    if found:
        executors.check_executor()
    else:
        with pytest.raises(ConfigError, match=r"^slurm: sbatch, scancel not found on this machine; start this where"):
            executors.check_executor()
    monkeypatch.setattr(sys, "argv", ["snakemake", "--dry-run", *PROFILE])
    executors.arguments.cache_clear()
    executors.check_executor()
    executors.arguments.cache_clear()


@pytest.mark.skipif(shutil.which("sbatch") is not None, reason="this machine has Slurm")
def test_a_run_on_a_cluster_that_is_not_there_ends_at_once(small_build):
    result = small.forked(small_build, *PROFILE)
    assert result.returncode == 1
    assert [line for line in result.stderr.splitlines() if line.startswith("slurm: sbatch, ")]


def test_files_of_a_removed_figure_are_told_and_removed(small_build, tmp_path):
    """Of what lies there but jobs did not write nothing is lost."""
    project = small.checkout(tmp_path / "project")
    for name in ("results", "figures", ".snakemake"):
        shutil.copytree(small_build / name, project / name)
    (project / "scripts/figures/equivalence.py").unlink()
    own = project / "figures/smoke/notes.txt"
    own.write_text("mine\n")
    kinds = {f"figures/smoke/equivalence.{kind}" for kind in ("pdf", "png", "csv", "txt")}
    result = small.run(project, "--cores", "1", "tidy")
    assert result.returncode == 0, result.stderr
    said = result.stderr.splitlines()
    assert {line.removeprefix("removed  ") for line in said if line.startswith("removed ")} == {
        *kinds,
        "2 logs and benchmarks of their jobs",
    }
    jobs, before = project / "results/smoke/.jobs", small_build / "results/smoke/.jobs"
    gone = {path.relative_to(before).as_posix() for path in before.rglob("*.*")} - {
        path.relative_to(jobs).as_posix() for path in jobs.rglob("*.*")
    }
    # every run removes the account of the last check
    assert {name for name in gone if not name.startswith("seals/")} - {"logs/check.log"} == {
        "logs/figures/equivalence.log",
        "benchmarks/figures/equivalence.tsv",
    }
    assert "kept     figures/smoke/notes.txt: no job wrote it as it is; move it elsewhere or delete it" in said
    assert own.read_text() == "mine\n"
    assert not list((project / "figures/smoke").glob("equivalence.*"))
    assert not list((project / "results/smoke/.jobs/seals/figures").glob("equivalence.*"))
    # before the check, which fails for what is left
    result = small.run(project, "--cores", "1")
    assert result.returncode == 1
    (told,) = [line for line in result.stderr.splitlines() if line.startswith("left ")]
    assert told.startswith("left     figures/smoke/notes.txt: nothing makes them now, and the check will name them; to")
    assert told.endswith(
        f"to remove those that jobs wrote: snakemake --snakefile {project}/Snakefile --cores 1 -- tidy"
    )
    own.unlink()
    assert small.run(project, "--cores", "1").returncode == 0


@pytest.mark.parametrize("script", sorted((ROOT / "scripts/figures").glob("*.py")), ids=lambda path: path.stem)
def test_every_figure_stands_on_its_foot(script, tmp_path, monkeypatch):
    """The job of its rule hands over files, the foot that the rule names, and nothing else."""
    drawn = []
    monkeypatch.setattr(figures, "draw", lambda compose, inputs, outputs, **rest: drawn.append((inputs, outputs, rest)))
    monkeypatch.setattr(figures, "job", lambda log, threads: nullcontext())
    params = SimpleNamespace(foot="γ = 1", arguments={"teachers": {}})
    files = {"log": ["log"], "input": {"table": "t.csv"}, "output": {"pdf": "f.pdf"}}
    snakemake = SimpleNamespace(**files, threads=1, params=params)
    runpy.run_path(str(script), {"snakemake": snakemake}, run_name="__main__")
    assert drawn == [({"table": "t.csv"}, {"pdf": "f.pdf", "foot": "γ = 1"}, {"teachers": {}})]
