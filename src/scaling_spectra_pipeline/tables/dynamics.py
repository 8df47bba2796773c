"""One row per feature and time: the largest learned weights along gradient flow of the population loss."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, OF_ENSEMBLE, POSITIVE, number, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "feature": whole_number("rank of the feature", POSITIVE),
        "teacher_value": number("s_i, or |theta*_i|, of the first replica", NON_NEGATIVE),
        "appearance": number(
            "s_1 t_i, with t_i = log(s_i/start - 1)/(2 s_i) the time at which it alone would have grown to its half",
            NON_NEGATIVE,
        ),
        "scaled_time": number("s_1 t", POSITIVE),
        "value": number("eigenvalue of S, or |theta_i|, of that rank", NON_NEGATIVE),
    },
    unique=["network", "teacher", "noise_var", "dim", "feature", "scaled_time"],
    description="One row per feature and time: the largest learned weights along gradient flow of the population loss.",
    strict=True,
    ordered=True,
)
