"""The wheel holds the packages and the command and nothing else; documents keep to the facts."""

import json
import re
import shutil
import subprocess
import sys
import tomllib

import pandas as pd
import pytest
import yaml
from PIL import Image

from helpers.checkout import ROOT
from scaling_spectra.plotting import theme
from scaling_spectra_pipeline import gallery
from scaling_spectra_pipeline.gallery import SHOWING, between, shown, sizes

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Folder into which the package alone was installed, from a copy of the sources."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    subprocess.run(["git", "-C", str(ROOT), "archive", "--output", str(source / "a.tar"), "HEAD"], check=True)
    subprocess.run(["tar", "-xf", "a.tar"], cwd=source, check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    result = subprocess.run(
        [*pip, "--no-build-isolation", "--no-index", "--target", str(target), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return target


def test_installation_gives_packages_and_command(installed):
    packages = {path.name for path in installed.iterdir() if path.is_dir() and not path.name.endswith(".dist-info")}
    assert packages == {"scaling_spectra", "scaling_spectra_pipeline", "snakemake_logger_plugin_progress", "bin"}
    assert (installed / "scaling_spectra/py.typed").is_file()
    point = ["phase", "--network", "diagonal", "--dim", "1e6", "--n-eff", "1e4", "--weight-decay", "3", "--json"]
    result = subprocess.run(
        [sys.executable, str(installed / "bin/scaling-spectra"), *point],
        env={"PYTHONPATH": str(installed), "PATH": ""},
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["phase"]


def test_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["title"] == PROJECT["name"]
    assert citation["license"] == PROJECT["license"]


@pytest.mark.parametrize("name", SHOWING, ids=str)
def test_pages_show_the_measured_costs(name):
    page = (ROOT / name).read_text()
    measured = (pd.read_csv(ROOT / f"docs/gallery/{table}.csv") for table in ("timings", "disk"))
    assert page == between(page, shown(*measured))


def test_sizes_are_said_in_one_line():
    found = pd.DataFrame({"what": ["environment", "smoke"], "megabytes": [2149, 31]})
    assert sizes(found) == "On disk: environment 2.1 GB, smoke 31 MB."


def test_readme_names_files_that_exist():
    page = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", page):
        assert (ROOT / target).exists(), target
    for script in re.findall(r"`(\w+)\.py`", page):
        assert (ROOT / f"scripts/figures/{script}.py").exists(), script


def test_readme_names_every_figure():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)\.py`", page))
    assert {path.stem for path in (ROOT / "scripts/figures").glob("*.py")} <= named


def test_every_figure_is_in_the_gallery():
    shown = {path.stem for path in (ROOT / "docs/gallery").glob("*.png")}
    assert shown <= {path.stem for path in (ROOT / "scripts/figures").glob("*.py")}
    assert len(shown) > 10
    assert sum(path.stat().st_size for path in (ROOT / "docs/gallery").iterdir()) < 2_750_000


@pytest.mark.parametrize("hook", yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"])
def test_hooks_call_pinned_tools(hook):
    lock = (ROOT / "requirements.lock").read_text()
    tool = hook["entry"].split()[0]
    assert hook["language"] == "system"
    assert tool == "sh" or f"\n{tool.removeprefix('.venv/bin/')}==" in lock


def test_help_lists_every_target():
    rules = (ROOT / "Makefile").read_text()
    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = [line.split()[1] for line in said.splitlines()]
    assert listed == re.findall(r"^([a-z-]+):.*## ", rules, flags=re.MULTILINE)
    # tools of macOS know neither long options nor tabs written so in sed
    assert re.findall(r"\b(?:du|sed|awk|rm|cut|expand|test) --[a-z-]+", rules) == []
    assert re.findall(r"\bsed .*\\t.*", rules) == []


def test_theme_is_seaborns():
    assert theme.from_seaborn() == theme.THEME


def test_the_gallery_calls_figures_what_people_call_them(tmp_path, monkeypatch):
    """The paper's first, in its order; images are scaled down."""
    for folder in ("figures/smoke", "docs/gallery"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    shutil.copy(ROOT / "docs/figures.md", tmp_path / "docs")
    for name in ("corollary1_optimal", "equivalence", "fig4", "fig3", "universality"):
        Image.new("RGB", (2070, 900), "white").save(tmp_path / f"figures/smoke/{name}.png")
        (tmp_path / f"figures/smoke/{name}.txt").write_text("What is drawn.\n")
    monkeypatch.chdir(tmp_path)
    headings = re.findall("^## (.*)$", gallery.images("smoke"), flags=re.MULTILINE)
    starts = ["Figure 3: excess", "Figure 4: phase", "Result 1: both", "Corollary 1: risk", "Trained networks against"]
    assert [heading.startswith(start) for heading, start in zip(headings, starts, strict=True)] == [True] * 5
    with Image.open(tmp_path / "docs/gallery/fig3.png") as image:
        assert image.size == (gallery.WIDTH, 600)
