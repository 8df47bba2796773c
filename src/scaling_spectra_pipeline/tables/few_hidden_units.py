"""One row per width and replica: networks of p hidden units from several initial weights, beside theory."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    GAP,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    STATUS,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

# lambda sqrt(p/d) = 0.5 sqrt(n_eff/d)
CHOSEN = {name: column for name, column in POINT.items() if not name.startswith("decay_")}
TRAINED = ("risk", "risk_least", "risk_largest", "objective", "objective_spread", "gradient", "curvature")

SCHEMA = pa.DataFrameSchema(
    {
        **CHOSEN,
        "hidden": whole_number("number p of hidden units", POSITIVE),
        "replica": whole_number("index of the data set", NON_NEGATIVE),
        "risk": number("excess risk R = 2 M of the lowest objective that was found", NON_NEGATIVE, nullable=True),
        "risk_least": number("least excess risk over the initial weights", NON_NEGATIVE, nullable=True),
        "risk_largest": number("largest excess risk over the initial weights", NON_NEGATIVE, nullable=True),
        "objective": number("lowest objective over the initial weights", NON_NEGATIVE, nullable=True),
        "objective_spread": number("the highest over the lowest, less 1", NON_NEGATIVE, nullable=True),
        "gradient": number(
            "|gradient| |weights|/objective where training ended, the largest over the initial weights",
            NON_NEGATIVE,
            nullable=True,
        ),
        "curvature": number(
            "least eigenvalue of the Hessian that was found, over that of the penalty; the least over the initial "
            "weights",
            nullable=True,
        ),
        "relaxation_gap": number(
            "how far the lowest objective is above the minimum over all widths, relative: no certificate of a minimum "
            "at this width",
            GAP,
            nullable=True,
        ),
        "stationary": whole_number(
            "initial weights from which training ended where the gradient vanishes and no direction leads down",
            NON_NEGATIVE,
        ),
        "starts": whole_number("initial weights tried", POSITIVE),
        "status": STATUS,
        "risk_theory": number("state evolution at this width", NON_NEGATIVE, nullable=True),
        "branch": text(
            "how its solution was reached: wide (p units learn what d do), by width or by decay (continued in p from "
            "there, or in lambda from where nothing is learned)",
            nullable=True,
        ),
    },
    checks=missing_where_unsolved(*TRAINED, "relaxation_gap"),
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "hidden", "replica"],
    description="One row per width and replica: networks of p hidden units trained from several initial weights.",
    strict=True,
    ordered=True,
)
