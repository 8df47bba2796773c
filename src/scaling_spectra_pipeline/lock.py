"""One build at a time in a folder, and none that a killed run holds up.

Snakemake's lock is a file that a killed run leaves behind. Beside it every run holds a shared
`flock`, which the kernel drops when a process ends, however it ends: if an exclusive one can be had,
no other run is alive and the file is a leftover. Network file systems may keep `flock` to one host, so
a lock taken on another host is never removed.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

STATE = Path(".snakemake")
LOCKS = "locks/*.lock"
ALIVE = "alive"
OWNER = "owner"

# the descriptor that holds this process's shared lock
_held: list[int] = []


def enter(folder: Path) -> str | None:
    """Join the runs in `folder`, without the lock of a killed one. Returns in one line what stands in the way."""
    state = folder / STATE
    state.mkdir(exist_ok=True)
    descriptor = os.open(state / ALIVE, os.O_RDWR | os.O_CREAT, 0o666)
    _held.append(descriptor)
    if _flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB) and _owner(state)[1] == socket.gethostname():
        for lock in state.glob(LOCKS):
            lock.unlink(missing_ok=True)
    # for as long as this process lives
    _flock(descriptor, fcntl.LOCK_SH)
    if any(state.glob(LOCKS)):
        return _occupied(state)
    own(folder)
    return None


def occupied(folder: Path) -> str | None:
    """Who is building in `folder`, in one line; None if nobody is, or a killed run of this host was."""
    state = folder / STATE
    if not any(state.glob(LOCKS)):
        return None
    with (state / ALIVE).open("a", encoding="utf-8") as file:
        alone = _flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return None if alone and _owner(state)[1] == socket.gethostname() else _occupied(state)


def own(folder: Path) -> None:
    """Write down that this process builds in `folder`."""
    (folder / STATE / OWNER).write_text(f"{os.getpid()} {socket.gethostname()}\n", encoding="utf-8")


def alone(folder: Path) -> bool:
    """Whether no other process has `folder` to itself; if none, this one has it for as long as it lives."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ALIVE, os.O_RDWR | os.O_CREAT, 0o666)
    _held.append(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # other errors are those of file systems without such locks
        return not isinstance(error, BlockingIOError)
    return True


def _occupied(state: Path) -> str:
    pid, host = _owner(state)
    if host == socket.gethostname():
        return f"lock: process {pid} is building in this folder; wait for it or stop it"
    return (
        f"lock: process {pid} on {host} has locked this folder; wait for it, "
        "or remove the lock if it does not run any more: snakemake --unlock"
    )


def _owner(state: Path) -> tuple[str, str]:
    """Process and host that built in the folder last."""
    try:
        pid, host = (state / OWNER).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return "?", "an unknown host"
    return pid, host


def _flock(descriptor: int, operation: int) -> bool:
    """Whether the lock was had; never where the file system has no such locks."""
    with suppress(OSError):
        fcntl.flock(descriptor, operation)
        return True
    return False


def orphans(folder: Path) -> Iterator[psutil.Process]:
    """Jobs at work in `folder` whose run was killed: no process above them is Snakemake's."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            scripts = (word for word in process.cmdline() if Path(word).parent.match(f"{STATE}/scripts"))
            if Path(process.cwd()) == folder and any(scripts) and not any(map(_is_snakemake, process.parents())):
                yield process


def _is_snakemake(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(Path(word).name == "snakemake" for word in process.cmdline()[:4])
    return False


def take_over(folder: Path) -> None:
    """Once Snakemake's lock is held: write down whose it is, and end the jobs of a killed run."""
    own(folder)
    jobs = list(orphans(folder))
    for job in jobs:
        with suppress(psutil.NoSuchProcess):
            job.kill()
    psutil.wait_procs(jobs, timeout=10)
