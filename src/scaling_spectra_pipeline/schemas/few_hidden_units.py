"""One row per width and replica: networks of p hidden units trained from several initial weights."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import (
    OF_CHOSEN,
    STATUS,
    gap,
    missing_where_unsolved,
    number,
    schema,
    text,
    whole_number,
)

# lambda sqrt(p/d) = 0.5 sqrt(n_eff/d)
TRAINED = ("risk", "risk_least", "risk_largest", "objective", "objective_spread", "gradient", "curvature")

SCHEMA = schema(
    __doc__,
    {
        **OF_CHOSEN,
        "hidden": whole_number("number p of hidden units", gt=0),
        "replica": whole_number("index of the data set", ge=0),
        "risk": number("excess risk R = 2 M of the lowest objective that was found", ge=0, nullable=True),
        "risk_least": number("least excess risk over the initial weights", ge=0, nullable=True),
        "risk_largest": number("largest excess risk over the initial weights", ge=0, nullable=True),
        "objective": number("lowest objective over the initial weights", ge=0, nullable=True),
        "objective_spread": number("the highest over the lowest, less 1", ge=0, nullable=True),
        "gradient": number(
            "|gradient| |weights|/objective where training ended, the largest over the initial weights",
            ge=0,
            nullable=True,
        ),
        "curvature": number(
            "least eigenvalue of the Hessian that was found, over that of the penalty; the least over the initial "
            "weights",
            nullable=True,
        ),
        "relaxation_gap": gap(
            "how far the lowest objective is above the minimum over all widths, relative: no certificate of a minimum "
            "at this width"
        ),
        "stationary": whole_number(
            "initial weights from which training ended where the gradient vanishes and no direction leads down", ge=0
        ),
        "starts": whole_number("initial weights tried", gt=0),
        "status": STATUS,
        "risk_theory": number("state evolution at this width", ge=0, nullable=True),
        "branch": text(
            "how its solution was reached: wide (p units learn what d do), by width or by decay (continued in p from "
            "there, or in lambda from where nothing is learned)",
            nullable=True,
        ),
    },
    checks=missing_where_unsolved(*TRAINED, "relaxation_gap"),
    unique=[*ENSEMBLE, "n_eff", "hidden", "replica"],
)
