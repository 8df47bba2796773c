"""Limits of containers: files of cgroups as the kernel writes them, in a folder; and a run that keeps to them."""

import re
from pathlib import Path

import psutil
import pytest
from snakemake.utils import available_cpu_count

from helpers import small
from helpers.checkout import ROOT
from scaling_spectra_pipeline import container_limits, executors, memory

# what /proc/self/cgroup and /proc/self/mountinfo say, and files of groups
V2 = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = """\
31 23 0:28 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
32 31 0:29 {0} /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct
33 31 0:30 {0} /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
34 31 0:31 {0} /sys/fs/cgroup/cpuset rw,nosuid - cgroup cgroup rw,cpuset
"""
IN_V1 = "5:memory:{0}\n4:cpuset:{0}\n3:cpu,cpuacct:{0}\n1:name=systemd:{0}\n"
NO_LIMIT = "9223372036854771712\n"
SURROUNDINGS = {
    "container of version 2": (
        "0::/\n",
        V2,
        {"memory.max": "1000000000\n", "memory.high": "max\n", "cpu.max": "50000 100000\n"},
    ),
    "the group above limits": (
        "0::/user.slice/run.scope\n",
        V2,
        {
            "user.slice/memory.max": "1000000000",
            "user.slice/cpu.max": "100000 100000",
            "user.slice/run.scope/memory.max": "max",
            "user.slice/run.scope/memory.high": "3000000000",
            "user.slice/run.scope/cpu.max": "max 100000",
        },
    ),
    "host's path in a container": (
        "0::/docker/12ab\n",
        V2.replace(" / /sys", " /docker/12ab /sys"),
        {"memory.high": "1000000000", "memory.max": "2000000000", "cpu.max": "50000 100000"},
    ),
    "container of version 1": (
        IN_V1.format("/docker/12ab"),
        V1.format("/docker/12ab"),
        {
            "memory/memory.limit_in_bytes": "1000000000",
            "cpu,cpuacct/cpu.cfs_quota_us": "50000",
            "cpu,cpuacct/cpu.cfs_period_us": "100000",
            "cpuset/memory.limit_in_bytes": "3",
        },
    ),
    "both, the controllers in version 1": (
        IN_V1.format("/a/b") + "0::/a/b\n",
        V1.format("/") + V2.replace("/sys/fs/cgroup", "/sys/fs/cgroup/unified"),
        {
            "memory/memory.limit_in_bytes": NO_LIMIT,
            "memory/a/memory.limit_in_bytes": "1000000000",
            "memory/a/b/memory.limit_in_bytes": NO_LIMIT,
            "cpu,cpuacct/a/cpu.cfs_quota_us": "-1",
            "cpu,cpuacct/a/cpu.cfs_period_us": "100000",
            "cpu,cpuacct/a/b/cpu.cfs_quota_us": "25000",
            "cpu,cpuacct/a/b/cpu.cfs_period_us": "50000",
        },
    ),
    "a blank in the path": (
        "0::/my group\n",
        V2.replace("/sys/fs/cgroup", "/sys/fs/c\\040group"),
        {"my group/memory.max": "1000000000", "my group/cpu.max": "50000 100000"},
    ),
}


def machine(root: Path, groups: str, mounts: str, files: dict[str, str]) -> Path:
    top = "sys/fs/c group" if "040" in mounts else "sys/fs/cgroup"
    written = {"proc/self/cgroup": groups, "proc/self/mountinfo": mounts}
    for name, text in (written | {f"{top}/{name}": text for name, text in files.items()}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(("groups", "mounts", "files"), SURROUNDINGS.values(), ids=SURROUNDINGS.keys())
def test_limits_of_a_group_are_seen(tmp_path, groups, mounts, files):
    root = machine(tmp_path, groups, mounts, files)
    assert container_limits.memory(root) == 1e9
    # half a core is one job at a time
    assert container_limits.cores(root) == 1


UNLIMITED = {
    "no cgroups": ("", "", {}),
    "no limits": ("0::/a\n", V2, {"a/memory.max": "max\n", "a/cpu.max": "max 100000\n"}),
    "none of version 1": (
        IN_V1.format("/"),
        V1.format("/"),
        {"memory/memory.limit_in_bytes": NO_LIMIT, "cpu,cpuacct/cpu.cfs_quota_us": "-1"},
    ),
    "not mounted": ("0::/a\n", "", {}),
    "more than the machine": ("0::/\n", V2, {"memory.max": str(2**60), "cpu.max": "99900000 100000"}),
}


@pytest.mark.parametrize(("groups", "mounts", "files"), UNLIMITED.values(), ids=UNLIMITED.keys())
def test_without_limits_the_machine_counts(tmp_path, groups, mounts, files):
    root = machine(tmp_path, groups, mounts, files)
    assert container_limits.memory(root) == psutil.virtual_memory().total
    assert container_limits.cores(root) == available_cpu_count()


def test_time_for_a_part_of_a_core_is_a_core(tmp_path, monkeypatch):
    monkeypatch.setattr(container_limits, "available_cpu_count", lambda: 8)
    root = machine(tmp_path, "0::/\n", V2, {"cpu.max": "250000 100000"})
    assert container_limits.cores(root) == 3


def test_all_cores_are_those_of_the_container(monkeypatch):
    monkeypatch.setattr(container_limits, "available_cpu_count", lambda: 8)
    monkeypatch.setattr(container_limits, "cores", lambda: 2)
    assert container_limits.cores_of_run(8) == 2
    # what was asked for in so many words
    assert container_limits.cores_of_run(3) == 3
    assert container_limits.cores_of_run(None) is None


def test_snakemake_itself_needs_memory(monkeypatch):
    monkeypatch.setattr(container_limits, "memory", lambda: 1e9)
    assert memory.available() == 700
    assert memory.available(5000) == 5000


@pytest.mark.parametrize(
    ("words", "here"),
    [
        (["--cores", "1"], True),
        (["-n"], True),
        (["--cores", "1", "--executor", "slurm"], False),
        (["--workflow-profile", str(ROOT / "workflow/profiles/slurm")], False),
        (["no such option", "--nor-this"], True),
    ],
)
def test_a_cluster_has_limits_of_its_own(words, here, monkeypatch, capsys):
    executors.arguments.cache_clear()
    monkeypatch.setattr("sys.argv", ["snakemake", *words])
    assert executors.jobs_run_here() is here
    executors.arguments.cache_clear()
    assert capsys.readouterr() == ("", "")


def test_a_job_that_exceeds_what_was_given_is_refused(tmp_path):
    (tmp_path / "config.yaml").write_text("scale: smoke\n")
    run = small.forked(ROOT, "--dry-run", "--resources", "mem_mb=300", folder=tmp_path)
    assert run.returncode != 0
    lines = [line for line in run.stderr.splitlines() if line.startswith("config: ")]
    assert len(lines) == 1
    assert re.search(
        r"n_eff: \S+ is not accepted; its job needs \S+ GB, must fit into the 0.3 GB for jobs here", lines[0]
    )
