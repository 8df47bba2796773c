"""Rows of the table ``figure_summary``."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.schemas.figure_summary import STATISTICS

FAMILY = list(ENSEMBLE)
RULE = ["decay_coefficient", "decay_exponent"]
SMALLEST, MEDIAN, LARGEST, SLOPE, SHARE, VALUE = STATISTICS
COLUMNS = [
    *("figure", "quantity", "statistic", "network", "teacher", "gamma", "noise_var", "dim"),
    *("phase", "n_eff", "points", "value", "predicted"),
]


def row(figure: str, quantity: str, statistic: str, value: float, points: int, **place: Any) -> dict[str, Any]:
    """One number, from so many points."""
    return {
        "figure": figure,
        "quantity": quantity,
        "statistic": statistic,
        "points": points,
        "value": float(value),
        **place,
    }


def spread(
    figure: str, quantity: str, values: pd.Series, statistics: tuple[str, ...] = (SMALLEST, LARGEST), **place: Any
) -> list[dict[str, Any]]:
    """Smallest, median and largest of the values that are known; of a single one that value."""
    known = values.dropna().to_numpy()
    if not len(known):
        return []
    if len(known) == 1:
        return [row(figure, quantity, VALUE, known[0], 1, **place)]
    of = {SMALLEST: known.min(), MEDIAN: np.median(known), LARGEST: known.max()}
    return [row(figure, quantity, name, of[name], len(known), **place) for name in statistics]


def extreme(figure: str, quantity: str, statistic: str, values: pd.Series, **place: Any) -> list[dict[str, Any]]:
    """The smallest or largest value, by their index n_eff, with the first n_eff that has it."""
    known = values.dropna()
    if known.empty:
        return []
    best = known.max() if statistic == LARGEST else known.min()
    # of equals the first is taken
    n_eff = float(known.index[(known - best).abs() <= TIE * abs(best)].min())
    return [row(figure, quantity, statistic, best, len(known), n_eff=n_eff, **place)]


def slope(x: ArrayLike, y: ArrayLike) -> float:
    """Exponent of y ~ x^slope, by least squares in logarithms; none of fewer than two points."""
    x, y = np.log(x), np.log(y)
    return float(np.polyfit(x, y, 1)[0]) if len(x) > 1 else np.nan


def means(points: pd.DataFrame, column: str, by: list[str]) -> pd.Series:
    """Mean risks over the replicas of certified, unique points."""
    return points[points["converged"] & points["unique"]].groupby(by)[column].mean()


def places(table: pd.DataFrame) -> Any:
    """Groups of the rows of each network, teacher, noise and dimension, with those as arguments of `row`."""
    for family, rows in table.groupby(FAMILY):
        yield dict(zip(FAMILY, family, strict=True)) | {"gamma": rows["gamma"].iloc[0]}, rows
