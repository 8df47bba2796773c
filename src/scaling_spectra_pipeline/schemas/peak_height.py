"""One row per point: height of the interpolation peak, by state evolution averaged over teachers."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "delta": number("effective noise", gt=0, nullable=True),
        "threshold": number("soft threshold b", ge=0, nullable=True),
        "risk": number("excess risk R (quadratic: 2 M)", ge=0, nullable=True),
        "predicted": number("risk of the limit that the table shows", gt=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "weight_decay", "n_eff"],
)
