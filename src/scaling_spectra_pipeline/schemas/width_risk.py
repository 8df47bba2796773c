"""One row per width and number of samples: state evolution of p hidden units."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import (
    OF_ENSEMBLE,
    POINT,
    STATUS,
    missing_where_unsolved,
    number,
    schema,
    text,
    whole_number,
)

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "hidden": whole_number("number p of hidden units", gt=0),
        "weight_decay": number("lambda: lambda sqrt(p/d) = 0.5 sqrt(n_eff/d)", gt=0),
        "delta": number("effective noise", ge=0, nullable=True),
        "threshold": number("threshold b", ge=0, nullable=True),
        "risk": number("excess risk R = 2 M", ge=0, nullable=True),
        "branch": text("how the solution was reached: wide, by width or by decay", nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved("delta", "threshold", "risk"),
    unique=[*ENSEMBLE, "n_eff", "hidden"],
)
