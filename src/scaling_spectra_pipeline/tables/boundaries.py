"""One row per piece of boundary between phases, straight in logarithmic axes."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import OF_ENSEMBLE, POSITIVE, flag, number, text

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "below": text("phase below it; left of it if it is vertical"),
        "above": text("phase above it; right of it if it is vertical"),
        "n_eff_start": number("n_eff of its first end", POSITIVE),
        "n_eff_end": number("n_eff of its second end", POSITIVE),
        "weight_decay_start": number("lambda of its first end", POSITIVE),
        "weight_decay_end": number("lambda of its second end", POSITIVE),
        "jump": flag("whether the predicted rate is discontinuous across it"),
    },
    unique=["network", "teacher", "noise_var", "dim", "below", "above", "n_eff_start", "weight_decay_start"],
    description="One row per piece of boundary between phases, straight in logarithmic axes.",
    strict=True,
    ordered=True,
)
