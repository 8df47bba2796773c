"""One row per number of samples: the best width, and what it is worth beside the best weight decay."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, missing_where_unsolved, number, schema

NUMBERS = {
    "best": number("number p of hidden units of the least risk in state evolution", gt=0, nullable=True),
    "best_risk": number("excess risk R = 2 M there", ge=0, nullable=True),
    "law": number(
        "p of the law: as many as there are scales s_i > (sqrt(b^2 + 12 delta^2) - b)/2, each of which pays",
        gt=0,
        nullable=True,
    ),
    "law_risk": number("risk there", ge=0, nullable=True),
    "full_risk": number("risk of p = d at the same penalty, lambda = 0.5 sqrt(n_eff/d)", ge=0, nullable=True),
    "decay_risk": number("risk of p = d at its best weight decay", ge=0, nullable=True),
    "bayes_risk": number("Bayes-optimal risk", ge=0, nullable=True),
}
SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        **NUMBERS,
        "status": STATUS,
        "networks": number(
            "width of the least mean risk among those that were trained; empty where none was", gt=0, nullable=True
        ),
    },
    checks=missing_where_unsolved(*NUMBERS),
    unique=[*ENSEMBLE, "n_eff"],
)
