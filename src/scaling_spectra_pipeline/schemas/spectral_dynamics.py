"""One row per feature and time: the largest learned weights along gradient flow of the population loss."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, number, schema, whole_number

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "feature": whole_number("rank of the feature", gt=0),
        "teacher_value": number("s_i, or |theta*_i|, of the first replica", ge=0),
        "appearance": number(
            "s_1 t_i, with t_i = log(s_i/start - 1)/(2 s_i) the time at which it alone would have grown to its half",
            ge=0,
        ),
        "scaled_time": number("s_1 t", gt=0),
        "value": number("eigenvalue of S, or |theta_i|, of that rank", ge=0),
    },
    unique=[*ENSEMBLE, "feature", "scaled_time"],
)
