"""Whether two tables hold the same numbers, as far as machines explain: the one comparison of builds."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scaling_spectra_pipeline.checks.finding import where
from scaling_spectra_pipeline.checks.tolerances import FREE, allowed, tolerance

NUMBER = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w])")
# text whose numbers are rounded
SENTENCES = ("status",)
# say of a row whether its numbers are certain
FLAGS = ("unique", "sound", "converged")
# whole numbers that other minimisers do not share
RANKS = ("rank", "rank_network", "rank_convex")


@dataclass(frozen=True)
class Comparison:
    """What was compared, the column that uses the most of its tolerance, and the first difference, if any."""

    numbers: int = 0
    rows: int = 0
    column: str = ""
    use: float = 0.0
    difference: str = ""

    def __str__(self) -> str:
        if self.difference:
            return self.difference
        used = f"; {self.column} uses {self.use:.1%} of its tolerance" if self.column else ", all equal"
        return f"{self.numbers} numbers of {self.rows} rows as in the reference{used}"


def compare(kind: str, fresh: pd.DataFrame, kept: pd.DataFrame, numbers: pd.Series | None = None) -> Comparison:
    """Two tables of the same rows.

    Parameters
    ----------
    kind : str
        Stage of a table, or ``figures/`` and the name of a figure.
    fresh, kept : DataFrame
        Table of a build, and of the one that it is compared with.
    numbers : Series, optional
        Rows' numbers in the file, if some are left out.
    """
    if len(fresh) != len(kept):
        return Comparison(rows=len(fresh), difference=f"{len(fresh)} rows, {len(kept)} in the reference")
    if list(fresh) != list(kept):
        return Comparison(rows=len(fresh), difference="other columns than in the reference")
    compared, column_of_worst, worst = 0, "", 0.0
    uncertain = _uncertain(fresh) & _uncertain(kept)
    for column in fresh:
        excess = _excess(kind, column, fresh, kept)
        if pd.api.types.is_float_dtype(fresh[column]) or column in RANKS:
            excess[uncertain] = 0.0
        compared += len(excess)
        if excess.max(initial=0.0) > 1:
            row = int(np.argmax(excess > 1))
            place = f"row {(row if numbers is None else numbers.iloc[row]) + 1}"
            difference = (
                f"{place}: {column} = {fresh[column].iloc[row]}, {kept[column].iloc[row]} in the reference"
                f"{_place(fresh.iloc[row])}; {int((excess > 1).sum())} of {len(fresh)} rows differ"
            )
            return Comparison(compared, len(fresh), column, float(excess.max()), difference)
        if excess.max(initial=0.0) > worst:
            worst, column_of_worst = float(excess.max()), column
    return Comparison(compared, len(fresh), column_of_worst, worst)


def compare_captions(fresh: str, kept: str) -> Comparison:
    """Two captions: the same words. Their numbers are those of columns, rounded."""
    new, old = NUMBER.split(fresh), NUMBER.split(kept)
    if new[::2] != old[::2]:
        pairs = zip(new[::2], old[::2], strict=False)
        place = next((f"{ours!r}, {theirs!r}" for ours, theirs in pairs if ours != theirs), "one is longer")
        return Comparison(rows=1, difference=f"other words: {place} in the reference")
    return Comparison(len(new) // 2, 1)


def _place(row: pd.Series) -> str:
    series = f", {row['series']}" if "series" in row and isinstance(row["series"], str) else ""
    return f" at {where(row)}{series}"


def _uncertain(table: pd.DataFrame) -> np.ndarray:
    """Rows whose minimiser is not unique, or not certified."""
    uncertain = np.zeros(len(table), bool)
    for flag in FLAGS:
        if flag in table:
            uncertain |= ~table[flag].fillna(True).astype(bool).to_numpy()
    return uncertain


def _excess(kind: str, column: str, fresh: pd.DataFrame, kept: pd.DataFrame) -> np.ndarray:
    """Difference over tolerance, row by row; infinite where words or gaps differ."""
    new, old = fresh[column], kept[column]
    if not (pd.api.types.is_numeric_dtype(new) and pd.api.types.is_numeric_dtype(old)) or new.dtype == bool:
        free = tolerance(kind, column) is FREE
        new, old = new.fillna(""), old.fillna("")
        if column in SENTENCES:
            new, old = (words.str.replace(NUMBER, "0", regex=True) for words in (new, old))
        return np.where(free | (new == old).to_numpy(), 0.0, np.inf)
    accepted, difference = allowed(kind, column, kept), np.abs(new.to_numpy(float) - old.to_numpy(float))
    same = (difference == 0) | (new.isna() & old.isna()).to_numpy() | np.isposinf(accepted)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(same, 0.0, np.nan_to_num(difference / accepted, nan=np.inf))
