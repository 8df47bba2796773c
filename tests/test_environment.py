"""The conda environment and the pip lock carry the same pins, and the lock covers the dependencies."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent


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


def test_lock_covers_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [r for extra in project["optional-dependencies"].values() for r in extra]
    assert {_name(requirement) for requirement in wanted} <= {_name(line) for line in _lock()}
