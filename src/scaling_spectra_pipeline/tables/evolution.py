"""One row per point: state evolution averaged over teachers."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, POINT, POSITIVE, STATUS, number

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "delta": number("effective noise", POSITIVE, nullable=True),
        "threshold": number("soft threshold b", NON_NEGATIVE, nullable=True),
        "risk": number("excess risk R (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "predicted": number("risk of the limit that the table shows", POSITIVE, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "weight_decay", "n_eff"],
    description="One row per point: state evolution averaged over teachers.",
    strict=True,
    ordered=True,
)
