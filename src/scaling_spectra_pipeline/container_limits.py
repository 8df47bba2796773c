"""How much of this machine a run may use: the limits of its cgroups, which containers and schedulers set.

Snakemake and psutil see the whole machine. A limit of a group above counts as well: of all on the way the least.
"""

import os
import re
from collections.abc import Iterator
from math import ceil, inf
from pathlib import Path

import psutil
from snakemake.utils import available_cpu_count

from scaling_spectra_pipeline.errors import ConfigError

# files of a group by version of cgroups, which mount separate controllers or one hierarchy
MEMORY = {1: ("memory.limit_in_bytes",), 2: ("memory.max", "memory.high")}
CPU = {1: ("cpu.cfs_quota_us", "cpu.cfs_period_us"), 2: ("cpu.max",)}
UNLIMITED = ("max", "-1", "")


def memory(root: Path = Path("/")) -> float:
    """Bytes of memory that the processes of a run may take together."""
    found = (_number(group / name) for version, group in _groups("memory", root) for name in MEMORY[version])
    return min(psutil.virtual_memory().total, *found, inf)


def cores(root: Path = Path("/")) -> int:
    """Cores that a run may keep busy: those of its affinity, and no more than its share of time fills; at least 1."""
    shares = [_share([_text(group / name) for name in CPU[version]]) for version, group in _groups("cpu", root)]
    return max(1, ceil(min(available_cpu_count(), *shares, inf)))


def cores_of_run(asked: int | None) -> int | None:
    """Cores for a run that was `asked` for so many: if these are all that Snakemake sees, those that it may use.

    Raises
    ------
    ConfigError
        If they are none: no job would ever start.
    """
    if asked is not None and asked < 1:
        raise ConfigError(f"cores: {asked} is not accepted; must be a whole number from 1, or all")
    return cores() if asked == available_cpu_count() else asked


def _groups(controller: str, root: Path) -> Iterator[tuple[int, Path]]:
    """Folders of the groups of this process that may limit `controller`, up to the top that can be seen.

    In a container the path of a group may be the host's, of which only the lower end is mounted.
    """
    own: dict[int, str] = {}
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            own[2] = path
        elif controller in controllers.split(","):
            own[1] = path
    for line in _text(root / "proc/self/mountinfo").splitlines():
        # see proc_pid_mountinfo(5)
        before, _, after = line.partition(" - ")
        top, mounted = map(_plain, before.split()[3:5])
        kind, _, options = after.split(" ", 2)
        version = {"cgroup": 1, "cgroup2": 2}.get(kind)
        if version not in own or (version == 1 and controller not in options.split(",")):
            continue
        folder = root / mounted.lstrip("/")
        below = os.path.relpath(own[version], top)
        yield version, folder
        if below != "." and not below.startswith(".."):
            parts = Path(below).parts
            yield from ((version, folder.joinpath(*parts[: depth + 1])) for depth in range(len(parts)))


def _plain(field: str) -> str:
    """A path of mountinfo, which writes blanks and the like in octal."""
    return re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), field)


def _share(words: list[str]) -> float:
    """Cores of a quota of time and its period, in one file or two."""
    quota, _, period = " ".join(words).partition(" ")
    return inf if quota in UNLIMITED or not period else int(quota) / int(period)


def _number(path: Path) -> float:
    text = _text(path)
    return inf if text in UNLIMITED else int(text)


def _text(path: Path) -> str:
    """Content of a file; empty if it cannot be read: the top has no limits, a controller may be off."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
