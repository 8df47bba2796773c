"""One row per number of samples: risk before and after pruning, beside the best possible risks."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "teachers": whole_number(
            "teachers of the trained points that the risks are averaged over; 0: the average over all teachers", ge=0
        ),
        "risk": number("excess risk R (quadratic: 2 M)", ge=0, nullable=True),
        "pruned_risk": number("excess risk after pruning", ge=0, nullable=True),
        "optimal_risk": number("excess risk at lambda_opt; at some of the points", ge=0, nullable=True),
        "bayes_risk": number("Bayes-optimal risk; at some of the points", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff"],
)
