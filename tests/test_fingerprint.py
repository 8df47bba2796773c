"""Fingerprints change with the code that runs, and with nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from scaling_spectra_pipeline import fingerprint as module
from scaling_spectra_pipeline import sources

SCRIPT = '''"""Doc."""
import numpy as np
from scaling_spectra.networks import load


def main(n):
    """Sum."""
    return np.sum(n)
'''


def fingerprint(script, *modules, network=None):
    """The fingerprint as a new process would find it."""
    for cached in (module.fingerprint, sources.facts, module._version):
        cached.cache_clear()
    return module.fingerprint(script, *modules, network=network)


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
    assert direct != fingerprint(script(SCRIPT.replace("from scaling_spectra.networks import load", "")))


def _touched(monkeypatch, script, changed, *modules, network=None):
    """Whether a changed line in the module `changed` changes the fingerprint."""
    before = fingerprint(script, *modules, network=network)
    plain = module._module_syntax

    def edited(name):
        return plain(name) + ("edited" if name == changed else "")

    monkeypatch.setattr(module, "_module_syntax", edited)
    after = fingerprint(script, *modules, network=network)
    monkeypatch.undo()
    return before != after


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("scaling_spectra.networks.quadratic.training", True),
        ("scaling_spectra.lbfgs", True),
        ("scaling_spectra.networks.quadratic.measurements", True),
        ("scaling_spectra.networks", True),
        ("scaling_spectra.networks.diagonal.training", False),
        ("scaling_spectra.networks.quadratic.theory", False),
        ("scaling_spectra.fits", False),
    ],
)
def test_only_imported_modules_count(monkeypatch, script, changed, expected):
    path = script(SCRIPT)
    assert _touched(monkeypatch, path, changed, "scaling_spectra.networks.quadratic.training") is expected


@pytest.mark.parametrize("network", ["diagonal", "quadratic"])
def test_modules_that_a_library_loads_by_role_count(monkeypatch, script, network):
    path = script("from scaling_spectra.phases import exponents")
    assert _touched(monkeypatch, path, f"scaling_spectra.networks.{network}.limits")
    assert not _touched(monkeypatch, path, f"scaling_spectra.networks.{network}.training")


def test_roles_of_other_networks_do_not_count(monkeypatch, script):
    path = script("from scaling_spectra.phases import exponents")
    changed = "scaling_spectra.networks.diagonal.limits"
    assert _touched(monkeypatch, path, changed, network="diagonal")
    assert not _touched(monkeypatch, path, changed, network="quadratic")


def test_roles_behind_roles_count(monkeypatch, script):
    """phase_diagram loads a network's limits, and what these import counts as well."""
    path = script("from scaling_spectra.windows import windows")
    assert _touched(monkeypatch, path, "scaling_spectra.spectrum")


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


SCRIPTS = Path(__file__).parent.parent / "scripts"
NUMBERS = sorted(path for path in SCRIPTS.rglob("*.py") if path.parent.name != "figures")
# these draw, or judge what was drawn
DRAWING = {"build_explorer.py", "check_artifacts.py"}


@pytest.mark.parametrize("path", [path for path in NUMBERS if path.name not in DRAWING], ids=lambda path: path.stem)
def test_a_change_of_style_reruns_no_script_that_makes_numbers(path):
    reached = module._reached(frozenset(module._imported(path)), None)
    assert "scaling_spectra_pipeline" in reached
    assert [name for name in reached if name.startswith(("scaling_spectra.plotting", "matplotlib"))] == []
