"""The workflow on a real Slurm controller: the same bytes as a local build, and recovery after failures."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import cluster
import psutil
import pytest
import yaml

from helpers.checkout import ROOT

PROFILE = ROOT / "workflow/profiles/slurm"
SUFFIXES = (".csv", ".npy", ".npz", ".pdf", ".png", ".txt")
# every kind of job that is submitted, and one figure that needs them
TARGETS = ("exponents", "studies", "universality")
# the smoke scale with fewer points
CONFIGURATION = {
    "scale": "smoke",
    "experiments": {
        "excess_risk": {
            "noise_levels": [0.5],
            "networks": {
                "diagonal": {40: {"n_eff": [5, 100, 1000], "replicas": 2}},
                "quadratic": {20: {"n_eff": [3, 20, 200], "replicas": 2, "trained_up_to": 20}},
            },
        },
        "weight_decay_scan": {
            "networks": {
                "diagonal": {40: {"n_eff": [8], "replicas": 1}},
                "quadratic": {20: {"n_eff": [3], "replicas": 1}},
            },
        },
        "spectra": {
            "networks": {
                "diagonal": {40: {"n_eff": [12], "replicas": 1}},
                "quadratic": {20: {"n_eff": [0.3], "replicas": 1}},
            },
        },
        "peak": None,
    },
    "studies": {
        "equivalence": {
            "networks": {
                "diagonal": {40: {"n_eff": [10], "replicas": 1}},
                "quadratic": {20: {"n_eff": [3], "replicas": 1}},
            }
        }
    },
}
pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """Environment of a running cluster's clients."""
    missing = cluster.missing()
    if missing:
        pytest.fail(f"not installed: {', '.join(missing)}; run make test-slurm")
    with cluster.running(tmp_path_factory.mktemp("slurm")) as environment:
        yield environment


def command(folder, *arguments, program="snakemake"):
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIGURATION))
    workflow = ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    return [sys.executable, "-m", program, *workflow, *arguments]


def on_cluster(folder, *targets, program="snakemake"):
    # a cluster of one node needs no patience with shared file systems
    patience = ["--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "5"]
    return command(folder, "--workflow-profile", str(PROFILE), *patience, "--", *targets, program=program)


def build(arguments, environment=None, folder=None):
    result = subprocess.run(arguments, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-5000:]
    return result.stderr


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and ".snakemake" not in path.parts and ".jobs" not in path.parts
    }


def differing(built, reference):
    """Names of files that are not those of the reference."""
    return [name for name in built if built[name] != reference.get(name)]


def queued(environment):
    listing = subprocess.run(
        ["squeue", "--noheader", "--format=%i"], env=environment, capture_output=True, text=True, check=True
    )
    return listing.stdout.split()


def eventually(find, seconds):
    """What `find` returns as soon as it returns something."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, f"{find}: nothing after {seconds} s"
        time.sleep(0.1)
    return found


def scripts_in(folder):
    """Processes of rules' scripts that run in `folder`."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words = process.info["cmdline"] or []
        if process.info["cwd"] == str(folder) and any("/.snakemake/scripts/" in word for word in words):
            found.append(process)
    return found


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """Contents of a local build."""
    folder = tmp_path_factory.mktemp("local") / "build"
    build(command(folder, "--cores", str(len(os.sched_getaffinity(0))), "--", *TARGETS))
    return contents(folder)


def test_build_is_the_local_one_byte_by_byte(slurm, local, tmp_path):
    log = build(on_cluster(tmp_path / "build", *TARGETS), slurm)
    assert "has been submitted with SLURM jobid" in log
    built = contents(tmp_path / "build")
    assert built.keys() == local.keys()
    assert differing(built, local) == []


def test_cancelled_and_failed_jobs_are_submitted_again(slurm, local, tmp_path):
    folder = tmp_path / "build"
    with subprocess.Popen(on_cluster(folder, "theory"), env=slurm, stderr=subprocess.PIPE, text=True) as run:
        first = eventually(lambda: queued(slurm), 300)[0]
        subprocess.run(["scancel", first], env=slurm, check=True)
        eventually(lambda: scripts_in(folder), 300)[0].kill()
        log = run.communicate()[1]
    assert run.returncode == 0, log[-5000:]
    assert "Trying to restart" in log
    assert differing(contents(folder), local) == []


def test_interrupted_run_cancels_its_jobs_and_resumes(slurm, local, tmp_path):
    folder = tmp_path / "build"
    # in the background of a shell it would be deaf to the signal
    listening = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    words = on_cluster(folder, "theory")
    with subprocess.Popen(words, env=slurm, stderr=subprocess.DEVNULL, preexec_fn=listening) as run:
        eventually(lambda: queued(slurm), 300)
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=300) != 0
    eventually(lambda: not queued(slurm), 60)
    build(on_cluster(folder, "theory"), slurm)
    assert differing(contents(folder), local) == []


def test_killed_run_leaves_jobs_to_cancel_and_resumes(slurm, local, tmp_path):
    folder = tmp_path / "build"
    with subprocess.Popen(on_cluster(folder, "theory"), env=slurm, stderr=subprocess.DEVNULL) as run:
        eventually(lambda: queued(slurm), 300)
        run.kill()
    assert queued(slurm)
    # as docs/howto/run-on-a-cluster.md says
    subprocess.run(["scancel", *queued(slurm)], env=slurm, check=True)
    eventually(lambda: not queued(slurm), 60)
    build(on_cluster(folder, "theory", program="scaling_spectra_pipeline.run"), slurm, folder)
    assert differing(contents(folder), local) == []


def test_cluster_that_fails_to_start_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONFIGURATION", cluster.CONFIGURATION.replace("NodeName=localhost", "NodeName=other"))
    before = daemons()
    with pytest.raises((TimeoutError, subprocess.CalledProcessError)), cluster.running(tmp_path / "cluster"):
        pass
    assert daemons() <= before


def daemons():
    """Ids of running daemons of Slurm and munge."""
    names = ("slurmd", "slurmctld", "munged", "slurmstepd", "slurmscriptd")
    return {process.pid for process in psutil.process_iter(["name"]) if process.info["name"] in names}
