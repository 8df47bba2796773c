"""One row per number of samples: optimal weight decay of state evolution, its risk and the Bayes-optimal risk."""

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
        "teachers": whole_number(
            "teachers of the trained points that the risks are averaged over; 0: the average over all teachers",
            NON_NEGATIVE,
        ),
        "weight_decay": number(
            "lambda_opt, which minimises the risk; 0 if none is better than lambda -> 0", NON_NEGATIVE, nullable=True
        ),
        "bulk_disappears": number("lambda_c, where the noise bulk just disappears if R << Delta", POSITIVE),
        "risk": number("excess risk R there (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "bayes_risk": number("Bayes-optimal risk; not computed at the largest d", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff"],
    description="One row per number of samples: optimal weight decay, its risk and the Bayes-optimal risk.",
    strict=True,
    ordered=True,
)
