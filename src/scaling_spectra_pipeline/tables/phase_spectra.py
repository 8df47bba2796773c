"""One row per point of the learned spectrum that stands for a phase."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, POINT, POSITIVE, STATUS, number, text

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "phase": text("predicted phase"),
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "margin": number("distance to the nearest boundary in decades", NON_NEGATIVE),
        "delta": number("effective noise", POSITIVE, nullable=True),
        "threshold": number("soft threshold b", NON_NEGATIVE, nullable=True),
        "series": text(
            "zeros, density (of the bulk; of all weights of the diagonal network) or outlier",
            *("zeros", "density", "outlier"),
        ),
        "value": number("magnitude of the eigenvalue or weight", NON_NEGATIVE),
        "height": number(
            "fraction of zeros, density of magnitudes, or fraction 1/d of an outlier", NON_NEGATIVE, nullable=True
        ),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "phase", "series", "value"],
    description="One row per point of the spectrum predicted where a phase is widest.",
    strict=True,
    ordered=True,
)
