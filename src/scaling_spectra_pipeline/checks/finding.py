"""What a check says of an artifact."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scaling_spectra.teachers import Settings
from scaling_spectra.widths import Width

# columns that tell where a number belongs, in the order in which they are named
PLACE = ("network", "teacher", "noise_var", "dim", "weight_decay", "n_eff", "replica", "phase", "ratio")
# the check of numbers against those of a release
RELEASED = "reference numbers"


@dataclass(frozen=True)
class Finding:
    """One check of one artifact."""

    check: str
    artifact: str
    passed: bool
    detail: str

    def __str__(self) -> str:
        return f"{self.check}: {self.artifact}: {self.detail}"

    @property
    def fails(self) -> bool:
        """Whether the artifact is wrong."""
        return not self.passed and self.check != RELEASED

    @property
    def differs(self) -> bool:
        """Whether numbers are not the released ones, by more than machines explain: no artifact need be wrong."""
        return not self.passed and self.check == RELEASED


@dataclass(frozen=True)
class Limits:
    """What artifacts must fulfil: sections ``training`` and ``checks`` of the configuration, p/d or its rule, and
    settings of the teachers by their keys."""

    tolerance: float
    outliers: float
    agreeing: float
    large_dim: float
    width: Width
    teachers: dict[str, Settings]


def where(row: Any) -> str:
    """The place of a row, for people."""
    return ", ".join(f"{name} = {row[name]}" for name in PLACE if name in row and not pd.isna(row[name]))
