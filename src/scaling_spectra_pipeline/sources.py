"""What is read from a source file without running it; kept between runs, since parsing all of them is slow.

Facts are kept by the hash of the text from which they were read, so none can be out of date.
"""

import ast
import atexit
import hashlib
import json
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

# of another version of Python, or of this module, facts may differ
_READER = f"{sys.version}\n{Path(__file__).read_text(encoding='utf-8')}"

_known: dict[str, list] = {}


class Facts(NamedTuple):
    """What a result depends on in the text of a source file.

    Attributes
    ----------
    syntax : str
        Hash of the syntax tree: without comments, docstrings and layout.
    imports : list of list
        Imported modules, each with the names taken from it.
    roles : list of list
        Literal arguments of each ``load(name, "role")``; None for a name that is none.
    """

    syntax: str
    imports: list[tuple[str, list[str]]]
    roles: list[tuple[str | None, str]]


def keep(path: Path) -> None:
    """Take known facts from `path`, and at the end of this process leave there what is known then."""
    # Snakemake is back where it was called from when this process ends
    path = path.absolute()
    with suppress(OSError, ValueError, TypeError):
        _known.update(json.loads(path.read_text(encoding="utf-8")))
    found = len(_known)

    def leave() -> None:
        if len(_known) > found:
            partial = path.with_suffix(f".{os.getpid()}")
            with suppress(OSError):
                partial.write_text(json.dumps(_known), encoding="utf-8")
                partial.replace(path)

    atexit.register(leave)


@cache
def facts(path: Path) -> Facts:
    """Facts of a source file."""
    text = path.read_text(encoding="utf-8")
    key = hashlib.sha256(f"{_READER}\n{text}".encode()).hexdigest()
    with suppress(KeyError, TypeError, ValueError):
        return Facts(*_known[key])
    read = _read(text)
    _known[key] = list(read)
    return read


def _read(text: str) -> Facts:
    tree = ast.parse(text)
    imports: list[tuple[str, list[str]]] = []
    roles: list[tuple[str | None, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
        elif isinstance(node, ast.Import):
            imports += [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports.append((node.module, [alias.name for alias in node.names]))
        elif isinstance(node, ast.Call) and len(node.args) == 2 and _called(node) == "load":
            name, role = (argument.value if isinstance(argument, ast.Constant) else None for argument in node.args)
            roles += [(str(name) if name else None, str(role))] if role else []
    return Facts(hashlib.sha256(ast.dump(tree).encode()).hexdigest(), imports, roles)


def _called(node: ast.Call) -> str | None:
    return getattr(node.func, "id", getattr(node.func, "attr", None))


def _drop_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:]
