"""One row a landmark: n_eff where something changes as lambda -> 0."""

import pandera.pandas as pa

from scaling_spectra.phases import PHASES
from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, number, text

INTERPOLATION, FULL_SPECTRUM = "interpolation", "full spectrum"

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "landmark": text(
            "phase that starts there, interpolation (the peak), or full spectrum (every feature is above the noise)",
            *PHASES,
            INTERPOLATION,
            FULL_SPECTRUM,
        ),
        "n_eff": number("effective samples: n (diagonal), n/d (quadratic); 0 for the first phase", NON_NEGATIVE),
    },
    unique=["network", "teacher", "noise_var", "dim", "landmark"],
    description="One row a landmark: n_eff where something changes as lambda -> 0; phases are those of power laws.",
    strict=True,
    ordered=True,
)
