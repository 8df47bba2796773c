"""One row per trained point at the smallest weight decay: its risk before and after pruning."""

from scaling_spectra_pipeline.schemas.columns import (
    CONVERGED,
    KEY,
    METHOD,
    POINT,
    REPLICA,
    STATUS,
    UNIQUE,
    number,
    schema,
)

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "replica": REPLICA,
        "method": METHOD,
        "converged": CONVERGED,
        "unique": UNIQUE,
        "risk": number("excess risk R (quadratic: 2 M) as trained", ge=0),
        "delta": number("effective noise of state evolution", gt=0, nullable=True),
        "threshold": number("soft threshold b of state evolution", ge=0, nullable=True),
        "estimated_delta": number(
            "effective noise estimated from the data; none if one weight more or less changes it by over a tenth",
            ge=0,
            nullable=True,
        ),
        "estimated_threshold": number(
            "soft threshold estimated from the data; none where the noise is not", ge=0, nullable=True
        ),
        "pruned_risk": number("excess risk after pruning by the estimates", ge=0, nullable=True),
        "pruned_risk_known": number("excess risk after pruning by delta and b of state evolution", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*KEY, "replica"],
)
