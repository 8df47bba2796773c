"""Boundaries of the phase diagram with correlated inputs, point by point."""

from scaling_spectra.correlated_diagram import LINES
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, number, schema, text

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "input_exponent": number("a: inputs have the variances sigma_i^2 ~ i^(-a), aligned", ge=0),
        "boundary": text("what changes there", *LINES),
        "n_eff": POINT["n_eff"],
        "weight_decay": number("lambda", gt=0),
    },
)
