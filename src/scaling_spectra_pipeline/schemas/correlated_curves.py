"""One row per n_eff: state evolution of the study's teachers and inputs at the best lambda, between its points."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema
from scaling_spectra_pipeline.schemas.correlated_inputs import CASE

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        **CASE,
        "n_eff": POINT["n_eff"],
        "weight_decay": number("lambda that minimises the risk averaged over teachers", ge=0, nullable=True),
        "risk": number("risk of state evolution there, mean over the study's replicas", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, *CASE, "n_eff"],
)
