"""A Slurm cluster of one node on this machine, from the distribution's packages, without a service manager."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "sinfo")
CONFIGURATION = """\
ClusterName=local
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthInfo=socket={folder}/munge/socket
SlurmctldPort=26817
SlurmdPort=26818
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MinJobAge=300
NodeName=localhost NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory}
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """Programs of a cluster that are not installed."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    return [program for program in PROGRAMS if shutil.which(program, path=path) is None]


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Start a cluster whose files are all in `folder`, yield the environment of its clients, stop it."""
    for name in ("munge", "state", "spool", "bin"):
        (folder / name).mkdir(parents=True, mode=0o700)
    folder.chmod(0o755)
    # munge refuses a socket in a folder that others cannot enter
    (folder / "munge").chmod(0o711)
    memory = psutil.virtual_memory().total // 2**20 * 8 // 10
    configuration = folder / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, cpus=len(os.sched_getaffinity(0)), memory=memory))
    environment = os.environ | {
        "SLURM_CONF": str(configuration),
        "PATH": f"{folder}/bin:{os.environ['PATH']}:/usr/sbin",
    }
    # the executor removes SLURM_CONF from the environment of the inner srun
    srun = folder / "bin/srun"
    real = shutil.which("srun")
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={configuration} exec {real} "$@"\n')
    srun.chmod(0o755)
    # a cluster must not outlive tests that are told to end
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _start(folder, environment)
        yield environment
    finally:
        _stop(folder, environment)


def _start(folder: Path, environment: dict[str, str]) -> None:
    munge = folder / "munge"
    (munge / "key").write_bytes(os.urandom(128))
    (munge / "key").chmod(0o400)
    files = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
    options = [f"--{option}={munge / name}" for option, name in files.items()]
    subprocess.run(["munged", "--force", *options], env=environment, check=True)
    subprocess.run(["slurmctld"], env=environment, check=True)
    subprocess.run(["slurmd", "-N", "localhost"], env=environment, check=True)
    deadline = time.monotonic() + 30
    while "idle" not in (state := _ask(environment, "sinfo", "--noheader", "--format=%T")):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the node is {state.strip() or 'unknown'}, not idle: see {folder}/slurmctld.log")
        time.sleep(0.2)


def _stop(folder: Path, environment: dict[str, str]) -> None:
    """End the jobs through the controller, so that none is left without a parent, then the daemons."""
    _ask(environment, "scancel", "--user", "root")
    deadline = time.monotonic() + 40
    while _ask(environment, "squeue", "--noheader") and time.monotonic() < deadline:
        time.sleep(0.5)
    for name in ("slurmd.pid", "slurmctld.pid", "munge/pid"):
        with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
            daemon = psutil.Process(int((folder / name).read_text()))
            family = [daemon, *daemon.children(recursive=True)]
            daemon.terminate()
            _, alive = psutil.wait_procs(family, timeout=10)
            for process in alive:
                process.kill()


def _ask(environment: dict[str, str], *command: str) -> str:
    """Output of a client; nothing where there is no controller to answer."""
    with suppress(subprocess.TimeoutExpired, FileNotFoundError):
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30).stdout
    return ""
