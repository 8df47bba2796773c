"""One row per number of samples: risk of state evolution before and after pruning, beside the best risks."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, POINT, STATUS, number, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "teachers": whole_number(
            "teachers of the trained points that the risks are averaged over; 0: the average over all teachers",
            NON_NEGATIVE,
        ),
        "risk": number("excess risk R (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "pruned_risk": number("excess risk after pruning", NON_NEGATIVE, nullable=True),
        "optimal_risk": number("excess risk at lambda_opt; at some of the points", NON_NEGATIVE, nullable=True),
        "bayes_risk": number("Bayes-optimal risk; at some of the points", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff"],
    description="One row per number of samples: risk before and after pruning, beside the best possible risks.",
    strict=True,
    ordered=True,
)
