"""One row per number of samples: optimal weight decay, its risk and the Bayes-optimal risk."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "teachers": whole_number(
            "teachers of the trained points that the risks are averaged over; 0: the average over all teachers", ge=0
        ),
        "weight_decay": number(
            "lambda_opt, which minimises the risk; 0 if none is better than lambda -> 0", ge=0, nullable=True
        ),
        "bulk_disappears": number("lambda_c, where the noise bulk just disappears if R << Delta", gt=0),
        "risk": number("excess risk R there (quadratic: 2 M)", ge=0, nullable=True),
        "bayes_risk": number("Bayes-optimal risk; not computed at the largest d", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff"],
)
