"""One row per learned eigenvalue or weight."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import KEY, NON_NEGATIVE, POINT, flag, number, text, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "method": text("network (trained) or convex (equivalent problem solved)", "network", "convex"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "index": whole_number("position in the spectrum, from the largest magnitude", NON_NEGATIVE),
        "value": number(
            "eigenvalue of the learned S, or entry of the learned theta; none where nothing was solved", nullable=True
        ),
        "overlap": number("the teacher along it: u^T S* u, or the entry of theta*", nullable=True),
    },
    unique=[*KEY, "replica", "index"],
    description="One row per learned eigenvalue (quadratic) or weight (diagonal).",
    strict=True,
    ordered=True,
)
