"""What a script's result depends on in code: Snakemake tracks the script, not what it imports.

The fingerprint of a script covers the syntax trees of the script and of every module of this
project that it imports, directly or not, the installed versions of the third-party packages
those import, and the version of Python. Comments, docstrings and formatting leave it unchanged.
"""

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import grimp

from scaling_spectra import networks
from scaling_spectra_pipeline.sources import facts

PACKAGES = ("scaling_spectra", "scaling_spectra_pipeline")
# where the distribution's name differs from the imported one
DISTRIBUTIONS = {"PIL": "pillow", "sklearn": "scikit-learn", "yaml": "pyyaml"}


@cache
def fingerprint(script: Path, *modules: str, network: str | None = None) -> str:
    """Fingerprint of `script` and of `modules` that it loads by name (`networks.load`).

    With `network`, the library modules it imports are taken to load their roles for that network only.
    """
    direct = _imported(script) | set(modules)
    reached = _reached(frozenset(direct), network)
    ours = sorted(module for module in reached if module.split(".")[0] in PACKAGES)
    theirs = direct | (reached - set(ours))
    packages = sorted({name.split(".")[0] for name in theirs} - set(sys.stdlib_module_names) - set(PACKAGES))
    digest = hashlib.sha256(facts(script).syntax.encode())
    for module in ours:
        digest.update(f"{module}:{_module_syntax(module)}".encode())
    for package in packages:
        digest.update(f"{package}=={_version(package)}".encode())
    digest.update(f"python=={_python()}".encode())
    return digest.hexdigest()[:16]


@cache
def _reached(modules: frozenset[str], network: str | None) -> set[str]:
    """Modules that run when `modules` are imported: of this project, and those of others that it imports."""
    graph, reached = _graph(), set()
    pending = {parent for module in modules for parent in _with_parents(module)} & graph.modules
    while pending:
        reached |= pending
        found = {name for module in pending for name in graph.find_modules_directly_imported_by(module)}
        found |= {loaded for module in pending for loaded in _loaded_by_role(module, network)}
        pending = ({parent for module in found for parent in _with_parents(module)} & graph.modules) - reached
    return reached


@cache
def _version(package: str) -> str:
    return version(DISTRIBUTIONS.get(package, package))


def _python() -> str:
    """Version of Python without the patch release; syntax trees depend on it as well."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


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
    for module, names in facts(script).imports:
        found |= {module} | ({f"{module}.{name}" for name in names} & _graph().modules)
    return found


def _loaded_by_role(module: str, network: str | None) -> set[str]:
    """Modules that `module` may load with a literal role, ``load(name, "role")``, for `network` or for all."""
    if module.split(".")[0] not in PACKAGES:
        return set()
    found = set()
    for name, role in facts(_source(module)).roles:
        chosen = [name] if name else [network] if network else networks.names()
        found |= {f"scaling_spectra.networks.{one}.{role}" for one in chosen}
    return found


@cache
def _source(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def _module_syntax(module: str) -> str:
    return facts(_source(module)).syntax
