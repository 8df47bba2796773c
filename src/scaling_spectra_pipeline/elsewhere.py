"""``python -m scaling_spectra_pipeline.elsewhere [MACHINE ...]``: whether other machines find the same numbers.

Builds every figure as several machines (`machines.MACHINES`), each in a folder of its own under build/machines, and
compares tables, figures and captions with those of this machine as it is, within the tolerances for released numbers.
Prints a line per machine and kind of file. The exit status is 0 if at least two machines were built, all builds passed
their checks, and nothing differs.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from scaling_spectra_pipeline import lock, machines, seals, summary
from scaling_spectra_pipeline.asked import accepted_cores, configuration, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.checks import sameness
from scaling_spectra_pipeline.checks.sameness import Comparison
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.machines import MACHINES, NATIVE, Machine, Report
from scaling_spectra_pipeline.stages import stage_of

FOLDER = Path("build/machines")
MISSING = "is not there"
# what must not change while machines are built one after another
SOURCES, SUFFIXES = ("src", "scripts", "workflow"), (".py", ".smk", ".yaml")


def sources() -> dict[str, str]:
    """Digests of what builds run, by path."""
    found = [path for folder in SOURCES for path in Path(folder).rglob("*") if path.suffix in SUFFIXES]
    return {path.as_posix(): seals.digest(path) for path in found}


def prepare(folder: Path, machine: Machine, own: Report) -> None:
    """Make `folder` ready for a build: what another machine left there is removed, a build of this one goes on."""
    mark, content = folder / "machine.json", json.dumps([asdict(own), machine.threads])
    if not mark.exists() or mark.read_text(encoding="utf-8") != content:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        mark.write_text(content, encoding="utf-8")
    shutil.copy("config.yaml", folder)
    shutil.rmtree(folder / "results/reference", ignore_errors=True)
    if Path("results/reference").exists():
        shutil.copytree("results/reference", folder / "results/reference")


def build(machine: Machine, scale: str, folder: Path, cores: str) -> bool:
    """Build every figure in `folder`; whether all checks passed."""
    snakemake = [sys.executable, "-m", "snakemake", "--snakefile", str(Path("Snakefile").resolve())]
    command = [*snakemake, "--directory", str(folder), "--config", f"scale={scale}"]
    if machine.threads > 1:
        rules = subprocess.run(
            [*snakemake, "--list-rules"], capture_output=True, encoding="utf-8", check=True
        ).stdout.split()
        command += ["--set-threads", *(f"{rule}={machine.threads}" for rule in rules)]
    with (folder / "build.log").open("w", encoding="utf-8") as log:
        run = subprocess.run(
            [*command, "--cores", cores], env=machine.environment(), stdout=log, stderr=log, check=False
        )
    return run.returncode == 0


def files(name: str, folder: Path) -> dict[str, Path]:
    """Tables, figures' numbers and captions of a build, by their paths within it."""
    patterns = (f"results/{name}/*/*.csv", f"figures/{name}/*.csv", f"figures/{name}/*.txt")
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    return {path.relative_to(folder).as_posix(): path for path in found}


def kind_of(name: str) -> str:
    """Stage of a table, ``figures`` or ``captions``."""
    path = Path(name)
    return "captions" if path.suffix == ".txt" else "figures" if path.parts[0] == "figures" else stage_of(path)


def compare(fresh: dict[str, Path], kept: dict[str, Path]) -> dict[str, Comparison]:
    """Every file of one build with that of another."""
    found = {}
    for name in sorted({*fresh, *kept}):
        if name not in fresh or name not in kept:
            found[name] = Comparison(difference=MISSING if name in kept else "is there")
            continue
        if name.endswith(".txt"):
            texts = (path.read_text(encoding="utf-8") for path in (fresh[name], kept[name]))
            found[name] = sameness.compare_captions(*texts)
            continue
        kind = f"figures/{Path(name).stem}" if name.startswith("figures/") else stage_of(name)
        tables = (pd.read_csv(path, low_memory=False) for path in (fresh[name], kept[name]))
        found[name] = sameness.compare(kind, *tables)
    return found


def lines(found: dict[str, Comparison]) -> list[str]:
    """What was found, a line per kind of file, and one per file that differs."""
    said = []
    for kind in dict.fromkeys(map(kind_of, found)):
        of_kind = {name: comparison for name, comparison in found.items() if kind_of(name) == kind}
        alike = [comparison for comparison in of_kind.values() if not comparison.difference]
        said += [f"DIFFERS  {name}: {c.difference}" for name, c in of_kind.items() if c.difference]
        if alike:
            worst = max(alike, key=lambda comparison: comparison.use)
            used = f"{worst.column} uses {worst.use:.2%} of its tolerance" if worst.column else "all equal"
            said.append(f"as here  {kind}: {len(alike)} files, {sum(c.numbers for c in alike)} numbers; {used}")
    return said


def main(*names: str, scale: str = "smoke", cores: str = "all") -> None:
    """Build as machines, and say what differs from this one.

    Parameters
    ----------
    names : str
        Machines; all if none is given. This machine as it is always comes first.
    scale : str
        Scale of the builds.
    cores : str
        Cores that a build uses; all that this machine has by default.
    """
    if unknown := sorted({*names} - {*MACHINES}):
        sys.exit(f"test-machines: {unknown[0]!r} is not known: must be one of {', '.join(MACHINES)}")
    try:
        accepted_cores(cores)
        build_name = configuration([scale]).build
    except ConfigError as error:
        sys.exit(str(error))
    if not lock.alone(FOLDER / scale):
        sys.exit(f"test-machines: another run builds in {FOLDER / scale}; wait for it or stop it")
    reports: dict[str, Report] = {}
    failed, native, before = [], {}, sources()
    for name in dict.fromkeys([NATIVE, *(names or MACHINES)]):
        own = machines.report(MACHINES[name])
        if reason := machines.obstacle(MACHINES[name], own, reports):
            _say(name, f"skipped: {reason}")
            continue
        reports[name] = own
        _say(name, str(own))
        folder = FOLDER / scale / name
        prepare(folder, MACHINES[name], own)
        if not build(MACHINES[name], scale, folder, cores):
            failed.append(f"{name} (see {folder}/build.log)")
        _say(name, *summary.verdict(folder / "results" / build_name))
        if name == NATIVE:
            native = files(build_name, folder)
            continue
        found = compare(files(build_name, folder), native)
        changed = sum(
            (folder / path).read_bytes() != native[path].read_bytes()
            for path in files(build_name, folder)
            if path in native
        )
        _say(name, f"{changed} of {len(native)} files have another digit", *lines(found))
        if any(comparison.difference for comparison in found.values()):
            failed.append(f"{name} (differs)")
    if len(reports) < 2:
        sys.exit("test-machines: this machine can be none of the others: nothing was compared")
    if sources() != before:
        sys.exit("test-machines: sources changed while machines were built, which proves nothing: run it again")
    if failed:
        sys.exit(f"test-machines: failed: {', '.join(failed)}")
    print(f"test-machines: {', '.join(reports)} find the same numbers")


def _say(name: str, *what: str) -> None:
    for line in what:
        print(f"{name:<13}{line}", flush=True)


if __name__ == "__main__":
    refuse_another()
    serve(main)
