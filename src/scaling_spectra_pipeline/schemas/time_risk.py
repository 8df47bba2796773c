"""One row per time, or budget of compute: risk of gradient flow of the population loss."""

from scaling_spectra_pipeline.schemas.columns import POINT, number, schema, text, whole_number

TIME, WIDTH, BEST = "risk in time", "risk in compute at a width", "risk in compute at the best width"

SCHEMA = schema(
    __doc__,
    {
        "series": text("what varies, and what is fixed", TIME, WIDTH, BEST),
        "network": POINT["network"],
        "teacher_gamma": number("exponent of the teacher's power law", gt=0.5),
        "dim": POINT["dim"],
        "width": whole_number("hidden units p; the best number of them for this compute", gt=0),
        "scaled_time": number("s_1 t", gt=0),
        "scaled_compute": number("p s_1 t", gt=0),
        "risk": number("excess risk R (quadratic: 2 M)", ge=0),
    },
    unique=["series", "network", "teacher_gamma", "dim", "width", "scaled_time", "scaled_compute"],
)
