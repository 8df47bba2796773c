"""Python's start-up hook of this project's programs: one that Ctrl-C stops while it still imports says so in a line.

A job's script is loaded by Snakemake, and what it imports takes longer than its first line that could say so itself.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from types import TracebackType

_HERE = Path(__file__).resolve().parent
_show = sys.excepthook


def _stopped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
    else:
        _show(kind, error, trace)


sys.excepthook = _stopped

# whoever has a hook of their own keeps it: the next one on the path
_places = [Path(folder).resolve() for folder in sys.path]
_later = sys.path[_places.index(_HERE) + 1 :] if _HERE in _places else []
_next = PathFinder.find_spec(__name__, _later)
if _next is not None and _next.loader is not None:
    _next.loader.exec_module(module_from_spec(_next))
