"""One row per replica: correlated inputs at the best weight decay, beside state evolution."""

import pandera.pandas as pa

from scaling_spectra.whitened import DECAYS, POSITIONS
from scaling_spectra_pipeline.tables.columns import (
    GAP,
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

CASE = {
    "input_exponent": number("a: inputs have variances ~ i^(-a), with the signal of white ones", NON_NEGATIVE),
    "position": text("aligned: the largest variance on the largest feature; against; random", *POSITIONS),
    "decay": text("plain, or matched to the inputs: plain on whitened inputs", *DECAYS),
}

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        **CASE,
        "weight_decay": number(
            "lambda that minimises the risk of state evolution averaged over teachers", POSITIVE, nullable=True
        ),
        "risk": number("excess risk R (quadratic: 2 M) of the convex equivalent there", NON_NEGATIVE, nullable=True),
        "risk_theory": number("state evolution of the same teacher and inputs", NON_NEGATIVE, nullable=True),
        "relative_gap": number("relative duality gap of the convex equivalent", GAP, nullable=True),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "solver": text("algorithms used, in their order"),
        "status": STATUS,
    },
    checks=missing_where_unsolved("weight_decay", "risk", "risk_theory", "relative_gap"),
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "replica", *CASE],
    description="One row per replica: correlated inputs at the best weight decay, beside state evolution.",
    strict=True,
    ordered=True,
)
