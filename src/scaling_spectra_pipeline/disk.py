"""Whether a build can write at all, asked before any job starts."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

# what Snakemake's records and one table need; a figure takes about as much
LEAST_FREE = 10_000_000


def obstacle(folders: Iterable[Path]) -> str | None:
    """In one line why files cannot be written below `folders`, which need not exist; None if they can."""
    for folder in folders:
        there = folder.absolute()
        while not there.exists():
            there = there.parent
        if not os.access(there, os.W_OK | os.X_OK):
            return f"disk: {there} cannot be written; a build writes {folder}"
        free = shutil.disk_usage(there).free
        if free < LEAST_FREE:
            return f"disk: {free / 1e6:.1f} MB are free for {there}; a build needs {LEAST_FREE / 1e6:.0f} MB or more"
    return None
