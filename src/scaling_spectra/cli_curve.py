"""Predictions along ranges of samples and weight decays, for the command line: a table, or a picture."""

import csv
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from scaling_spectra.cli_point import (
    LARGEST_DIM,
    LARGEST_SAMPLES,
    NETWORK,
    SMALLEST,
    Dimension,
    Exponent,
    NoiseVariance,
    Point,
    UsageError,
    problem,
)
from scaling_spectra.defaults import LARGEST, NOISE_VAR

MOST_POINTS = 10_000
# of a prediction, what a table shows; all others with --csv
SHOWN = ("n_eff", "samples", "weight_decay", "risk", "bayes_risk", "phase", "status")


def _range(low: float, high: float) -> Parameter:
    """Option that takes a number, or `first:last:number` of values equally far apart in the logarithm."""

    def convert(_: Any, tokens: Sequence[Any]) -> tuple[float, ...]:
        text = tokens[0].value
        try:
            parts = [float(part) for part in text.split(":")]
        except ValueError:
            parts = []
        if len(parts) == 1:
            parts = [parts[0], parts[0], 1]
        if len(parts) != 3:
            raise ValueError(f"{text!r} is not {_accepted(low, high)}, or first:last:number within")
        first, last, count = _checked(text, parts, low, high)
        # the ends are exactly those asked for, and 10 lies between 1 and 100, not 9.999999999999998
        inner = (float(f"{first * (last / first) ** (i / (count - 1)):.12g}") for i in range(1, count - 1))
        return (first, *inner, last)[:count]

    return Parameter(converter=convert)


def _accepted(low: float, high: float) -> str:
    return f"a number from {low:g} to {high:g}"


def _checked(text: str, parts: Sequence[float], low: float, high: float) -> tuple[float, float, int]:
    """First, last and number of a range; what is wrong with it is said in one line."""
    first, last, count = parts
    written = text.split(":")
    for end, given in zip((first, last), written, strict=False):
        if not low <= end <= high:
            where = f"{given!r} in {text!r}" if ":" in text else repr(text)
            raise ValueError(f"{where} is not {_accepted(low, high)}")
    if first == last and count != 1:
        raise ValueError(f"{text!r} ends where it begins, {written[0]} alone is accepted")
    if first != last and not (2 <= count <= MOST_POINTS and count == int(count)):
        raise ValueError(f"{written[-1]!r} in {text!r} is not a number of values, an integer from 2 to {MOST_POINTS}")
    return first, last, int(count)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Options that name points along ranges, 1:1000:20 for 20 values from 1 to 1000.

    Attributes
    ----------
    weight_decay
        lambda > 0, or a range.
    samples
        Number of samples n, or a range. Give either --samples or --n-eff.
    n_eff
        Effective samples, or a range: n (diagonal), n/d (quadratic, signed).
    spectrum
        CSV file of scales s_i >= 0, in place of the power law.
    """

    network: Annotated[str, NETWORK]
    weight_decay: Annotated[
        tuple[float, ...], _range(SMALLEST, LARGEST), Parameter(alias="--lambda", n_tokens=1, negative=())
    ]
    dim: Dimension = None
    samples: Annotated[
        tuple[float, ...] | None, _range(SMALLEST, LARGEST_SAMPLES), Parameter(n_tokens=1, negative=())
    ] = None
    n_eff: Annotated[
        tuple[float, ...] | None, _range(SMALLEST, LARGEST_SAMPLES / LARGEST_DIM), Parameter(n_tokens=1, negative=())
    ] = None
    noise_var: NoiseVariance = NOISE_VAR
    gamma: Exponent = None
    spectrum: Path | None = None

    def points(self) -> list[Point]:
        """Every one: all samples of the first weight decay, then of the next.

        Raises
        ------
        UsageError
            If they are too many.
        """
        # one that is missing, or two, are refused for the points
        samples, n_eff = self.samples or (None,), self.n_eff or (None,)
        count = len(self.weight_decay) * len(samples) * len(n_eff)
        if count > MOST_POINTS:
            raise UsageError(f"--n-eff, --samples, --weight-decay: {count} points, at most {MOST_POINTS} are accepted")
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return [
            Point(**known | {"weight_decay": decay, "samples": n, "n_eff": effective})
            for decay, n, effective in product(self.weight_decay, samples, n_eff)
        ]


def along(ranges: Ranges, predict: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """What `predict` says of each point; one that cannot be solved says so in its `status`."""
    from scaling_spectra.records import SOLVED

    rows: list[dict[str, Any]] = []
    here = None
    for point in ranges.points():
        here = problem(point, here)
        try:
            row = predict(here) | {"n_eff": here.n_eff, "status": SOLVED}
        except ArithmeticError as error:
            known = {name: getattr(here, name) for name in ("network", "dim", "samples", "weight_decay", "noise_var")}
            row = known | {"gamma": here.gamma, "n_eff": here.n_eff, "status": str(error)}
        rows.append(row)
    return rows


def print_csv(rows: list[dict[str, Any]]) -> None:
    """All that is known, in columns with commas between."""
    names = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(sys.stdout, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_table(rows: list[dict[str, Any]]) -> None:
    """The risk at each point, in aligned columns."""
    from scaling_spectra.records import SOLVED

    names = [name for name in SHOWN if any(row.get(name) is not None for row in rows)]
    if all(row["status"] == SOLVED for row in rows):
        names.remove("status")
    cells = [[name.replace("_", " ") for name in names], *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
