"""What a script's result depends on in code: Snakemake tracks the script, not what it imports.

The fingerprint of a script covers the syntax trees of the script and of every module of this
project that it may import, directly or not, the installed versions of the third-party packages
those import, and the version of Python. Comments, docstrings and formatting leave it unchanged.
"""

import hashlib
import re
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from scaling_spectra_pipeline.sources import Facts, facts

PACKAGES = ("scaling_spectra", "scaling_spectra_pipeline")
# its names are for users: modules of this project take theirs from each other, so that it changes no result
FACADE = "scaling_spectra"
SOURCES = Path(__file__).resolve().parents[1]
# where the distribution's name differs from the imported one
DISTRIBUTIONS = {"PIL": "pillow", "sklearn": "scikit-learn", "yaml": "pyyaml"}


@cache
def fingerprint(script: Path, **variables: str | tuple[str, ...]) -> str:
    """Fingerprint of `script`.

    Parameters
    ----------
    script : Path
    **variables : str or tuple of str
        What variables in names of imported modules stand for in the script's job: with ``network="diagonal"``, an
        import of ``networks.{network}.theory`` is that of the diagonal network, otherwise those of all networks.
    """
    ours, others = reached(script, **variables)
    digest = hashlib.sha256(facts(script).syntax.encode())
    for module in sorted(ours):
        digest.update(f"{module}:{_syntax(module)}".encode())
    for package in sorted(others):
        digest.update(f"{package}=={_version(package)}".encode())
    digest.update(f"python=={_python()}".encode())
    return digest.hexdigest()[:16]


@cache
def reached(script: Path, **variables: str | tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Modules of this project that may run when a script does, and packages of others that these import."""
    ours: set[str] = set()
    found = pending = _imported(facts(script), "", variables)
    while pending:
        new = {parent for name in pending for parent in _with_parents(name)} & modules().keys() - ours - {FACADE}
        ours |= new
        pending = set().union(*(_imported(facts(modules()[name]), _package(name), variables) for name in new))
        found = found | pending
    others = {name.split(".")[0] for name in found} - set(sys.stdlib_module_names) - set(PACKAGES)
    return frozenset(ours), frozenset(others)


@cache
def modules() -> dict[str, Path]:
    """Modules of this project, with their files."""
    files = (path for package in PACKAGES for path in (SOURCES / package).rglob("*.py"))
    return {".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def _imported(source: Facts, package: str, variables: dict[str, str | tuple[str, ...]]) -> set[str]:
    """Modules that the code in `package` imports; names imported from a package count as modules where they are."""
    found: set[str] = set()
    for written, names in source.imports:
        name = written.lstrip(".")
        if written.startswith("."):
            above = package.split(".")
            above = above[: len(above) - (len(written) - len(name) - 1)]
            name = ".".join([*above, name] if name else above)
        found |= {name} | ({f"{name}.{taken}" for taken in names} & modules().keys())
    for pattern in source.computed:
        found |= _matching(pattern, variables)
    return found


def _matching(pattern: str, variables: dict[str, str | tuple[str, ...]]) -> set[str]:
    """Modules whose name may be `pattern`, whose variables stand in braces."""
    words = re.split(r"{(\w+)}", pattern)
    if len(words) == 1:
        return {pattern}
    for place, word in enumerate(words):
        values = variables.get(word, ()) if place % 2 else word
        chosen = [re.escape(value) for value in ([values] if isinstance(values, str) else values)]
        words[place] = f"({'|'.join(chosen)})" if chosen else r"\w+"
    return {name for name in modules() if re.fullmatch("".join(words), name)}


def _package(module: str) -> str:
    """Package from which a module's relative imports count."""
    return module if modules()[module].name == "__init__.py" else module.rpartition(".")[0]


def _with_parents(module: str) -> list[str]:
    """a.b.c -> a, a.b, a.b.c: importing a module runs its packages."""
    parts = module.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


@cache
def _version(package: str) -> str:
    return version(DISTRIBUTIONS.get(package, package))


def _python() -> str:
    """Version of Python without the patch release; syntax trees depend on it as well."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _syntax(module: str) -> str:
    return facts(modules()[module]).syntax
