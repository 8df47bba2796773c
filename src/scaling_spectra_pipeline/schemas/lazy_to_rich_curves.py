"""One row per initial scale: state evolution of the study's teachers from lazy to rich, between its points."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "initial_scale": number("c = a_i^2 - w_i^2", gt=0),
        "risk": number("risk of state evolution, mean over the study's replicas", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff", "initial_scale"],
)
