"""Python's start-up hook for tests.

Of faults: dies, or fails, where a file is about to become whole. The variable FAULT is ``"<when> <pattern>"``: the
first process to move a file into a place that matches the pattern kills its process group, ``half`` with half of the
file written, ``before`` the move or ``after``.

Of dependencies: a job leaves its rule, network, script and all modules that it has imported in the folder IMPORTED.
"""

import atexit
import json
import os
import signal
import sys
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


def _imported():
    job = vars(sys.modules["__main__"]).get("snakemake")
    if job is not None:
        # Snakemake puts a word of its own before the name
        script = Path(sys.argv[0]).name.partition(".")[2]
        found = {"rule": job.rule, "network": job.wildcards.get("network"), "script": script}
        found["imported"] = sorted(sys.modules)
        Path(os.environ["IMPORTED"], f"{os.getpid()}.json").write_text(json.dumps(found))


if "FAULT" in os.environ:
    os.replace = _faulty
if "IMPORTED" in os.environ:
    atexit.register(_imported)
