"""A copy of this checkout with few scripts and small grids: every kind of rule in under a minute."""

import copy
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from snakemake.cli import parse_config
from snakemake.utils import update_config

from helpers.checkout import ROOT
from scaling_spectra_pipeline.overlay import typed

# start-up hook of Python; a library that shifts the clock, and by how much
INJECTED = Path(__file__).parent / "injected"
CLOCK, DAYS = INJECTED / "clock.c", -400

TABLES = ("tables/phase_regions", "tables/pruning", "tables/real_inputs")
SCRIPTS = (*TABLES, "studies/equivalence", "figures/fig3", "figures/equivalence")
NOISY = {"noise_levels": [0.5], "weight_decays": [{"coefficient": 1.0, "exponent": 0.0}]}
PRESET = {
    "training": {"replicas_per_job": 2},
    "theory": {"diagram_points": 5, "points_per_decade": 4},
    "experiments": {
        "excess_risk": {
            **NOISY,
            "curve_points_per_decade": 3,
            "networks": {
                "diagonal": {10: {"n_eff": [10, 40], "replicas": 2, "trained_up_to": 10}},
                "quadratic": {8: {"n_eff": [5, 20], "replicas": 2, "trained_up_to": 5}},
            },
        }
    },
    "studies": {"equivalence": {**NOISY, "networks": {"quadratic": {8: {"n_eff": [5], "replicas": 1}}}}},
}
CONFIG = {"scale": "smoke"}
# jobs of the full build, by rule
EVERYTHING = {
    "draw_data": 2,
    "train_networks": 4,
    "collect_training": 1,
    "collect_spectra": 1,
    "solve_theory": 2,
    "collect_theory": 1,
    "fit_exponents": 1,
    "examine_equivalence": 1,
    "collect_equivalence": 1,
    "tabulate_phase_regions": 1,
    "tabulate_pruning": 1,
    "tabulate_real_inputs": 1,
    "fig3": 1,
    "equivalence": 1,
    "explorer": 1,
    "check": 1,
}


def copy_checkout(folder: Path) -> Path:
    """Copy of this checkout's workflow in `folder`."""
    ignored = shutil.ignore_patterns("*.egg-info")
    for name in ("profiles", "workflow", "scripts", "src", "web"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("Snakefile", "environment.yml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


def checkout(folder: Path) -> Path:
    """Copy of this checkout's workflow in `folder`, with `SCRIPTS` and `PRESET` only."""
    copy_checkout(folder)
    for kind in ("tables", "studies", "figures"):
        for script in (folder / "scripts" / kind).glob("*.py"):
            if f"{kind}/{script.stem}" not in SCRIPTS:
                script.unlink()
    (folder / "workflow/presets/smoke.yaml").write_text(yaml.safe_dump(PRESET))
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    return folder


def with_preset(project: Path, *overrides: str, preset: dict | None = None) -> Path:
    """The project with other settings in its preset; on a command line they would make another build."""
    path = project / "workflow/presets/smoke.yaml"
    content = copy.deepcopy(preset) or yaml.safe_load((ROOT / "workflow/presets/smoke.yaml").read_text())
    update_config(content, parse_config(overrides))
    path.write_text(yaml.safe_dump(typed(content)))
    return project


def python(project: Path) -> str:
    """Python of the project's own environment, if it has one."""
    own = project / ".venv/bin/python"
    return str(own) if own.exists() else sys.executable


def command(project: Path, *arguments: str) -> list[str]:
    """Snakemake with the workflow of `project`."""
    return [python(project), "-m", "snakemake", "--snakefile", str(project / "Snakefile"), *arguments]


def environment(project: Path, **variables: str) -> dict[str, str]:
    """Environment in which the package of `project` is imported."""
    return {**os.environ, "PYTHONPATH": str(project / "src")} | variables


def run(project: Path, *arguments: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess:
    """Run the workflow of `project` in `folder`, else in `project` itself."""
    return subprocess.run(
        command(project, *arguments),
        cwd=folder or project,
        env=environment(project, **variables),
        capture_output=True,
        text=True,
        check=False,
    )


# a dry or short run spends most of its time importing these: one process imports them, and is forked for every run
PRELOADED = ["snakemake.cli", "pandas", "pydantic", "yaml", "psutil"]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(PRELOADED)


def forked(
    project: Path, *arguments: str, folder: Path | None = None, path: Path | None = None
) -> subprocess.CompletedProcess:
    """Run Snakemake on one core with the workflow of `project` in `folder`, without the time its imports take.

    Packages are looked for in `path` first.
    """
    with tempfile.TemporaryDirectory() as temporary:
        streams = [Path(temporary) / name for name in ("stdout", "stderr")]
        words = command(project, "--cores", "1", *arguments)[3:]
        run = FORKS.Process(target=_snakemake, args=(words, folder or project, path or project / "src", streams))
        run.start()
        run.join()
        return subprocess.CompletedProcess(words, run.exitcode, *(stream.read_text() for stream in streams))


def planned(project: Path, *arguments: str, folder: Path | None = None, path: Path | None = None) -> dict[str, int]:
    """Jobs that a dry run would start, by rule; arguments as for `forked`."""
    run = forked(project, "--dry-run", *arguments, folder=folder, path=path)
    assert run.returncode == 0, run.stderr
    rows = re.findall(r"^(\w+) +(\d+)$", run.stdout, flags=re.MULTILINE)
    return {rule: int(count) for rule, count in rows if rule not in ("total", "all")}


def _snakemake(words: list[str], folder: Path, path: Path, streams: list[Path]) -> None:
    """Be `snakemake words` in `folder`, whose output and errors go to the files `streams`."""
    from snakemake.cli import main

    for descriptor, stream in enumerate(streams, start=1):
        with stream.open("w") as file:
            os.dup2(file.fileno(), descriptor)
    os.chdir(folder)
    sys.path.insert(0, str(path))
    sys.argv = ["snakemake", *words]
    main()


def other_day(folder: Path) -> dict[str, str]:
    """Variables that set the clocks of a process back; none where no C compiler is at hand."""
    compiler = shutil.which("cc")
    if compiler is None:
        return {}
    library = folder / "clock.so"
    shift = f"-DSHIFT={DAYS * 86400}"
    subprocess.run([compiler, "-shared", "-fPIC", shift, "-o", library, CLOCK, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def artifacts(folder: Path) -> dict[str, bytes]:
    """Every file that a build leaves, but for logs and timings, by its path."""
    found = {}
    for top in ("results/smoke", "figures/smoke"):
        for path in sorted((folder / top).rglob("*")):
            if path.is_file() and ".jobs" not in path.parts:
                found[str(path.relative_to(folder))] = path.read_bytes()
    return found
