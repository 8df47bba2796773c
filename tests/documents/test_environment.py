"""The conda environment and the pip lock carry the same pins, and the lock covers the dependencies."""

import re
import sys
import tomllib
from importlib.metadata import metadata

import yaml
from packaging.specifiers import SpecifierSet

from helpers.checkout import ROOT
from scaling_spectra.extras import EXTRAS
from scaling_spectra_pipeline import fingerprint, sources


def _name(requirement):
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


def _lock():
    return [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line]


def test_conda_environment_carries_the_pins_of_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pins = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert pins == _lock()


def test_every_line_of_the_lock_is_an_exact_pin():
    assert all(re.fullmatch(r"[a-z0-9.-]+==[^ +]+", line) for line in _lock())


def test_every_pin_installs_on_the_oldest_python_that_is_promised():
    """Debian 12 has 3.11.2: a pin that wants 3.11.5 stops the first command there."""
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    wanted = {line: metadata(_name(line)).get("Requires-Python") or "" for line in _lock()}
    assert [line for line, python in wanted.items() if not SpecifierSet(python).contains(f"{oldest}.0")] == []


def test_lock_covers_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [r for extra in project["optional-dependencies"].values() for r in extra]
    assert {_name(requirement) for requirement in wanted} - {project["name"]} <= {_name(line) for line in _lock()}


OURS = {*fingerprint.PACKAGES, "snakemake_logger_plugin_progress"}


def _imported(package):
    """Distributions that modules of a package import, anywhere."""
    found = set()
    # the door runs what it is told to, as `python -m` does; nothing imports it
    for path in (path for path in (ROOT / "src" / package).rglob("*.py") if path.stem != "door"):
        names = {name.lstrip(".").partition(".")[0] for name, _ in sources.facts(path).imports}
        found |= names - set(sys.stdlib_module_names) - OURS
    return {fingerprint.DISTRIBUTIONS.get(name, name.replace("_", "-")) for name in found}


def test_every_package_that_is_imported_is_declared_where_it_is_needed():
    """The theory by itself brings three; what more a module of the core imports, an extra brings, and says so."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {name: {_name(r) for r in wanted} for name, wanted in project["optional-dependencies"].items()}
    base = {_name(requirement) for requirement in project["dependencies"]}
    assert base == {"cyclopts", "numpy", "scipy"}
    offered = {fingerprint.DISTRIBUTIONS.get(name, name): extra for name, extra in EXTRAS.items()}
    assert {name: [extra for extra in ("train", "plot") if name in extras[extra]] for name in offered} == {
        name: [extra] for name, extra in offered.items()
    }
    # the theme is compared with seaborn's by a test
    assert _imported("scaling_spectra") - base - {"seaborn"} == offered.keys()
    everything = base | offered.keys() | extras["pipeline"]
    assert _imported("scaling_spectra_pipeline") | _imported("snakemake_logger_plugin_progress") <= everything
