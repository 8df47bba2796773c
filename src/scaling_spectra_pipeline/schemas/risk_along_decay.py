"""One row per point: risk of state evolution along the weight decay."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "teachers": whole_number("teachers of the trained points that the risk is averaged over", gt=0),
        "risk": number("excess risk R (quadratic: 2 M)", ge=0, nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff", "weight_decay"],
)
