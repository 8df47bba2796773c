"""One row per number of samples: the best width, and what it is worth."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    STATUS,
    missing_where_unsolved,
    number,
)

NUMBERS = {
    "best": number("number p of hidden units of the least risk in state evolution", POSITIVE, nullable=True),
    "best_risk": number("excess risk R = 2 M there", NON_NEGATIVE, nullable=True),
    "law": number(
        "p of the law: as many as there are scales s_i > (sqrt(b^2 + 12 delta^2) - b)/2, each of which pays",
        POSITIVE,
        nullable=True,
    ),
    "law_risk": number("risk there", NON_NEGATIVE, nullable=True),
    "full_risk": number("risk of p = d at the same penalty, lambda = 0.5 sqrt(n_eff/d)", NON_NEGATIVE, nullable=True),
    "decay_risk": number("risk of p = d at its best weight decay", NON_NEGATIVE, nullable=True),
    "bayes_risk": number("Bayes-optimal risk", NON_NEGATIVE, nullable=True),
}
SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        **NUMBERS,
        "status": STATUS,
        "networks": number(
            "width of the least mean risk among those that were trained; empty where none was", POSITIVE, nullable=True
        ),
    },
    checks=missing_where_unsolved(*NUMBERS),
    unique=["network", "teacher", "noise_var", "dim", "n_eff"],
    description="One row per number of samples: the best width, and what it is worth beside the best weight decay.",
    strict=True,
    ordered=True,
)
