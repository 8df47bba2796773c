"""What the user's folders and environment must not change: put right, or refused, before any job."""

import getpass
import os
import shlex
import sys
from pathlib import Path

from scaling_spectra_pipeline.disk import is_writable

# Snakemake fills in what stands between braces, and the search path of packages is split at colons
REFUSED = {"{": "{", "}": "}", ":": ":", "\n": "a line break"}
# for every job: text is UTF-8 whatever the locale; figures open no window, and no personal file of matplotlib is read,
# which would end the import if it were not UTF-8
FOR_JOBS = {"PYTHONUTF8": "1", "MPLBACKEND": "agg", "MATPLOTLIBRC": os.devnull}


def misnamed(folder: Path) -> str | None:
    """In one line why the checkout in `folder` cannot run from there; None if it can."""
    name = os.fsencode(folder)
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return f"folder: {ascii(name)[1:]} is not UTF-8; move the checkout to a folder whose name is"
    if found := sorted(REFUSED[letter] for letter in REFUSED if letter in text):
        return f"folder: {text!r} holds {', '.join(found)}; move the checkout to a folder without"
    if text != str(folder):
        return f"folder: {text!a} needs Python's UTF-8 mode in this locale; set PYTHONUTF8=1"
    return None


def put_right() -> None:
    """Set `FOR_JOBS`, and quote the path of Python, which Snakemake puts into the shell lines of jobs as it is."""
    os.environ.update(FOR_JOBS)
    # rules may be read more than once in a process
    if Path(sys.executable).is_absolute():
        sys.executable = shlex.quote(sys.executable)


def keep_caches(folder: Path) -> None:
    """Let jobs keep matplotlib's cache in `folder` where they cannot write the user's own."""
    usual = (os.environ.get("XDG_CONFIG_HOME", "~/.config"), os.environ.get("XDG_CACHE_HOME", "~/.cache"))
    own = os.environ.get("MPLCONFIGDIR")
    if not all(is_writable(Path(os.path.expanduser(place))) for place in ([own] if own else usual)):
        os.environ["MPLCONFIGDIR"] = str(folder / "matplotlib")


def introduce(folder: Path) -> None:
    """Give a name, and `folder` as a home, to a user whom the machine does not know, as in containers.

    Snakemake asks for both.
    """
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["USER"] = f"user{os.getuid()}"
    if not os.path.isabs(os.path.expanduser("~")):
        os.environ["HOME"] = str(folder)
