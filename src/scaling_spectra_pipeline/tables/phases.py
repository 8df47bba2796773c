"""One row per point of a grid in (n_eff, lambda): its predicted phase."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import POINT, text

SCHEMA = pa.DataFrameSchema(
    {
        "network": POINT["network"],
        "gamma": POINT["gamma"],
        "noise_var": POINT["noise_var"],
        "dim": POINT["dim"],
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "phase": text("predicted phase"),
        "rate": text("its risk up to constants, in TeX"),
    },
    unique=["network", "noise_var", "dim", "n_eff", "weight_decay"],
    description="One row per point of a grid in (n_eff, lambda): its predicted phase.",
    strict=True,
    ordered=True,
)
