"""Whether a build can write what it must, asked before any job starts; no file of an earlier one from the future."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

# what Snakemake's records and one table need; a figure takes about as much
LEAST_FREE = 10_000_000
# Snakemake's own folders that grow large, or whose files no other run touches
NOT_SHARED = {"conda", "conda-archive", "log", "scripts", "shadow", "singularity"}


def obstacle(folders: Iterable[Path]) -> str | None:
    """In one line why files cannot be written below `folders`, which need not exist, or aside; None if they can."""
    # Snakemake's scheduler asks its solver by files
    aside = Path(tempfile.gettempdir())
    if _free(aside) < LEAST_FREE:
        return f"disk: {_too_little(aside)}; set TMPDIR to another folder for what is temporary"
    for folder in folders:
        for link in (folder, *folder.parents):
            if link.is_symlink() and not link.exists():
                return f"disk: {link} leads to {link.readlink()}, which is not there"
        there = _nearest(folder)
        if not is_writable(folder):
            return f"disk: {there} cannot be written; a build writes {folder}"
        if _free(there) < LEAST_FREE:
            return f"disk: {_too_little(there)}"
        for entry in _entries(folder):
            if not _is_ours(entry):
                return (
                    f"disk: {entry.path} belongs to {_owner(entry)} and cannot be read and written; one user builds in "
                    "a folder: build in a checkout of your own, or change the owner (chown -R)"
                )
    return None


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _too_little(folder: Path) -> str:
    return f"{_free(folder) / 1e6:.1f} MB are free for {folder}; a build needs {LEAST_FREE / 1e6:.0f} MB or more"


def is_writable(folder: Path) -> bool:
    """Whether files can be written in a folder, which need not exist."""
    return os.access(_nearest(folder), os.W_OK | os.X_OK)


def _nearest(folder: Path) -> Path:
    """The folder itself, or the first above it that exists."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    return there


def bring_back(folders: Iterable[Path], clock: Path) -> None:
    """Date files that are later than `clock`, a file just written, as of now.

    Snakemake takes no output that is older than an input. Nothing is made again for a date (docs/reference/runs.md).
    """
    now = clock.stat().st_mtime
    for folder in folders:
        for entry in _entries(folder):
            if entry.is_file() and entry.stat().st_mtime > now:
                os.utime(entry.path)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies below a folder: folders before what they hold."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if entry.name not in NOT_SHARED]
    except OSError:
        return
    for entry in entries:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path))


def _is_ours(entry: os.DirEntry[str]) -> bool:
    """Whether this user may read and replace it; rights that the owner took from himself are his own matter."""
    if entry.is_symlink() or (entry.is_file() and entry.stat().st_uid == os.geteuid()):
        return True
    return os.access(entry.path, os.R_OK | os.W_OK | (os.X_OK if entry.is_dir() else 0))


def _owner(entry: os.DirEntry[str]) -> str:
    number = entry.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
