"""One row per point: tail exponent of its learned weights, pooled over replicas, and of their law."""

from scaling_spectra_pipeline.schemas.columns import KEY, POINT, SOUND, STATUS, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "replicas": whole_number("replicas that are pooled; 0 between trained points: theory alone", ge=0),
        "sound": SOUND,
        "risk": number("mean excess risk R (quadratic: 2 M); none if no replica is solved", ge=0, nullable=True),
        "risk_error": number("its standard error", ge=0, nullable=True),
        "predicted_risk": number("mean risk of state evolution", ge=0, nullable=True),
        "exponent": number("tail exponent of the density of magnitudes; none if too few weights", nullable=True),
        "error": number("its standard error, the cut-off given and the weights independent", ge=0, nullable=True),
        "start": number("cut-off of the tail", gt=0, nullable=True),
        "count": whole_number("weights above it, in all replicas", ge=0),
        "predicted": number("exponent fitted to quantiles of the predicted law", nullable=True),
        "teacher_exponent": number("exponent fitted to the weights of teachers; none if too few", nullable=True),
        "limit": number("exponent 1 + 1/gamma of an endless power law", gt=0, nullable=True),
        "status": STATUS,
    },
    unique=KEY,
)
