"""Published numbers, and networks at their parameters, against what is predicted here."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from scaling_spectra_pipeline.checks.finding import Finding

# coverage of the interval of each number, and standard errors where the number of data sets is not known
COVERAGE, FAR = 0.999, 3.0


def numbers_are_those_published(path: str, table: pd.DataFrame) -> list[Finding]:
    """Every number lies within the allowance and its interval of what is predicted; one finding for each pair."""
    known = table["replicas"].notna()
    width = np.where(known, stdtrit(table["replicas"].fillna(2) - 1, (1 + COVERAGE) / 2), FAR)
    away = (table["quotient"] - 1).abs()
    room = table["allowance"] + width * table["quotient_error"].fillna(0)
    table = table.assign(away=away, share=away / room)
    return [_finding(path, found, theory, rows) for (found, theory), rows in table.groupby(["found", "theory"])]


def _finding(path: str, found: str, theory: str, rows: pd.DataFrame) -> Finding:
    worst, outside = rows.loc[rows["share"].idxmax()], int((rows["share"] > 1).sum())
    place = [f"{name} = {worst[name]:g}" for name in ("dim", "noise_var", "ratio") if pd.notna(worst[name])]
    detail = (
        f"{outside} of {len(rows)} {found} outside what {theory} allows; largest difference {rows['away'].max():.2%}, "
        f"nearest to its limit {worst['quotient'] - 1:+.2%} at {', '.join(place) or worst['quantity']}, "
        f"known of theory {worst['allowance']:.2%}"
    )
    return Finding("published numbers", path, outside == 0, detail)
