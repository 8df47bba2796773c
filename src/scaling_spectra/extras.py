"""Packages that an installation of the theory alone lacks, and what brings them."""

from collections.abc import Iterator
from contextlib import contextmanager

EXTRAS = {
    "torch": "train",
    "sklearn": "train",
    "matplotlib": "plot",
    "pandas": "plot",
    "powerlaw": "plot",
}


@contextmanager
def extras() -> Iterator[None]:
    """Around imports: what says how to install a package that is missing.

    Raises
    ------
    ModuleNotFoundError
        One line with the package and the extra that brings it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name not in EXTRAS:
            raise
        message = f"{name} is not installed: pip install 'scaling-spectra[{EXTRAS[name]}]' brings it"
        raise ModuleNotFoundError(message, name=name) from None
