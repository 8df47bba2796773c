"""One row per point of a grid in (n_eff, lambda): risk of state evolution and its local exponent."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import OF_ENSEMBLE, POINT, POSITIVE, STATUS, number, text

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "risk": number("excess risk R (quadratic: 2 M)", POSITIVE, nullable=True),
        "slope": number("local exponent d log R / d log n_eff, by central differences along the grid", nullable=True),
        "phase": text("predicted phase"),
        "predicted": number("exponent of that phase"),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "weight_decay"],
    description="One row per point of a grid in (n_eff, lambda): risk of state evolution and its local exponent.",
    strict=True,
    ordered=True,
)
