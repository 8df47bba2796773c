"""Which checkout's package the scripts of a run import."""

import os
from pathlib import Path


def export_package(source: Path) -> None:
    """Let the scripts of a run import the package in `source`, whatever else is installed."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(source), before]))
