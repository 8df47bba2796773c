"""Builds made once and shared by the tests that look at them; the order of tests, and what is counted of them."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import scipy.linalg  # noqa: F401  (loads both BLAS libraries: a limit finds none that comes later)
from filelock import FileLock
from threadpoolctl import threadpool_limits

from helpers import small
from helpers.browser import CHROMIUM
from helpers.checkout import ROOT, snakemake

# one thread per process: pytest runs as many processes as there are cores
threadpool_limits(1)

# fixtures of the tests in a browser
pytest_plugins = ["helpers.explorer_page"]


def pytest_collection_modifyitems(items):
    """What takes longest comes first, then what looks at its builds; the order within a file stays."""
    builds = {item.path for item in items if {"smoke", "small_build"} & set(item.fixturenames)}
    items.sort(key=lambda item: (item.get_closest_marker("early") is None, item.path not in builds))


def pytest_runtest_setup(item):
    """Skip what needs a browser where there is none."""
    if CHROMIUM is None and item.get_closest_marker("browser"):
        pytest.skip("no Chromium here (make browser)")


def pytest_runtest_teardown():
    """Close what a test has drawn: it would still be there in the next."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def pytest_runtest_makereport(item, call):
    """Note what a test has tried; one that tries several says so itself."""
    tries = item.get_closest_marker("tries")
    if call.when == "call" and tries and not item.get_closest_marker("untried") and not _tried(item):
        item.user_properties.append((f"tried {tries.args[0]}", 1))


def _tried(of) -> dict[str, int]:
    return {name: count for name, count in of.user_properties if name.startswith("tried ")}


def pytest_terminal_summary(terminalreporter):
    """How many faults, edits, bad inputs and tamperings the run has survived, and how many were tried."""
    tried, survived = Counter(), Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            if report.when == "call":
                tried.update(_tried(report))
                survived.update(_tried(report) if outcome == "passed" else {})
    if tried:
        counts = (f"{survived[name]} of {tried[name]} {name.removeprefix('tried ')}" for name in sorted(tried))
        terminalreporter.write_line(f"survived: {', '.join(counts)}")


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
