"""One row per number of samples: optimal risks of feature learning and lazy learning, and the Bayes-optimal one."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, POINT, STATUS, flag, number, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "teachers": whole_number(
            "teachers of the study that the risks are averaged over; 0: the average over all teachers", NON_NEGATIVE
        ),
        "every_teacher": flag(
            "whether the risks are those of every teacher of this spectrum on average: then no estimator has a smaller "
            "one than the Bayes-optimal risk"
        ),
        "weight_decay": number(
            "lambda_opt of feature learning; 0 if none is better than lambda -> 0", NON_NEGATIVE, nullable=True
        ),
        "risk": number(
            "excess risk R of feature learning there, by state evolution (quadratic: 2 M)", NON_NEGATIVE, nullable=True
        ),
        "lazy_risk": number("excess risk of lazy learning (ridge regression) at its best ridge", NON_NEGATIVE),
        "gain": number("lazy_risk/risk: what feature learning is worth", NON_NEGATIVE, nullable=True),
        "bayes_risk": number("Bayes-optimal risk; not computed at the largest d", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "teachers"],
    description="One row per number of samples: feature learning and lazy learning at their best, Bayes-optimal risk.",
    strict=True,
    ordered=True,
)
