"""One row per point of a grid in (n_eff, lambda): risk of state evolution and its local exponent."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, text

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "risk": number("excess risk R (quadratic: 2 M)", gt=0, nullable=True),
        "slope": number("local exponent d log R / d log n_eff, by central differences along the grid", nullable=True),
        "phase": text("predicted phase"),
        "predicted": number("exponent of that phase"),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff", "weight_decay"],
)
