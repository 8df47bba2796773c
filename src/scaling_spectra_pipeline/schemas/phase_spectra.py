"""One row per point of the spectrum predicted where a phase is widest."""

from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, text

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "phase": text("predicted phase"),
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "margin": number("distance to the nearest boundary in decades", ge=0),
        "delta": number("effective noise", gt=0, nullable=True),
        "threshold": number("soft threshold b", ge=0, nullable=True),
        "series": text(
            "zeros, density (of the bulk; of all weights of the diagonal network) or outlier",
            *("zeros", "density", "outlier"),
        ),
        "value": number("magnitude of the eigenvalue or weight", ge=0),
        "height": number(
            "fraction of zeros, density of magnitudes, or fraction 1/d of an outlier", ge=0, nullable=True
        ),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "phase", "series", "value"],
)
