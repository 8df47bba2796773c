"""One row per number of the learned spectrum that an experiment shows for a phase."""

from scaling_spectra_pipeline.schemas.columns import (
    KEY,
    METHOD,
    POINT,
    SOUND,
    number,
    schema,
    share,
    text,
    whole_number,
)

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "phase": text("predicted phase"),
        "margin": number("distance to the nearest boundary in decades", ge=0),
        "replicas": whole_number("replicas that are pooled", gt=0),
        "method": METHOD,
        "sound": SOUND,
        "delta": number("effective noise, mean over teachers", gt=0),
        "threshold": number("soft threshold b, mean over teachers", ge=0),
        "distance": share("Kolmogorov-Smirnov distance of the pooled weights, zeros included, from their law"),
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
            ge=0,
            nullable=True,
        ),
    },
    unique=[*KEY, "series", "left"],
)
