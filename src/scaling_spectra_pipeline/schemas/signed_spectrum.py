"""One row per number of the signed network's learned spectrum at one point."""

from scaling_spectra_pipeline.schemas.columns import KEY, POINT, number, schema, text

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "series": text(
            "eigenvalues (in a bin, a replica), law (their predicted number), outlier (its predicted place)",
            *("eigenvalues", "law", "outlier"),
        ),
        "place": number("middle of the bin, or place of the outlier"),
        "value": number("number of eigenvalues; 0 for an outlier", ge=0),
    },
    unique=[*KEY, "series", "place"],
)
