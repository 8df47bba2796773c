"""Python's start-up hook for tests of faults: dies, or fails, where a file is about to become whole.

The variable FAULT is ``"<when> <pattern>"``: the first process to move a file into a place that matches
the pattern kills its process group, ``half`` with half of the file written, ``before`` the move or ``after``.
"""

import os
import signal
from fnmatch import fnmatch
from pathlib import Path

_replace = os.replace


def _faulty(source, target, **options):
    when, pattern = os.environ["FAULT"].split()
    if not fnmatch(str(target), pattern):
        return _replace(source, target, **options)
    if when == "after":
        _replace(source, target, **options)
    if when == "half":
        path = Path(source)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return os.killpg(0, signal.SIGKILL)


if "FAULT" in os.environ:
    os.replace = _faulty
