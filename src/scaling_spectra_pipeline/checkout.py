"""Which checkout's packages run: those of the folder that is built, whatever is installed."""

import os
import sys
from pathlib import Path

OWN = Path(__file__).parents[1]


def export_package(source: Path) -> None:
    """Let the scripts of a run import the package in `source`, whatever else is installed."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(source), before]))


def refuse_another() -> None:
    """Stop in one line where the current folder is a checkout, and these packages are those of another one."""
    here = Path.cwd() / "src"
    if (here / __package__).exists() and here.resolve() != OWN.resolve():
        sys.exit(
            f"checkout: the environment holds the packages of {OWN}; use make, which takes those of this folder, "
            f"or set PYTHONPATH={here}"
        )
