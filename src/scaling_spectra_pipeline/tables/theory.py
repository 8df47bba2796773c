"""One row per teacher and point: the solution of its state evolution."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import KEY, NON_NEGATIVE, POINT, POSITIVE, STATUS, number, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replica": whole_number("index of the teacher", NON_NEGATIVE),
        "delta": number("effective noise", POSITIVE, nullable=True),
        "threshold": number("soft threshold b", NON_NEGATIVE, nullable=True),
        "risk": number("excess risk R, conditional on the replica's teacher", NON_NEGATIVE, nullable=True),
        "divergence": number("sum_i P(theta_i != 0) (diagonal), D = div/d^2 (quadratic)", NON_NEGATIVE, nullable=True),
        "train_loss": number("predicted mean squared residual on the training set", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    unique=[*KEY, "replica"],
    description="One row per teacher and point: the solution of its state evolution.",
    strict=True,
    ordered=True,
)
