"""One row per trained point: its risk before and after pruning."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    KEY,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    STATUS,
    flag,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "method": text("network (trained) or convex (equivalent problem solved)", "network", "convex"),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "risk": number("excess risk R (quadratic: 2 M) as trained", NON_NEGATIVE),
        "delta": number("effective noise of state evolution", POSITIVE, nullable=True),
        "threshold": number("soft threshold b of state evolution", NON_NEGATIVE, nullable=True),
        "estimated_delta": number(
            "effective noise estimated from the data; none if one weight more or less changes it by over a tenth",
            NON_NEGATIVE,
            nullable=True,
        ),
        "estimated_threshold": number(
            "soft threshold estimated from the data; none where the noise is not", NON_NEGATIVE, nullable=True
        ),
        "pruned_risk": number("excess risk after pruning by the estimates", NON_NEGATIVE, nullable=True),
        "pruned_risk_known": number(
            "excess risk after pruning by delta and b of state evolution", NON_NEGATIVE, nullable=True
        ),
        "status": STATUS,
    },
    unique=[*KEY, "replica"],
    description="One row per trained point at the smallest weight decay: its risk before and after pruning.",
    strict=True,
    ordered=True,
)
