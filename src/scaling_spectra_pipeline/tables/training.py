"""One row per trained network."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    GAP,
    KEY,
    NON_NEGATIVE,
    POINT,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "method": text("network (trained) or convex (equivalent problem solved)", "network", "convex"),
        "solver": text("algorithms used, in their order"),
        "risk": number("excess risk R = E[(f* - f)^2] (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "train_loss": number("mean squared residual on the training set", NON_NEGATIVE, nullable=True),
        "objective": number("value P of the equivalent convex problem", NON_NEGATIVE, nullable=True),
        "relative_gap": number("duality gap (P - D)/P", GAP, nullable=True),
        "iterations": whole_number(
            "evaluations of the loss (network), or iterations of the solver",
            NON_NEGATIVE,
        ),
        "rank": whole_number("rank of S, or support size of theta, of the minimiser next to it", NON_NEGATIVE),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "status": STATUS,
    },
    checks=[
        pa.Check(lambda table: table["rank"] <= table["dim"], name="rank <= dim"),
        missing_where_unsolved("risk", "train_loss", "objective", "relative_gap"),
    ],
    unique=[*KEY, "replica"],
    description="One row per point: a trained network, or the solution of its convex equivalent.",
    strict=True,
    ordered=True,
)
