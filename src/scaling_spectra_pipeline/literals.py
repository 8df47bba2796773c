"""What a script says at its top level, by literals and in its first line, read without running it."""

import ast
from functools import cache
from pathlib import Path
from typing import Any


def declared(script: Path, name: str, default: Any = None) -> Any:
    """The literal that a script assigns to `name` at its top level; without a default it must."""
    for node in _module(script).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
    if default is None:
        raise ValueError(f"{script}: needs a literal {name} = ...")
    return default


def title(script: Path) -> str:
    """First line of what a script says of itself, without the full stop."""
    return (ast.get_docstring(_module(script)) or script.stem).splitlines()[0].rstrip(".")


@cache
def _module(script: Path) -> ast.Module:
    return ast.parse(script.read_text())
