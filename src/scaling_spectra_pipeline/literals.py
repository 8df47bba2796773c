"""What a script declares at its top level, read without running it."""

import ast
from functools import cache
from pathlib import Path
from typing import Any


def declared(script: Path, name: str, default: Any = None) -> Any:
    """The literal that a script assigns to `name` at its top level; without a default it must."""
    for node in _statements(script):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
    if default is None:
        raise ValueError(f"{script}: needs a literal {name} = ...")
    return default


def arguments_of(script: Path, function: str = "main") -> list[str]:
    """Names of the arguments that a function at the top level of a script takes."""
    (found,) = (node for node in _statements(script) if isinstance(node, ast.FunctionDef) and node.name == function)
    return [argument.arg for argument in (*found.args.args, *found.args.kwonlyargs)]


@cache
def _statements(script: Path) -> list[ast.stmt]:
    return ast.parse(script.read_text(encoding="utf-8")).body
