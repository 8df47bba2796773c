"""What is printed must come out whatever the terminal."""

import os
from importlib.metadata import PackageNotFoundError, metadata

# narrower ones are none: rich, which lays out help and progress, prints nothing there or never ends
NARROWEST = 10


def forget_no_width() -> None:
    """Remove a variable ``COLUMNS`` that is no width, as a shell without a terminal may export it."""
    columns = os.environ.get("COLUMNS", "").strip()
    if columns.isdigit() and int(columns) < NARROWEST:
        del os.environ["COLUMNS"]


def version() -> str:
    """Name and version of this package, as it is installed."""
    try:
        of = metadata("scaling-spectra")
    except PackageNotFoundError:
        return "scaling-spectra, not installed"
    return f"{of['Name']} {of['Version']}"
