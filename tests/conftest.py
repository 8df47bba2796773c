"""A smoke build, made once and shared by the tests that look at it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import scipy.linalg  # noqa: F401  (loads both BLAS libraries: a limit finds none that comes later)
import small
from filelock import FileLock
from threadpoolctl import threadpool_limits

# one thread a process: pytest runs as many processes as there are cores
threadpool_limits(1)

ROOT = Path(__file__).parent.parent
# fixtures of the tests in a browser
pytest_plugins = ["explorer_page"]


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the workflow of this checkout in `folder`."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def smoke(tmp_path_factory):
    """Folder of a full build at smoke scale."""
    # one build for all the processes of pytest
    shared = (
        tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.mktemp("s")
    )
    folder = shared / "smoke"
    with FileLock(shared / "smoke.lock"):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            shutil.copy(ROOT / "config.yaml", folder)
            result = snakemake(folder, "--cores", "2", "--config", "scale=smoke")
            assert result.returncode == 0, result.stderr[-5000:]
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def small_build(tmp_path_factory):
    """Folder of a small project (`small.checkout`) and its full build, on one core."""
    shared = (
        tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.mktemp("s")
    )
    folder = shared / "small"
    with FileLock(shared / "small.lock"):
        if not (folder / "done").exists():
            result = small.run(small.checkout(folder), "--cores", "1")
            assert result.returncode == 0, result.stderr[-5000:]
            (folder / "done").touch()
    return folder
