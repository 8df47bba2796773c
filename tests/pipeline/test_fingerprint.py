"""Fingerprints change with the code that runs, and with nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.checkout import ROOT
from scaling_spectra_pipeline import fingerprint as module
from scaling_spectra_pipeline import sources

SCRIPT = '''"""Doc."""
import numpy as np
from scaling_spectra.networks.interface.problem import problem_of


def main(n):
    """Sum."""
    return np.sum(n)
'''


def fingerprint(script, **variables):
    """The fingerprint as a new process would find it."""
    for cached in (module.fingerprint, module.reached, module._version, sources.facts):
        cached.cache_clear()
    return module.fingerprint(script, **variables)


@pytest.fixture
def script(tmp_path):
    def write(text, name="script.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_comments_docstrings_and_layout_do_not_count(script):
    other = SCRIPT.replace('"""Doc."""', '"""Other."""\n\n# why').replace('"""Sum."""', "# sum")
    assert fingerprint(script(SCRIPT)) == fingerprint(script(other))


def test_a_changed_line_counts(script):
    assert fingerprint(script(SCRIPT)) != fingerprint(script(SCRIPT.replace("np.sum", "np.mean")))


def test_a_changed_import_counts(script):
    direct = fingerprint(script(SCRIPT))
    assert direct != fingerprint(
        script(SCRIPT.replace("from scaling_spectra.networks.interface.problem import problem_of", ""))
    )


def reached(script, **variables):
    """Modules of this project that count for a script."""
    module.reached.cache_clear()
    sources.facts.cache_clear()
    return module.reached(script, **variables)[0]


NETWORKS = "scaling_spectra.networks"
MANY_IMPORTS = """
import scaling_spectra_pipeline.checks.gain
from scaling_spectra.networks.quadratic import convex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaling_spectra import cli
else:
    from scaling_spectra import fits


def main():
    from scaling_spectra import ridge
    from importlib import import_module

    return import_module("scaling_spectra.lbfgs")
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # with the packages on the way, and what they import
        ("scaling_spectra_pipeline.checks.gain", True),
        ("scaling_spectra_pipeline.checks", True),
        ("scaling_spectra_pipeline.checks.finding", True),
        # a module imported as a name of its package, and not its neighbours
        (f"{NETWORKS}.quadratic.convex", True),
        (f"{NETWORKS}.quadratic", True),
        (f"{NETWORKS}.quadratic.solvers.solution", True),
        (f"{NETWORKS}.quadratic.training", False),
        # for types alone, and otherwise
        ("scaling_spectra.cli", False),
        ("scaling_spectra.fits", True),
        # within a function, also by name
        ("scaling_spectra.ridge", True),
        ("scaling_spectra.lbfgs", True),
    ],
)
def test_whatever_is_imported_counts(script, name, expected):
    assert (name in reached(script(MANY_IMPORTS))) is expected


@pytest.mark.parametrize(
    ("package", "statement", "expected"),
    [
        ("a.b", "from . import c", {"a.b", "a.b.c"}),
        ("a.b", "from .c import f", {"a.b.c"}),
        ("a.b", "from .. import d", {"a", "a.d"}),
        ("a.b", "from ..d import f", {"a.d"}),
        ("a.b", "from ..b.c import f", {"a.b.c"}),
    ],
)
def test_relative_imports(monkeypatch, script, package, statement, expected):
    monkeypatch.setattr(module, "modules", lambda: dict.fromkeys(["a", "a.b", "a.b.c", "a.d"], Path()))
    assert module._imported(sources.facts(script(statement)), package, {}) == expected


@pytest.mark.parametrize("part", ["theory", "training", "pruning"])
def test_parts_of_a_network_count_for_its_jobs(script, part):
    """An accessor that is imported stands for the modules that it finds, however deep in the library."""
    text = f"from {NETWORKS}.interface.{part} import {part}_of"
    found = {name: reached(script(text), network=name) for name in ("diagonal", "quadratic")}
    of_all = reached(script(text))
    for name, other in (("diagonal", "quadratic"), ("quadratic", "diagonal")):
        assert f"{NETWORKS}.{name}.{part}" in found[name]
        assert not any(module.startswith(f"{NETWORKS}.{other}") for module in found[name])
        assert f"{NETWORKS}.{name}.{part}" in of_all
        assert (f"{NETWORKS}.{name}.training" in of_all) is (part == "training")


def test_a_script_need_not_say_what_it_loads(script):
    """A table that takes up theory depends on it from then on."""
    before = script("from scaling_spectra.phases import exponents\n")
    changed = f"{NETWORKS}.quadratic.real_inputs"
    assert changed not in reached(before)
    after = script(f"{before.read_text()}from {NETWORKS}.interface.inputs import inputs_of\n")
    assert changed in reached(after)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("from importlib import import_module\nimport_module(name)", "2: import_module: takes a name such as 'a.b'"),
        ("import importlib\nimportlib.import_module(f'{package}.x')", "2: import_module: takes a name such as"),
        ("import importlib\nimportlib.import_module('.x', 'a')", "2: import_module: takes a name such as"),
        ("__import__('a.' + name)", "1: import_module: takes a name such as"),
        ("from importlib import import_module as load", "1: what loads modules must keep its name"),
        ("from importlib import import_module\nlist(map(import_module, names))", "2: import_module: import modules by"),
        ("import runpy\nrunpy.run_path('x.py')", "2: run_path: import modules by name"),
        ("exec(text)", "1: exec: import modules by name"),
    ],
)
def test_imports_that_cannot_be_read_are_refused(script, statement, message):
    path = script(statement)
    with pytest.raises(ValueError, match=re.escape(f"{path}:{message}")):
        reached(path)


def test_the_version_of_python_counts(monkeypatch, script):
    path = script(SCRIPT)
    before = fingerprint(path)
    monkeypatch.setattr(module, "_python", lambda: "3.99")
    assert fingerprint(path) != before


def test_versions_of_imported_packages_count(monkeypatch, script):
    path = script(SCRIPT)
    before = fingerprint(path)
    monkeypatch.setattr(module, "version", lambda name: "0" if name == "numpy" else "1")
    other = fingerprint(path)
    monkeypatch.setattr(
        module, "version", lambda name: "2" if name == "matplotlib" else "0" if name == "numpy" else "1"
    )
    assert fingerprint(path) == other != before


def test_syntax_ignores_only_docstrings(script):
    assert fingerprint(script('x = "kept"\n')) != fingerprint(script('x = "other"\n'))


def run(folder, script, kept="sources.json"):
    """The fingerprint of a script in a new process that keeps facts in `folder`, and how many files that parsed."""
    program = f"""
import os, pathlib
from scaling_spectra_pipeline import fingerprint, sources
parsed = []
sources._read = lambda text, read=sources._read: parsed.append(text) or read(text)
sources.keep(pathlib.Path({kept!r}))
os.chdir("/")
print(fingerprint.fingerprint(pathlib.Path({str(script)!r})), len(parsed))
"""
    command = [sys.executable, "-c", program]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    return found[0], int(found[1])


def test_facts_are_kept_between_runs(script, tmp_path):
    path = script(SCRIPT)
    first, all_files = run(tmp_path, path)
    assert all_files > 1
    assert run(tmp_path, path) == (first, 0)
    script(SCRIPT.replace("np.sum", "np.mean"))
    changed, parsed = run(tmp_path, path)
    assert changed != first
    assert parsed == 1
    script(SCRIPT)
    assert run(tmp_path, path) == (first, 0)


@pytest.mark.parametrize("spoilt", ["", "[1", "{}", "[]", '"text"', "null"])
def test_spoilt_facts_are_found_anew(script, tmp_path, spoilt):
    path = script(SCRIPT)
    first = run(tmp_path, path)
    (tmp_path / "sources.json").write_text(spoilt)
    assert run(tmp_path, path) == first
    assert run(tmp_path, path) == (first[0], 0)


def test_facts_need_no_folder_to_be_kept_in(script, tmp_path):
    path = script(SCRIPT)
    first = run(tmp_path, path, "absent/sources.json")
    assert run(tmp_path, path, "absent/sources.json") == first
    assert not (tmp_path / "absent").exists()


SCRIPTS = ROOT / "scripts"
NUMBERS = sorted(path for path in SCRIPTS.rglob("*.py") if path.parent.name != "figures")
# these draw, or judge what was drawn
DRAWING = {"build_explorer.py", "check_artifacts.py"}


@pytest.mark.parametrize("path", [path for path in NUMBERS if path.name not in DRAWING], ids=lambda path: path.stem)
def test_a_change_of_style_reruns_no_script_that_makes_numbers(path):
    found, packages = module.reached(path)
    assert "scaling_spectra_pipeline" in found
    assert [name for name in found | packages if name.startswith(("scaling_spectra.plotting", "matplotlib"))] == []
