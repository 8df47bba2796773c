"""Moved and copied checkouts, and two that share one environment: each runs its own code."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from helpers import small
from helpers.checkout import ROOT

PIPELINE = ROOT / "src/scaling_spectra_pipeline"


def says(*command: str | Path, cwd: Path | None = None, **variables: str) -> str:
    """What a command that succeeds prints."""
    result = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """An environment with one program, in a folder that was renamed."""
    before, after = (tmp_path_factory.mktemp("moving") / name for name in ("before", "after it's moved"))
    venv.EnvBuilder(symlinks=True).create(before / ".venv")
    packages = next((before / ".venv/lib").iterdir()) / "site-packages"
    (packages / "all.pth").write_text(sysconfig.get_path("purelib"))
    (packages / "shown.py").write_text("import sys\ndef main(): print(sys.prefix)\n")
    (packages / "shown-1.dist-info").mkdir()
    (packages / "shown-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: shown\nVersion: 1\n")
    (packages / "shown-1.dist-info/entry_points.txt").write_text("[console_scripts]\nshow = shown:main\n")
    program = before / ".venv/bin/show"
    program.write_text(f"#!{before}/.venv/bin/python\nfrom shown import main\nmain()\n")
    program.chmod(0o755)
    assert says(program).strip() == str(before / ".venv")
    before.rename(after)
    return after


def test_programs_of_a_moved_environment_are_repaired(moved):
    programs = moved / ".venv/bin"
    with pytest.raises(FileNotFoundError):
        says(programs / "show")
    says(programs / "python", "-m", "scaling_spectra_pipeline.relocate", PYTHONPATH=str(ROOT / "src"))
    assert says(programs / "show").strip() == str(moved / ".venv")
    activated = says("sh", "-c", '. ./.venv/bin/activate; printf "%s" "$VIRTUAL_ENV"; show', cwd=moved)
    assert activated.strip() == 2 * str(moved / ".venv")
    # what is not installed here gets no program
    assert not (programs / "snakemake").exists()
    # one that is lent to another checkout is repaired where it is
    lent = moved.parent / "lent"
    lent.symlink_to(moved / ".venv")
    says(lent / "bin/python", "-m", "scaling_spectra_pipeline.relocate", PYTHONPATH=str(ROOT / "src"))
    assert str(moved / ".venv/bin/python") in (programs / "show").read_text()
    assert str(lent) not in (programs / "show").read_text()
    assert says(programs / "show").strip() == str(moved / ".venv")


RELOCATED = "-m scaling_spectra_pipeline.relocate"
MENDED = '"setup    .venv: moved or copied: mending its programs"'
INSTALLED = '"setup    .venv: installing the packages of requirements.lock: this takes minutes"'
# what lies at .venv: the place written into its stamp (empty: by a version that wrote none; None: nothing lies there),
# what make then does
STAMPS = {
    "made here": ("{here}", []),
    "moved or copied": ("/elsewhere/.venv", [MENDED, "pip install", RELOCATED]),
    "no place": ("", [MENDED, "pip install", RELOCATED]),
    "nothing": (None, [INSTALLED, "pip install", RELOCATED]),
}


@pytest.mark.parametrize(("stamp", "done"), STAMPS.values(), ids=STAMPS.keys())
@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_make_notices_that_the_folder_was_moved(tmp_path, stamp, done, shared):
    folder, place = tmp_path / "a checkout", tmp_path / ("another" if shared else "a checkout") / ".venv"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "config.yaml"):
        shutil.copy(ROOT / name, folder)
    if stamp is not None:
        place.mkdir(parents=True)
        (place / "ready").write_text(stamp.format(here=place) + "\n")
    if shared:
        (folder / ".venv").symlink_to(place)
    planned = says("make", "--dry-run", "plan", cwd=folder)
    for command in (MENDED, INSTALLED, "pip install", RELOCATED):
        assert (command in planned) is (command in done), planned
    assert "-m scaling_spectra_pipeline.door scaling_spectra_pipeline.forecast" in planned


def test_what_make_starts_takes_the_packages_of_its_folder(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    (tmp_path / "more.mk").write_text("include Makefile\nshown:\n\t@echo $$PYTHONPATH\n")
    shown = says("make", "--no-print-directory", "--file", "more.mk", "shown", cwd=tmp_path, PYTHONPATH="/of/another")
    assert shown.strip() == str(tmp_path.resolve() / "src")


def test_snakemake_takes_the_packages_of_its_snakefile(tmp_path):
    """The environment holds another checkout, whose package of messages loads its pipeline."""
    project = small.checkout(tmp_path / "project")
    other = tmp_path / "other"
    shutil.copytree(ROOT / "src", other, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    for module in ("config", "plan", "errors", "fingerprint"):
        (other / f"scaling_spectra_pipeline/{module}.py").write_text("raise RuntimeError('of another checkout')\n")
    assert small.planned(project, "--", "data", path=other) == {"draw_data": 2, "data": 1}


def test_packages_of_another_checkout_are_refused(tmp_path):
    (tmp_path / "src/scaling_spectra_pipeline").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    result = subprocess.run(
        [sys.executable, "-m", "scaling_spectra_pipeline.run"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == (
        f"checkout: the environment holds the packages of {ROOT / 'src'}; use make, which takes those of this folder, "
        f"or set PYTHONPATH={tmp_path / 'src'}\n"
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_every_command_of_the_pipeline_refuses_so():
    started = 'if __name__ == "__main__":\n'
    texts = {path.stem: path.read_text(encoding="utf-8") for path in PIPELINE.glob("*.py")}
    commands = {name for name, text in texts.items() if started in text}
    refusing = {name for name, text in texts.items() if "    refuse_another()\n" in text.partition(started)[2]}
    assert {"run", "forecast", "archive", "release", "gallery", "document"} <= refusing
    # these look at the environment alone; the door leads to the others
    assert commands - refusing == {"relocate", "machines", "door"}
