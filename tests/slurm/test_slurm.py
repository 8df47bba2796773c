"""The workflow on a real Slurm controller: the same bytes as a local build, and recovery after failures."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cluster
import pytest

ROOT = Path(__file__).parent.parent.parent
PROFILE = ROOT / "workflow/profiles/slurm"
SUFFIXES = (".csv", ".npy", ".npz", ".pdf", ".png", ".txt")
pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """Environment of a running cluster's clients."""
    missing = cluster.missing()
    if missing:
        pytest.fail(f"not installed: {', '.join(missing)}; run make test-slurm")
    with cluster.running(tmp_path_factory.mktemp("slurm")) as environment:
        yield environment


def command(folder, *arguments):
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "config.yaml", folder)
    workflow = ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder), "--config", "scale=smoke"]
    return [sys.executable, "-m", "snakemake", *workflow, *arguments]


def on_cluster(folder, *targets):
    # a cluster of one node needs no patience with shared file systems
    return command(folder, "--workflow-profile", str(PROFILE), "--latency-wait", "5", "--", *targets)


def build(arguments, environment=None):
    result = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-5000:]
    return result.stderr


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and ".snakemake" not in path.parts and ".jobs" not in path.parts
    }


def queued(environment):
    listing = subprocess.run(["squeue", "--noheader"], env=environment, capture_output=True, text=True, check=True)
    return listing.stdout.split("\n")[:-1]


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """Contents of a local build."""
    folder = tmp_path_factory.mktemp("local") / "build"
    build(command(folder, "--cores", str(os.cpu_count())))
    return contents(folder)


def test_build_is_the_local_one_byte_by_byte(slurm, local, tmp_path):
    log = build(on_cluster(tmp_path / "build"), slurm)
    assert "has been submitted with SLURM jobid" in log
    built = contents(tmp_path / "build")
    assert built.keys() == local.keys()
    assert [name for name in local if built[name] != local[name]] == []


def test_interrupted_run_cancels_its_jobs_and_resumes(slurm, local, tmp_path):
    folder = tmp_path / "build"
    with subprocess.Popen(on_cluster(folder, "training"), env=slurm, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 120
        while not queued(slurm) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert queued(slurm)
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=60) != 0
    deadline = time.monotonic() + 30
    while queued(slurm) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert queued(slurm) == []
    build(on_cluster(folder, "training"), slurm)
    assert contents(folder).items() <= local.items()
