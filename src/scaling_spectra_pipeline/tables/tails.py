"""One row per point: tail exponent of its learned weights."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    KEY,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    STATUS,
    flag,
    number,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replicas": whole_number("replicas that are pooled", POSITIVE),
        "sound": flag("whether every replica is certified and every minimiser unique"),
        "risk": number(
            "mean excess risk R (quadratic: 2 M); none if no replica is solved", NON_NEGATIVE, nullable=True
        ),
        "risk_error": number("its standard error", NON_NEGATIVE, nullable=True),
        "predicted_risk": number("mean risk of state evolution", NON_NEGATIVE, nullable=True),
        "exponent": number("tail exponent of the density of magnitudes; none if too few weights", nullable=True),
        "error": number(
            "its standard error, the cut-off given and the weights independent", NON_NEGATIVE, nullable=True
        ),
        "start": number("cut-off of the tail", POSITIVE, nullable=True),
        "count": whole_number("weights above it, in all replicas", NON_NEGATIVE),
        "predicted": number("exponent fitted to quantiles of the predicted law", nullable=True),
        "teacher_exponent": number("exponent fitted to the weights of teachers; none if too few", nullable=True),
        "limit": number("exponent 1 + 1/gamma of an endless power law", POSITIVE, nullable=True),
        "status": STATUS,
    },
    unique=KEY,
    description="One row per point: tail exponent of its learned weights, pooled over replicas, and of their law.",
    strict=True,
    ordered=True,
)
