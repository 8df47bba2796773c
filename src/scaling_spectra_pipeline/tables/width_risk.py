"""One row per width and number of samples: state evolution of p hidden units."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    STATUS,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "hidden": whole_number("number p of hidden units", POSITIVE),
        "weight_decay": number("lambda: lambda sqrt(p/d) = 0.5 sqrt(n_eff/d)", POSITIVE),
        "delta": number("effective noise", NON_NEGATIVE, nullable=True),
        "threshold": number("threshold b", NON_NEGATIVE, nullable=True),
        "risk": number("excess risk R = 2 M", NON_NEGATIVE, nullable=True),
        "branch": text("how the solution was reached: wide, by width or by decay", nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved("delta", "threshold", "risk"),
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "hidden"],
    description="One row per width and number of samples: state evolution of p hidden units.",
    strict=True,
    ordered=True,
)
