"""One row per point of a grid in (n_eff, lambda): its predicted phase."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, schema, text

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "phase": text("predicted phase"),
        "rate": text("its risk up to constants, in TeX"),
    },
    unique=[*ENSEMBLE, "n_eff", "weight_decay"],
)
