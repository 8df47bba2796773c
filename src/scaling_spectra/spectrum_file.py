"""Scales of a teacher read from a text file."""

import math
from pathlib import Path

# names a first line may give to the column
HEADERS = {"s", "s_i", "scale", "scales", "value", "values"}


class SpectrumFileError(ValueError):
    """A file that holds no spectrum; the message is one line that names the file and what is accepted."""


def read_scales(path: Path) -> list[float]:
    """Scales s_i >= 0 of a teacher: one a line or separated by commas, in any order, below a header or none.

    Raises
    ------
    SpectrumFileError
        If the file cannot be read, holds anything but non-negative finite numbers, fewer than two of them, or zeros
        alone.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SpectrumFileError(f"{path} cannot be read ({error.strerror}), a CSV file is accepted") from None
    except UnicodeDecodeError:
        raise SpectrumFileError(f"{path} is not text, a CSV file is accepted") from None
    first = 1 if lines and lines[0].strip().strip('"') in HEADERS else 0
    rows: list[list[float]] = []
    for number, line in enumerate(lines[first:], first + 1):
        rows.append([])
        for entry in filter(None, (part.strip() for part in line.split(","))):
            try:
                scale = float(entry)
            except ValueError:
                scale = math.nan
            if not 0 <= scale < math.inf:
                raise SpectrumFileError(f"{entry!r} in line {number} of {path} is not a non-negative finite number")
            rows[-1].append(scale)
    if _numbered(list(filter(None, rows))):
        raise SpectrumFileError(f"{path} numbers its lines in a first column, a file of scales alone is accepted")
    scales = [scale for row in rows for scale in row]
    if len(scales) < 2:
        held = "1 scale" if scales else "0 scales"
        raise SpectrumFileError(f"{path} holds {held}, at least 2 are needed")
    if not any(scales):
        raise SpectrumFileError(f"{path} holds zeros alone, a positive scale is needed")
    return scales


def _numbered(rows: list[list[float]]) -> bool:
    """Whether the first of two columns counts the lines, from 0 or 1."""
    counted = [float(number) for number in range(len(rows) + 1)]
    return (
        len(rows) > 1 and {len(row) for row in rows} == {2} and [row[0] for row in rows] in (counted[:-1], counted[1:])
    )
