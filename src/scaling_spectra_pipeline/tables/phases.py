"""One row per point of a grid in (n_eff, lambda): its predicted phase."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import OF_ENSEMBLE, POINT, text

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "phase": text("predicted phase"),
        "rate": text("its risk up to constants, in TeX"),
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "weight_decay"],
    description="One row per point of a grid in (n_eff, lambda): its predicted phase.",
    strict=True,
    ordered=True,
)
