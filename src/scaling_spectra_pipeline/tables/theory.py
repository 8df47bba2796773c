"""One row a teacher and point: the solution of its state evolution."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import KEY, NON_NEGATIVE, POINT, POSITIVE, number, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replica": whole_number("index of the teacher", NON_NEGATIVE),
        "delta": number("effective noise", POSITIVE),
        "threshold": number("soft threshold b", NON_NEGATIVE),
        "risk": number("excess risk R, conditional on the replica's teacher", NON_NEGATIVE),
        "divergence": number("sum_i P(theta_i != 0) (diagonal), D = div/d^2 (quadratic)", NON_NEGATIVE),
        "train_loss": number("predicted mean squared residual on the training set", NON_NEGATIVE),
    },
    unique=[*KEY, "replica"],
    description="One row a teacher and point: the solution of its state evolution.",
    strict=True,
    ordered=True,
)
