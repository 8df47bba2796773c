"""One row per window of points within one phase: slopes of log R against log n_eff."""

import pandera.pandas as pa

from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, number, schema, text, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "decay_coefficient": POINT["decay_coefficient"],
        "decay_exponent": POINT["decay_exponent"],
        "weight_decay": POINT["weight_decay"],
        "phase": text("phase of the window"),
        "n_eff_min": number("smallest fitted n_eff", gt=0),
        "n_eff_max": number("largest fitted n_eff", gt=0),
        "points": whole_number("fitted values of n_eff", gt=0),
        "replicas": whole_number("replicas whose points in the window are all certified and unique", ge=0),
        "predicted": number("asymptotic slope of log R against log n_eff"),
        "theory": number("slope of the state-evolution risk over the same points", nullable=True),
        "real_inputs": number(
            "slope in the theory of the network's inputs at this d; empty where they are Gaussian, or it is not solved",
            nullable=True,
        ),
        "slope": number("slope of the trained networks' mean risk", nullable=True),
        "low": number("lower end of the confidence interval of slope", nullable=True),
        "high": number("upper end of the confidence interval of slope", nullable=True),
        "difference_half_width": number(
            "half the width of the confidence interval of slope - theory, replica by replica", ge=0, nullable=True
        ),
        "tilt": number("change of slope that the known deviation may cause", ge=0, nullable=True),
        "verdict": text("with which theory it agrees, differs, or why there is no fit"),
    },
    checks=pa.Check(lambda table: ~(table["low"] > table["high"]), name="low <= high"),
)
