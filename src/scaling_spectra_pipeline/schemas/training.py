"""One row per point: a trained network, or the solution of its convex equivalent."""

import pandera.pandas as pa

from scaling_spectra_pipeline.schemas.columns import (
    CONVERGED,
    KEY,
    METHOD,
    POINT,
    REPLICA,
    SOLVER,
    STATUS,
    UNIQUE,
    gap,
    missing_where_unsolved,
    number,
    schema,
    whole_number,
)

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "replica": REPLICA,
        "method": METHOD,
        "solver": SOLVER,
        "risk": number("excess risk R = E[(f* - f)^2] (quadratic: 2 M)", ge=0, nullable=True),
        "train_loss": number("mean squared residual on the training set", ge=0, nullable=True),
        "objective": number("value P of the equivalent convex problem", ge=0, nullable=True),
        "relative_gap": gap("duality gap (P - D)/P"),
        "iterations": whole_number("evaluations of the loss (network), or iterations of the solver", ge=0),
        "rank": whole_number("rank of S, or support size of theta, of the minimiser next to it", ge=0),
        "converged": CONVERGED,
        "unique": UNIQUE,
        "status": STATUS,
    },
    checks=[
        pa.Check(lambda table: table["rank"] <= table["dim"], name="rank <= dim"),
        missing_where_unsolved("risk", "train_loss", "objective", "relative_gap"),
    ],
    unique=[*KEY, "replica"],
)
