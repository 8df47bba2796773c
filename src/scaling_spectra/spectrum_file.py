"""Scales of a teacher read from a text file."""

import csv
import math
from pathlib import Path

# what a first line may call the column of scales, and columns beside it that are passed over
SCALES = ("scale", "scales", "s", "s_i", "value", "values")
RANKS = ("rank", "index", "i")
ACCEPTED = (
    "accepted are one number a line (with a decimal point), one line of numbers with commas between, "
    f"or columns with a first line of names, one of {', '.join(SCALES)} and else only {', '.join(RANKS)}"
)


class SpectrumFileError(ValueError):
    """A file that holds no spectrum; the message is one line that names the file and what is accepted."""


def read_scales(path: Path) -> list[float]:
    """Scales s_i >= 0 of a teacher, in any order: one per line, all in one line with commas between, or a named column.

    Raises
    ------
    SpectrumFileError
        If the file cannot be read, has another form (a table without names, decimal commas), holds anything but
        non-negative finite numbers, fewer than two of them, or zeros alone.
    """
    rows = _rows(path)
    column, width = _column(path, *rows[0]) if rows else (None, 1)
    if column is not None:
        rows = rows[1:]
    elif len(rows) == 1:
        # all in one line
        rows = [(number, [cell]) for number, cells in rows for cell in cells]
    for number, cells in rows:
        if len(cells) != width:
            expected = f" under {width} names" if column is not None and width > 1 else ""
            raise SpectrumFileError(f"line {number} of {path} holds {len(cells)} values{expected}, {ACCEPTED}")
    scales = [_scale(path, number, cells[column or 0]) for number, cells in rows]
    if len(scales) < 2:
        held = "1 scale" if scales else "0 scales"
        raise SpectrumFileError(f"{path} holds {held}, at least 2 are needed")
    if not any(scales):
        raise SpectrumFileError(f"{path} holds zeros alone, a positive scale is needed")
    return scales


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Cells of the lines that are not blank, with the number of the line."""
    try:
        reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), skipinitialspace=True)
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except OSError as error:
        raise SpectrumFileError(f"{path} cannot be read ({error.strerror}), a CSV file is accepted") from None
    except (UnicodeDecodeError, csv.Error):
        raise SpectrumFileError(f"{path} is not text, a CSV file is accepted") from None
    return [(number, cells) for number, cells in rows if any(cells)]


def _column(path: Path, number: int, cells: list[str]) -> tuple[int | None, int]:
    """Place of the scales in a line of names, None if it is none; and how many values each line must have."""
    names = [cell.lower() for cell in cells]
    places = [place for place, name in enumerate(names) if name in SCALES]
    if not places:
        return None, 1
    others = [cell for place, cell in enumerate(cells) if place != places[0] and names[place] not in RANKS]
    if others:
        raise SpectrumFileError(f"line {number} of {path} names a column {others[0]!r}, {ACCEPTED}")
    return places[0], len(cells)


def _scale(path: Path, number: int, cell: str) -> float:
    try:
        # Python takes 1_000 for a number, other programs do not
        scale = math.nan if "_" in cell else float(cell)
    except ValueError:
        scale = math.nan
    if not 0 <= scale < math.inf:
        raise SpectrumFileError(f"{cell!r} in line {number} of {path} is not a non-negative finite number")
    return scale
