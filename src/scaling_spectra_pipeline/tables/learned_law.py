"""One row per number of a learned spectrum, measured and predicted."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    FRACTION,
    KEY,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    flag,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "phase": text("predicted phase"),
        "margin": number("distance to the nearest boundary in decades", NON_NEGATIVE),
        "replicas": whole_number("replicas that are pooled", POSITIVE),
        "method": text("network (trained) or convex (equivalent problem solved)", "network", "convex"),
        "sound": flag("whether every replica is certified and every minimiser unique"),
        "delta": number("effective noise, mean over teachers", POSITIVE),
        "threshold": number("soft threshold b, mean over teachers", NON_NEGATIVE),
        "distance": number(
            "Kolmogorov-Smirnov distance of the pooled weights, zeros included, from their law", FRACTION
        ),
        "series": text(
            "zeros (fraction), bin (weights in it that are not zero, a replica), curve, outlier (its place)",
            *("zeros", "bin", "curve", "outlier"),
        ),
        "left": number("left end of the bin; abscissa of the curve; rank of the outlier"),
        "right": number("right end of the bin; as left otherwise"),
        "predicted": number("number predicted", nullable=True),
        "measured": number("mean over replicas", nullable=True),
        "error": number(
            "standard error of measured: of the mean over replicas, or, in bins, that of a Poisson count",
            NON_NEGATIVE,
            nullable=True,
        ),
    },
    unique=[*KEY, "series", "left"],
    description="One row per number of the learned spectrum that an experiment shows for a phase.",
    strict=True,
    ordered=True,
)
