"""What a script's result depends on in code: Snakemake tracks the script, not what it imports.

The fingerprint of a script covers the syntax trees of the script and of every module of this
project that it imports, directly or not, and the installed versions of the third-party packages
those import. Comments, docstrings and formatting leave it unchanged.
"""

import ast
import hashlib
import sys
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import grimp

from scaling_spectra import networks

PACKAGES = ("scaling_spectra", "scaling_spectra_pipeline")
# where the distribution's name differs from the imported one
DISTRIBUTIONS = {"sklearn": "scikit-learn", "yaml": "pyyaml"}


@cache
def fingerprint(script: Path, *modules: str) -> str:
    """Fingerprint of `script` and of `modules` that it loads by name (`networks.load`)."""
    graph = _graph()
    direct = _imported(script) | set(modules)
    internal = {name for name in direct if name in graph.modules}
    reached: set[str] = set()
    for name in internal:
        for module in _with_parents(name):
            reached |= {module} | graph.find_upstream_modules(module)
    for module in list(reached):
        for loaded in _loaded_by_role(module) & graph.modules:
            reached |= {loaded} | graph.find_upstream_modules(loaded)
    for module in list(reached):
        reached.update(parent for parent in _with_parents(module) if parent in graph.modules)
    ours = sorted(module for module in reached if module.split(".")[0] in PACKAGES)
    theirs = (direct - internal) | (reached - set(ours))
    packages = sorted({name.split(".")[0] for name in theirs} - set(sys.stdlib_module_names) - set(PACKAGES))
    digest = hashlib.sha256(_syntax(script).encode())
    for module in ours:
        digest.update(f"{module}:{_module_syntax(module)}".encode())
    for package in packages:
        digest.update(f"{package}=={version(DISTRIBUTIONS.get(package, package))}".encode())
    return digest.hexdigest()[:16]


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def _with_parents(module: str) -> list[str]:
    """a.b.c -> a, a.b, a.b.c: importing a module runs its packages."""
    parts = module.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _imported(script: Path) -> set[str]:
    """Modules a script imports; names imported from a package count as modules where they are."""
    found = set()
    for node in ast.walk(ast.parse(script.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module} | (inner & _graph().modules)
    return found


@cache
def _loaded_by_role(module: str) -> set[str]:
    """Modules of all networks that `module` may load with a literal role, ``load(network, "role")``."""
    if module.split(".")[0] not in PACKAGES:
        return set()
    calls = (node for node in ast.walk(ast.parse(_source(module).read_text())) if isinstance(node, ast.Call))
    roles = {
        call.args[1].value
        for call in calls
        if getattr(call.func, "id", getattr(call.func, "attr", None)) == "load"
        and len(call.args) == 2
        and isinstance(call.args[1], ast.Constant)
    }
    return {f"scaling_spectra.networks.{name}.{role}" for name in networks.names() for role in roles}


def _source(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


@cache
def _module_syntax(module: str) -> str:
    return _syntax(_source(module))


@cache
def _syntax(path: Path) -> str:
    """Syntax tree as text, without positions and docstrings."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]
    return ast.dump(tree)
