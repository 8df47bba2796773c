"""``python -m scaling_spectra_pipeline.release [SETTINGS]``: make the numbers of a checked build the reference.

Writes results/reference/<build>: the numbers of every figure and two tables, every k-th row where a series is very
long, and a manifest of settings, versions and checksums. Commit the folder.
"""

import json
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.asked import again, configuration, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.checks.reference import MANIFEST, PACKAGES, RELEASES, TABLES, thinned
from scaling_spectra_pipeline.errors import ConfigError


def main(*settings: str) -> None:
    """Replace the released numbers by those of a build, no artifact of which may be wrong.

    Parameters
    ----------
    settings
        What was built: a scale, or settings as Snakemake's --config takes them; those of config.yaml if not given.
    """
    try:
        config = configuration(settings)
    except ConfigError as error:
        sys.exit(str(error))
    results, figures = (Path(folder) / config.build for folder in ("results", "figures"))
    target = RELEASES / config.build
    summary = results / "checks.json"
    if not summary.exists() or seals.fault(summary):
        sys.exit(f"release: {summary} is missing or not what the checks wrote: {again('check', settings)}")
    content = json.loads(summary.read_text(encoding="utf-8"))
    # numbers unlike those of the last release are what a new one is for
    if content["counts"]["failed"]:
        sys.exit(f"release: {summary} names failed checks: read {results / 'checks.md'}")
    sources = {f"figures/{path.name}": path for path in sorted(figures.glob("*.csv"))}
    sources |= {name: results / name for name in TABLES if (results / name).exists()}
    for path in sources.values():
        if seals.fault(path):
            sys.exit(f"release: {path} {seals.fault(path)}")
    shutil.rmtree(target, ignore_errors=True)
    entries = {}
    for name, path in sources.items():
        table = pd.read_csv(path, low_memory=False)
        kept = target / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        thinned(table).to_csv(kept, index=False, lineterminator="\n")
        entries[name] = {"rows": len(table), "sha256": seals.digest(kept)}
    manifest = {
        "settings": content["settings"],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "machine": platform.machine(),
        "files": entries,
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"release: {len(entries)} files, {size / 1e6:.1f} MB in {target}; commit it")


if __name__ == "__main__":
    refuse_another()
    serve(main)
