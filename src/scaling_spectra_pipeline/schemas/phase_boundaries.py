"""One row per piece of boundary between phases, straight in logarithmic axes."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, flag, number, schema, text

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "below": text("phase below it; left of it if it is vertical"),
        "above": text("phase above it; right of it if it is vertical"),
        "n_eff_start": number("n_eff of its first end", gt=0),
        "n_eff_end": number("n_eff of its second end", gt=0),
        "weight_decay_start": number("lambda of its first end", gt=0),
        "weight_decay_end": number("lambda of its second end", gt=0),
        "jump": flag("whether the predicted rate is discontinuous across it"),
    },
    unique=[*ENSEMBLE, "below", "above", "n_eff_start", "weight_decay_start"],
)
