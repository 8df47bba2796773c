"""One row per replica: what its first features cost a network, each by itself."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    GAP,
    KEY,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

# features that are looked at
FEATURES = 8
SCALE, OWN = (tuple(f"{name}_{rank}" for rank in range(1, FEATURES + 1)) for name in ("scale", "own"))

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replica": whole_number("index of the data set", NON_NEGATIVE),
        "delta": number("effective noise of state evolution", POSITIVE, nullable=True),
        "threshold": number("its threshold b", POSITIVE, nullable=True),
        "risk": number("excess risk R = 2 M of the convex equivalent", NON_NEGATIVE, nullable=True),
        "relative_gap": number("relative duality gap", GAP, nullable=True),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "solver": text("algorithms used, in their order"),
        **{
            name: number(f"sum of squared errors in row and column {rank} of S, in the teacher's basis", nullable=True)
            for rank, name in enumerate(OWN, 1)
        },
        **{name: number(f"scale of feature {rank}", NON_NEGATIVE) for rank, name in enumerate(SCALE, 1)},
        "status": STATUS,
    },
    checks=missing_where_unsolved("risk", "relative_gap", *OWN),
    unique=[*KEY, "replica"],
    description="One row per replica: what its first features cost a network, each by itself.",
    strict=True,
    ordered=True,
)
