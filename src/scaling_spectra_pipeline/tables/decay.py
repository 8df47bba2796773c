"""One row per point: risk of state evolution along the weight decay."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    STATUS,
    number,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "teachers": whole_number("teachers of the trained points that the risk is averaged over", POSITIVE),
        "risk": number("excess risk R (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "weight_decay"],
    description="One row per point: risk of state evolution along the weight decay.",
    strict=True,
    ordered=True,
)
