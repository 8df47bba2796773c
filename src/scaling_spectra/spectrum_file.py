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
    scales = []
    for number, line in enumerate(lines[first:], first + 1):
        for entry in filter(None, (part.strip() for part in line.split(","))):
            try:
                scale = float(entry)
            except ValueError:
                scale = math.nan
            if not 0 <= scale < math.inf:
                raise SpectrumFileError(f"{entry!r} in line {number} of {path} is not a non-negative finite number")
            scales.append(scale)
    if len(scales) < 2:
        held = "1 scale" if scales else "0 scales"
        raise SpectrumFileError(f"{path} holds {held}, at least 2 are needed")
    if not any(scales):
        raise SpectrumFileError(f"{path} holds zeros alone, a positive scale is needed")
    return scales
