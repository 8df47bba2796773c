"""What is read from a source file without running it; kept between runs, since parsing all of them is slow.

Facts are kept by the hash of the text from which they were read, so none can be out of date.
"""

import ast
import atexit
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

# of another version of Python, or of this module, facts may differ
_READER = f"{sys.version}\n{Path(__file__).read_text(encoding='utf-8')}"
# what runs code by a name that it is given: of the first two the name is read, the others are refused
_IMPORTERS = {"import_module", "__import__"}
_LOADERS = _IMPORTERS | {"run_path", "run_module", "spec_from_file_location", "resolve_name", "exec", "eval"}

_known: dict[str, list] = {}


class Facts(NamedTuple):
    """What a result depends on in the text of a source file.

    Attributes
    ----------
    syntax : str
        Hash of the syntax tree: without comments, docstrings and layout.
    imports : list of pairs
        Imported modules, with a dot for each level of a relative import, and the names taken from each; wherever in
        the file, but for what is imported for the checker of types alone.
    computed : list of str
        Names of modules that are put together when they are imported, as ``a.{network}.b``.
    """

    syntax: str
    imports: list[tuple[str, list[str]]]
    computed: list[str]


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
    """Facts of a source file.

    Raises
    ------
    ValueError
        If it loads code in a way that cannot be read: one line with the place.
    """
    text = path.read_text(encoding="utf-8")
    key = hashlib.sha256(f"{_READER}\n{text}".encode()).hexdigest()
    with suppress(KeyError, TypeError, ValueError):
        return Facts(*_known[key])
    try:
        read = _read(text)
    except ValueError as error:
        raise ValueError(f"{path}:{error}") from None
    _known[key] = list(read)
    return read


def _read(text: str) -> Facts:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    imports: list[tuple[str, list[str]]] = []
    computed: list[str] = []
    for node in _run(tree):
        if isinstance(node, ast.Import):
            imports += [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append(("." * node.level + (node.module or ""), [alias.name for alias in node.names]))
            if any(alias.asname and alias.name in _LOADERS for alias in node.names):
                raise ValueError(f"{node.lineno}: what loads modules must keep its name")
        elif isinstance(node, ast.Call) and _name(node.func) in _IMPORTERS:
            computed.append(_pattern(node))
        elif isinstance(node, ast.Name | ast.Attribute) and _name(node) in _LOADERS:
            raise ValueError(f"{node.lineno}: {_name(node)}: import modules by name, as a.b or f'a.{{network}}.b'")
    return Facts(hashlib.sha256(ast.dump(tree).encode()).hexdigest(), imports, computed)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a tree, each before those inside it: without what types alone need, and the name of a read import."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _name(child.test) == "TYPE_CHECKING":
            for statement in child.orelse:
                yield statement
                yield from _run(statement)
            continue
        yield child
        if isinstance(child, ast.Call) and _name(child.func) in _IMPORTERS:
            continue
        yield from _run(child)


def _name(node: ast.AST) -> str | None:
    return getattr(node, "id", getattr(node, "attr", None))


def _pattern(call: ast.Call) -> str:
    """The name of the module that a call imports, with its variables in braces."""
    words = call.args[0] if len(call.args) == 1 else None
    parts = words.values if isinstance(words, ast.JoinedStr) else [words]
    found = ""
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found += part.value
        elif isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
            found += f"{{{part.value.id}}}"
        else:
            found = ""
            break
    if not found or found[0] in ".{":
        raise ValueError(
            f"{call.lineno}: import_module: takes a name such as 'a.b' or f'a.{{network}}.b', nothing else"
        )
    return found


def _drop_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:]
