"""One row per number that sums up what a figure shows: a fitted exponent, a ratio, a distance."""

from scaling_spectra import networks
from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.phases import PHASES
from scaling_spectra_pipeline.schemas.columns import POINT, number, schema, text, whole_number

STATISTICS = ("smallest", "median", "largest", "slope", "share", "value")

SCHEMA = schema(
    __doc__,
    {
        "figure": text("figure whose tables it sums up"),
        "quantity": text("what it is a number of"),
        "statistic": text(
            "smallest, median or largest over points; slope, by least squares; share of points; or a value by itself",
            *STATISTICS,
        ),
        "network": text("network; none if it is of several", *networks.names(), nullable=True),
        "teacher": text("key of the teacher; none without one", nullable=True),
        "gamma": POINT["gamma"],
        "noise_var": number("label noise variance Delta", ge=0, nullable=True),
        "dim": number("input dimension d; none if it is of several", gt=0, nullable=True),
        "phase": text("phase of the points", *PHASES, "peak", nullable=True),
        "n_eff": number("effective samples where it is found, if at one place", gt=0, nullable=True),
        "points": whole_number("points that it is found from", ge=0),
        "value": number("the number; none where there are too few points", nullable=True),
        "predicted": number("what theory predicts for it as d grows, if it does", nullable=True),
    },
    unique=["figure", "quantity", "statistic", *ENSEMBLE, "phase", "n_eff"],
)
