"""One row per number of the signed network's learned spectrum at one point."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import KEY, NON_NEGATIVE, POINT, number, text

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "series": text(
            "eigenvalues (in a bin, a replica), law (their predicted number), outlier (its predicted place)",
            *("eigenvalues", "law", "outlier"),
        ),
        "place": number("middle of the bin, or place of the outlier"),
        "value": number("number of eigenvalues; 0 for an outlier", NON_NEGATIVE),
    },
    unique=[*KEY, "series", "place"],
    description="One row per number of the signed network's learned spectrum at one point.",
    strict=True,
    ordered=True,
)
