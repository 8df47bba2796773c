"""One row per teacher and point: the solution of its state evolution."""

from scaling_spectra_pipeline.schemas.columns import KEY, POINT, STATUS, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "replica": whole_number("index of the teacher", ge=0),
        "delta": number("effective noise", gt=0, nullable=True),
        "threshold": number("soft threshold b", ge=0, nullable=True),
        "risk": number("excess risk R, conditional on the replica's teacher", ge=0, nullable=True),
        "divergence": number("sum_i P(theta_i != 0) (diagonal), D = div/d^2 (quadratic)", ge=0, nullable=True),
        "train_loss": number("predicted mean squared residual on the training set", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*KEY, "replica"],
)
