"""The check of a build, called with plain values as the rule calls it."""

import runpy
import shutil
from pathlib import Path

from helpers.checkout import ROOT
from scaling_spectra_pipeline.checks.finding import Finding
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import FIGURE_FILES, Plan

RESULTS, FIGURES = "results/smoke", "figures/smoke"
# folders of scripts that read tables
KINDS = ("tables", "figures")


def arguments(**changes) -> dict:
    """Arguments of scripts/check_artifacts.py for the smoke build in the current folder."""
    plan = Plan(load({"scale": "smoke"}, ROOT))
    scripts = {kind: [s for s in sorted((ROOT / "scripts" / kind).glob("*.py")) if plan.can_build(s)] for kind in KINDS}
    tables = {plan.tabulated(script) for script in scripts["tables"]} | {*plan.studies()}
    tables |= {path for kind in KINDS for script in scripts[kind] for path in plan.read_by(script)}
    tables |= {path for stage in ("training", "theory", "exponents") for path in plan.per_experiment(stage)}
    figures = [f"{FIGURES}/{script.stem}" for script in scripts["figures"]]
    made = {*plan.files_of_points(), *tables, *(f"{figure}.{kind}" for figure in figures for kind in FIGURE_FILES)}
    made |= {f"{RESULTS}/checks.{suffix}" for suffix in ("passed", "json", "md")} | {f"{FIGURES}/explorer.html"}
    return {
        "tables": sorted(tables),
        "figures": figures,
        "folders": [RESULTS, FIGURES],
        "sealed": sorted(made),
        "produced": sorted(made),
        "jobs": [rf"{RESULTS}/training/\w+/\w+/gamma[\d.]+_noise[\d.]+_d\d+/n_eff[\d.]+_\w+_batch\d+\.(csv|npy)"],
        "grids": plan.points_asked_for(),
        "settings": plan.settings((ROOT / "scripts/tables").glob("*.py")),
        "limits": {
            "tolerance": plan.config.training.tolerance,
            "width": 1.0,
            "teachers": plan.teachers,
            **plan.config.checks.model_dump(),
        },
        "released": {
            **{"folder": "results/reference/smoke", "results": RESULTS, "figures": FIGURES},
            "settings": plan.config.model_dump(mode="json"),
        },
        "summary": "checks.json",
        "page": "checks.md",
    } | changes


def judge(**changes) -> list[Finding]:
    """Findings on the smoke build in the current folder; summary and page are written there."""
    return runpy.run_path(str(ROOT / "scripts/check_artifacts.py"))["main"](**arguments(**changes))


def copy_build(smoke: Path, folder: Path, *, metadata: bool = False) -> None:
    """A build at smoke scale in a folder of its own, with times of files as they are."""
    for name in ("results", "figures", *([".snakemake"] if metadata else [])):
        shutil.copytree(smoke / name, folder / name, symlinks=True)
    shutil.copy(smoke / "config.yaml", folder)
