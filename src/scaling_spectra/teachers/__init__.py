"""Families of teachers, each a module of its own, found by its name.

What a family offers stands in `scaling_spectra.teachers.interface`. A teacher is named by its settings: a mapping with
the name of the family, ``family``, and its parameters, numbers or lists of numbers. Settings travel through
configuration and rules, which read this module: it loads nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pkgutil import iter_modules
from typing import Any, TypeAlias

Settings: TypeAlias = Mapping[str, str | float | Sequence[float]]

INTERFACE = "interface"
POWER_LAW, GIVEN_SCALES = "power_law", "given_scales"


@cache
def families() -> tuple[str, ...]:
    """Names of the families, in alphabetical order."""
    return tuple(sorted(info.name for info in iter_modules(__path__) if info.name != INTERFACE))


def with_exponent(gamma: float) -> Settings:
    """Settings of a power law."""
    return {"family": POWER_LAW, "gamma": float(gamma)}


def exponent(settings: Settings) -> float | None:
    """Gamma of a power law; None of other families, though they may have a parameter of that name."""
    parameters: Mapping[str, Any] = settings
    gamma: float | None = parameters["gamma"] if settings["family"] == POWER_LAW else None
    return gamma


def key(settings: Settings) -> str:
    """Word that names a teacher in files and tables: each parameter with its value, a list by its checksum.

    Families differ in their parameters; one without any is named itself.
    """
    return "_".join(f"{name}{_word(value)}" for name, value in settings.items() if name != "family") or str(
        settings["family"]
    )


def _word(value: str | float | Sequence[float]) -> str:
    if isinstance(value, int | float):
        return repr(float(value))
    return hashlib.sha256(repr([float(entry) for entry in value]).encode()).hexdigest()[:8]
