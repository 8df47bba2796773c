"""A smoke build, made once and shared by the tests that look at it."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import scipy.linalg  # noqa: F401  (loads both BLAS libraries: a limit finds none that comes later)
import small
from filelock import FileLock
from threadpoolctl import threadpool_limits

# one thread per process: pytest runs as many processes as there are cores
threadpool_limits(1)

ROOT = Path(__file__).parent.parent
# fixtures of the tests in a browser
pytest_plugins = ["explorer_page"]

# what the tests of a file try
TRIED = {
    "test_faults.py": "other faults",
    "test_reruns.py": "edits",
    "test_bad_input.py": "bad inputs",
    "test_tampering.py": "tamperings",
}

# what takes longest comes first, then what looks at its builds, so that all processes end together
FIRST = ("test_faults.py", "test_forecast.py")


def pytest_collection_modifyitems(items):
    """Order files by what they build; the order within a file stays."""
    builds = {item.path for item in items if {"smoke", "small_build"} & set(item.fixturenames)}
    rank = {item.path: (FIRST.index(name) if (name := item.path.name) in FIRST else 2) for item in items}
    items.sort(key=lambda item: (rank[item.path], item.path not in builds))


def pytest_terminal_summary(terminalreporter):
    """How many faults, edits, bad inputs and tamperings the run has survived, and how many were tried."""
    tried, survived = Counter(), Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            kind = TRIED.get(Path(report.fspath).name)
            if kind and report.when == "call" and "untried" not in report.keywords:
                # a test that tries several says so
                counts = {name: count for name, count in report.user_properties if name.startswith("tried ")}
                counts = counts or {f"tried {kind}": 1}
                tried.update(counts)
                survived.update(counts if outcome == "passed" else {})
    if tried:
        counts = (f"{survived[name]} of {tried[name]} {name.removeprefix('tried ')}" for name in sorted(tried))
        terminalreporter.write_line(f"survived: {', '.join(counts)}")


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the workflow of this checkout in `folder`."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


def once(tmp_path_factory, name: str, build: Callable[[Path], subprocess.CompletedProcess]) -> Path:
    """Folder of a build that all the processes of pytest share."""
    shared = (
        tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.mktemp(name)
    )
    folder = shared / name
    with FileLock(shared / f"{name}.lock"):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            result = build(folder)
            assert result.returncode == 0, result.stderr[-5000:]
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def smoke(tmp_path_factory):
    """Folder of a full build at smoke scale."""

    def build(folder: Path) -> subprocess.CompletedProcess:
        shutil.copy(ROOT / "config.yaml", folder)
        return snakemake(folder, "--cores", "2", "--config", "scale=smoke")

    return once(tmp_path_factory, "smoke", build)


@pytest.fixture(scope="session")
def small_build(tmp_path_factory):
    """Folder of a small project (`small.checkout`) and its full build, on one core; each job says what it imported."""

    def build(folder: Path) -> subprocess.CompletedProcess:
        project, imported = small.checkout(folder), folder / "imported"
        imported.mkdir()
        path = f"{small.INJECTED}{os.pathsep}{project / 'src'}"
        return small.run(project, "--cores", "1", PYTHONPATH=path, IMPORTED=str(imported))

    return once(tmp_path_factory, "small", build)
