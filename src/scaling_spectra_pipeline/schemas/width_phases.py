"""One row per (n_eff, p): what limits a network of p hidden units, its risk and local exponents."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.width_phases import REGIONS
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, text, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "hidden": whole_number("number p of hidden units", gt=0),
        "region": text(
            "predicted: width (features are missing), noise (surplus units fit it), beyond the peak of interpolation, "
            "wide (learns what a wide network does), shrinkage (weight decay limits, as it does there), "
            "nothing (is learned)",
            *REGIONS,
        ),
        "best": number("predicted best width at this n_eff", gt=0),
        "interpolation": number("predicted width of the interpolation peak", gt=0),
        "enough": number("predicted width from which more makes no difference", gt=0),
        "risk": number("excess risk R = 2 M of state evolution", ge=0, nullable=True),
        "slope_n_eff": number("d log R/d log n_eff on the grid", nullable=True),
        "slope_hidden": number("d log R/d log p on the grid", nullable=True),
        "predicted_n_eff": number(
            "the same where width, noise or shrinkage limits, or nothing is learned", nullable=True
        ),
        "predicted_hidden": number("likewise in p", nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "n_eff", "hidden"],
)
