"""Which files there are: every one that was asked for, as its job wrote it, and no other."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.checks.finding import Finding

STALE = "no rule of this configuration makes it: delete it"


def files_are_there(required: Iterable[str]) -> list[Finding]:
    """A finding for each file of the build that is missing."""
    return [Finding("file", path, False, "missing: run again") for path in required if not Path(path).is_file()]


def files_are_sealed(folder: str, sealed: Iterable[str]) -> list[Finding]:
    """Every file that exists is what its job wrote: a finding for each that is not, or one for all."""
    there = [path for path in sealed if Path(path).is_file()]
    broken = [Finding("seal", path, False, fault) for path in there if (fault := seals.fault(path))]
    return broken or [Finding("seal", folder, True, f"{len(there)} files are what their jobs wrote")]


def no_file_is_stale(folders: Iterable[str], produced: Iterable[str], jobs: Iterable[str]) -> list[Finding]:
    """No file but those that this configuration makes, and sealed ones that jobs of another one left.

    Parameters
    ----------
    folders : iterable of str
        Where to look; hidden files and folders are the pipeline's own.
    produced : iterable of str
        Files that the configuration makes.
    jobs : iterable of str
        Regular expressions of the files of single points: finished points of other grids are kept for their return.
    """
    expected, patterns = set(produced), [re.compile(pattern) for pattern in jobs]
    other = [path for folder in folders for path in _visible(folder) if path not in expected]
    kept = [path for path in other if any(pattern.fullmatch(path) for pattern in patterns)]
    faults = {path: seals.fault(path) for path in kept} | {path: STALE for path in other if path not in kept}
    stale = [Finding("stale file", path, False, fault) for path, fault in faults.items() if fault]
    detail = f"no other file; {len(kept)} finished points of other grids are kept"
    return stale or [Finding("stale file", folder, True, detail) for folder in list(folders)[:1]]


def disturbed(folders: Iterable[str], sealed: Iterable[str], produced: Iterable[str], jobs: Iterable[str]) -> list[str]:
    """Files that no job has left as they are now: what makes Snakemake judge a finished build again."""
    findings = [*files_are_sealed("", sealed), *no_file_is_stale(folders, produced, jobs)]
    return [finding.artifact for finding in findings if not finding.passed]


def unclaimed(folders: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """Files whose paths none of the regular expressions is."""
    known = [re.compile(pattern) for pattern in patterns]
    there = [path for folder in folders for path in _visible(folder)]
    return [path for path in there if not any(pattern.fullmatch(path) for pattern in known)]


def _visible(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (f"{parent}/{name}" for name in sorted(files) if not name.startswith("."))
