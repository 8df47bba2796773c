"""One row per number of samples: feature learning and lazy learning at their best, Bayes-optimal risk."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, flag, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "teachers": whole_number(
            "teachers of the study that the risks are averaged over; 0: the average over all teachers", ge=0
        ),
        "every_teacher": flag(
            "whether the risks are those of every teacher of this spectrum on average: then no estimator has a smaller "
            "one than the Bayes-optimal risk"
        ),
        "weight_decay": number(
            "lambda_opt of feature learning; 0 if none is better than lambda -> 0", ge=0, nullable=True
        ),
        "risk": number(
            "excess risk R of feature learning there, by state evolution (quadratic: 2 M)", ge=0, nullable=True
        ),
        "lazy_risk": number("excess risk of lazy learning (ridge regression) at its best ridge", ge=0),
        "gain": number("lazy_risk/risk: what feature learning is worth", ge=0, nullable=True),
        "bayes_risk": number("Bayes-optimal risk; not computed at the largest d", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff", "teachers"],
)
