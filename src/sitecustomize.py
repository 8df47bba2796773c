"""Python's start-up hook of this project's programs: one that Ctrl-C stops while it still imports says so in a line.

A job's script is loaded by Snakemake, and what it imports takes longer than its first line that could say so itself.
"""

import os
import sys
from types import TracebackType

_show = sys.excepthook


def _stopped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
    else:
        _show(kind, error, trace)


def _go_on() -> None:
    """Whoever has a hook of their own keeps it: the next one on the path."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    from pathlib import Path

    here = Path(__file__).resolve().parent
    places = [Path(folder).resolve() for folder in sys.path]
    later = sys.path[places.index(here) + 1 :] if here in places else []
    following = PathFinder.find_spec(__name__, later)
    if following is not None and following.loader is not None:
        following.loader.exec_module(module_from_spec(following))


sys.excepthook = _stopped
try:
    _go_on()
except KeyboardInterrupt:
    # Python takes what is raised here for a fatal error of its own, and shows where; as a shell does for Ctrl-C
    print("stopped", file=sys.stderr, flush=True)
    os._exit(130)
