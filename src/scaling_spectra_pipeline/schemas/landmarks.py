"""One row a landmark: n_eff where something changes as lambda -> 0; phases are those of power laws."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.phases import PHASES
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, number, schema, text

INTERPOLATION, FULL_SPECTRUM = "interpolation", "full spectrum"

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "landmark": text(
            "phase that starts there, interpolation (the peak), or full spectrum (every feature is above the noise)",
            *PHASES,
            INTERPOLATION,
            FULL_SPECTRUM,
        ),
        "n_eff": number("effective samples: n (diagonal), n/d (quadratic); 0 for the first phase", ge=0),
    },
    unique=[*ENSEMBLE, "landmark"],
)
