"""Boundaries of the phase diagram with correlated inputs, point by point."""

import pandera.pandas as pa

from scaling_spectra.correlated_rates import LINES
from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, POINT, POSITIVE, number, text

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "input_exponent": number("a: inputs have the variances sigma_i^2 ~ i^(-a), aligned", NON_NEGATIVE),
        "boundary": text("what changes there", *LINES),
        "n_eff": POINT["n_eff"],
        "weight_decay": number("lambda", POSITIVE),
    },
    description="Boundaries of the phase diagram with correlated inputs, point by point.",
    strict=True,
    ordered=True,
)
