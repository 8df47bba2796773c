"""Tables of single points, written without pandas and the library of schemas: to import them takes longer than many a
point. The job that collects the points checks them against the schema of their stage."""

import csv
from typing import Any

import numpy as np

from scaling_spectra_pipeline.job import whole


def write_rows(rows: list[dict[str, Any]], path: str) -> None:
    """Write rows with the same keys as a whole CSV file, floats in shortest exact form."""
    with whole(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
