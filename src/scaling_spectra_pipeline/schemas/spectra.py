"""One row per learned eigenvalue (quadratic) or weight (diagonal)."""

from scaling_spectra_pipeline.schemas.columns import KEY, METHOD, POINT, REPLICA, UNIQUE, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "replica": REPLICA,
        "method": METHOD,
        "unique": UNIQUE,
        "index": whole_number("position in the spectrum, from the largest magnitude", ge=0),
        "value": number(
            "eigenvalue of the learned S, or entry of the learned theta; none where nothing was solved", nullable=True
        ),
        "overlap": number("the teacher along it: u^T S* u, or the entry of theta*", nullable=True),
    },
    unique=[*KEY, "replica", "index"],
)
