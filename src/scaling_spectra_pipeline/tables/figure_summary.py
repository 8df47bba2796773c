"""One row a number that sums up what a figure shows: a fitted exponent, a ratio, a distance."""

import pandera.pandas as pa

from scaling_spectra import networks
from scaling_spectra.phases import PHASES
from scaling_spectra_pipeline.summaries.rows import STATISTICS
from scaling_spectra_pipeline.tables.columns import NON_NEGATIVE, POINT, POSITIVE, number, text, whole_number

SCHEMA = pa.DataFrameSchema(
    {
        "figure": text("figure whose tables it sums up"),
        "quantity": text("what it is a number of"),
        "statistic": text(
            "smallest, median or largest over points; slope, by least squares; share of points; or a value by itself",
            *STATISTICS,
        ),
        "network": text("diagonal, quadratic or signed; none if it is of several", *networks.names(), nullable=True),
        "teacher": text("key of the teacher; none without one", nullable=True),
        "gamma": POINT["gamma"],
        "noise_var": number("label noise variance Delta", NON_NEGATIVE, nullable=True),
        "dim": number("input dimension d; none if it is of several", POSITIVE, nullable=True),
        "phase": text("phase of the points", *PHASES, "peak", nullable=True),
        "n_eff": number("effective samples where it is found, if at one place", POSITIVE, nullable=True),
        "points": whole_number("points that it is found from", NON_NEGATIVE),
        "value": number("the number; none where there are too few points", nullable=True),
        "predicted": number("what theory predicts for it as d grows, if it does", nullable=True),
    },
    unique=["figure", "quantity", "statistic", "network", "teacher", "noise_var", "dim", "phase", "n_eff"],
    description="One row a number that sums up what a figure shows: a fitted exponent, a ratio, a distance.",
    strict=True,
    ordered=True,
)
