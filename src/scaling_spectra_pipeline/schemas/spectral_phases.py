"""One row per point that stands for a phase: what its learned spectrum consists of."""

from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, number, schema, share, text, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "phase": text("predicted phase"),
        "point": text(
            "widest (where the phase is widest) or trained (of the experiment, deepest in the phase)",
            "widest",
            "trained",
        ),
        "n_eff": POINT["n_eff"],
        "weight_decay": POINT["weight_decay"],
        "expected_class": text("class of the phase for d -> infinity"),
        "spectral_class": text("class of the predicted law here, by the rules of spectral_class.py, or no solution"),
        "zero_mass": share("predicted fraction of zeros", nullable=True),
        "bulk_edge": number(
            "largest magnitude of the noise bulk, which starts at zero; 0 without one", ge=0, nullable=True
        ),
        "outliers": whole_number("features above the bulk; without one, weights that are not zero", ge=0),
        "gap": number("smallest outlier to bulk, in fluctuations of the bulk's edge", nullable=True),
        "tail_exponent": number("fitted to quantiles of the predicted law; none if too few weights", nullable=True),
        "measured_zero_mass": share("fraction of zeros in trained networks", nullable=True),
        "measured_outliers": number(
            "mean number of trained weights above the predicted bulk edge", ge=0, nullable=True
        ),
        "measured_tail_exponent": number("fitted to trained weights pooled over replicas", nullable=True),
        "measured_tail_error": number("its standard error, the weights taken as independent", ge=0, nullable=True),
    },
    unique=["network", "teacher", "noise_var", "phase", "point"],
)
