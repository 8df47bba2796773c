"""A smoke build, made once and shared by the tests that look at it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the workflow of this checkout in `folder`."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def smoke(tmp_path_factory):
    """Folder of a full build at smoke scale."""
    folder = tmp_path_factory.mktemp("smoke")
    shutil.copy(ROOT / "config.yaml", folder)
    result = snakemake(folder, "--cores", "2", "--config", "scale=smoke")
    assert result.returncode == 0, result.stderr[-5000:]
    return folder
