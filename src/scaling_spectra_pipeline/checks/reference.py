"""A build against committed numbers: its own, results/reference/<build>, or those of its scale's preset.

Other numbers, within the tolerances of `tolerances`, are what another machine may find. Beyond them an artifact is not
wrong in itself, the other checks say that, but the release is not reproduced.
"""

import json
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from platform import python_version
from typing import Any

import pandas as pd

from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.checks import sameness
from scaling_spectra_pipeline.checks.finding import RELEASED, Finding
from scaling_spectra_pipeline.stages import stage_of

RELEASES = Path("results/reference")
MANIFEST = "manifest.json"
# tables beside the figures' numbers
TABLES = ("tables/exponent_summary.csv", "tables/spectral_phases.csv")
# faults of the reference or of the build, not other numbers
FILES = "reference files"
# rows of a series of a figure that are kept; the diagrams' grids have tens of thousands
KEPT_ROWS = 1500
ROW = "row"
# settings that say what is accepted, or where it lies, not what is computed
NOT_NUMBERS = ("checks", "name")
# those that change last digits, as another machine would
LIKE_MACHINES = ("training.device",)
# whose versions change numbers
PACKAGES = ("numpy", "scipy", "pandas", "torch", "scikit-learn", "powerlaw")


def folder_for(build: str, scale: str) -> str:
    """Where the numbers lie that a build is compared with: its own if they were released, else those of its scale."""
    own = RELEASES / build
    return str(own if (own / MANIFEST).exists() else RELEASES / scale)


def version(folder: str) -> str:
    """Digest of the reference's manifest; empty without one."""
    manifest = Path(folder) / MANIFEST
    return seals.digest(manifest) if manifest.exists() else ""


def compare(folder: str, results: str, figures: str, settings: dict[str, Any]) -> list[Finding]:
    """Findings for a build: one per file of the reference, or one that says why it is not compared.

    Parameters
    ----------
    folder : str
        Where the reference is.
    results, figures : str
        Folders of the build.
    settings : dict
        Configuration of the build.
    """
    manifest = _manifest(folder)
    if not manifest:
        return [Finding(RELEASED, folder, True, "not compared: there is no reference")]
    difference = _first_difference(manifest["settings"], numbers(settings))
    if difference:
        return [Finding(RELEASED, folder, True, f"not compared: the reference belongs to {difference}")]
    findings = []
    for name, entry in manifest["files"].items():
        stored, built = Path(folder) / name, _built(name, results, figures)
        if not stored.exists() or seals.digest(stored) != entry["sha256"]:
            findings.append(Finding(FILES, str(stored), False, "is not what its manifest says: check it out again"))
        elif not Path(built).exists():
            findings.append(Finding(FILES, built, False, f"missing, but in the reference ({stored})"))
        else:
            findings.append(_compare_file(name, built, stored, entry["rows"]))
    return findings


def advice(folder: str, findings: list[Finding]) -> str:
    """What to do where numbers differ from the released ones; empty if none does."""
    if not any(finding.differs for finding in findings):
        return ""
    versions = {"python": python_version(), **{name: _installed(name) for name in PACKAGES}}
    released = _manifest(folder)["versions"]
    other = [f"{name} {versions[name]} ({released[name]})" for name in versions if versions[name] != released.get(name)]
    if other:
        return f"other versions than the release's: {', '.join(other)}; install requirements.lock and build again"
    return "versions are the release's: make test-machines says whether processors explain it; if not, report it"


def _installed(package: str) -> str:
    try:
        return installed(package)
    except PackageNotFoundError:
        return "absent"


def _manifest(folder: str) -> dict[str, Any]:
    manifest = Path(folder) / MANIFEST
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}


def numbers(settings: dict[str, Any]) -> dict[str, Any]:
    """The part of a configuration that numbers depend on."""
    return json.loads(json.dumps({key: value for key, value in settings.items() if key not in NOT_NUMBERS}))


def _first_difference(theirs: Any, ours: Any, key: str = "") -> str:
    if key in LIKE_MACHINES:
        return ""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        # the scale first: it implies most others
        for name in sorted({*theirs, *ours}, key=lambda name: (name != "scale", name)):
            found = _first_difference(theirs.get(name), ours.get(name), f"{key}.{name}" if key else name)
            if found:
                return found
        return ""
    return "" if theirs == ours else f"{key} = {json.dumps(theirs)}, this build has {json.dumps(ours)}"


def _built(name: str, results: str, figures: str) -> str:
    kind, file = name.split("/")
    return f"{figures}/{file}" if kind == "figures" else f"{results}/{name}"


def thinned(table: pd.DataFrame) -> pd.DataFrame:
    """Every k-th row of each series that has too many, with its row number."""
    table = table.rename_axis(ROW).reset_index()
    if "series" not in table:
        return table.iloc[:: max(1, -(-len(table) // KEPT_ROWS))]
    place = table.groupby("series", dropna=False).cumcount()
    step = -(-table.groupby("series", dropna=False)["series"].transform("size") // KEPT_ROWS)
    return table[place % step.fillna(1).clip(lower=1) == 0]


def _compare_file(name: str, built: str, stored: Path, rows: int) -> Finding:
    kind = stage_of(name) if name.startswith("tables/") else name.removesuffix(".csv")
    kept, fresh = (pd.read_csv(path, low_memory=False) for path in (stored, built))
    if len(fresh) != rows:
        return Finding(RELEASED, built, False, f"{len(fresh)} rows, {rows} in the reference")
    if "status" not in kept:
        # why a number is missing; a missing number is one that differs
        fresh = fresh.drop(columns="status", errors="ignore")
    numbers = kept.pop(ROW)
    found = sameness.compare(kind, fresh.iloc[numbers].reset_index(drop=True), kept, numbers)
    return Finding(RELEASED, built, not found.difference, str(found))
