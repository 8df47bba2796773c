"""One row per time, or budget of compute: risk of gradient flow of the population loss."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, POINT, POSITIVE, number, text, whole_number

TIME, WIDTH, BEST = "risk in time", "risk in compute at a width", "risk in compute at the best width"

SCHEMA = pa.DataFrameSchema(
    {
        "series": text("what varies, and what is fixed", TIME, WIDTH, BEST),
        "network": POINT["network"],
        "teacher_gamma": number("exponent of the teacher's power law", pa.Check.gt(0.5)),
        "dim": POINT["dim"],
        "width": whole_number("hidden units p; the best number of them for this compute", POSITIVE),
        "scaled_time": number("s_1 t", POSITIVE),
        "scaled_compute": number("p s_1 t", POSITIVE),
        "risk": number("excess risk R (quadratic: 2 M)", NON_NEGATIVE),
    },
    unique=["series", "network", "teacher_gamma", "dim", "width", "scaled_time", "scaled_compute"],
    description="One row per time, or budget of compute: risk of gradient flow of the population loss.",
    strict=True,
    ordered=True,
)
