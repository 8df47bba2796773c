"""One row per replica: the risk of the quadratic network where others published it, beside theory."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    GAP,
    KEY,
    NON_NEGATIVE,
    POINT,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        # the study chooses lambda itself
        **{name: column for name, column in POINT.items() if not name.startswith("decay_")},
        "replica": whole_number("index of the data set", NON_NEGATIVE),
        "risk_theory": number(
            "excess risk R = 2 M of state evolution, scales with mean square 1", NON_NEGATIVE, nullable=True
        ),
        "risk_inputs": number("that in the theory of real inputs at this d", NON_NEGATIVE, nullable=True),
        "risk": number("excess risk of the convex equivalent on samples", NON_NEGATIVE, nullable=True),
        "relative_gap": number("relative duality gap", GAP, nullable=True),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "solver": text("algorithms used, in their order"),
        "status": STATUS,
    },
    checks=missing_where_unsolved("risk", "relative_gap"),
    unique=[*(name for name in KEY if not name.startswith("decay_")), "replica"],
    description="One row per replica: the risk of the quadratic network where others published it, beside theory.",
    strict=True,
    ordered=True,
)
