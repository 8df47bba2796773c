"""One row per replica, weight decay and time: gradient descent on samples, beside gradient flow."""

import pandera.pandas as pa

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.records import SOLVED
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, REPLICA, STATUS, gap, number, schema

# learned weights that are kept, largest first; standard deviation of the initial weights
LEADING, INIT_SCALE = 4, 0.01
OF_DESCENT = ("risk", "train_loss", "norm", "participation", *(f"learned_{k}" for k in range(1, LEADING + 1)))
OF_FLOW = ("flow_risk", "flow_norm", "driven_risk", "driven_delta", *(f"flow_{k}" for k in range(1, LEADING + 1)))
OF_LIMIT = ("limit_risk", "limit_gap")


def _where_they_belong(table) -> bool:
    """Numbers of the flow where there is no weight decay, of the limit where there is, of descent everywhere."""
    solved, without = table["status"] == SOLVED, table["decay_factor"] == 0
    wanted = [(OF_DESCENT, solved), (OF_FLOW, solved & without), (OF_LIMIT, solved & ~without)]
    return all((table[list(names)].notna().all(axis=1) == rows).all() for names, rows in wanted)


SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": REPLICA,
        "decay_factor": number("weight decay in units of the best one of state evolution", ge=0),
        "weight_decay": number("lambda", ge=0),
        "scaled_time": number("s_1 t, where a step of size h of descent takes the time h", gt=0),
        "risk": number("excess risk R (quadratic: 2 M) of gradient descent", ge=0, nullable=True),
        "train_loss": number("its mean squared residual", ge=0, nullable=True),
        "norm": number("its norm: Tr S, or |theta|_1", ge=0, nullable=True),
        "participation": number(
            "its effective number of features, (sum |v|)^2/sum v^2 over eigenvalues of S, or weights, v",
            ge=0,
            nullable=True,
        ),
        **{
            f"learned_{k}": number(f"its eigenvalue, or weight, number {k} by magnitude", nullable=True)
            for k in range(1, LEADING + 1)
        },
        "flow_risk": number("risk of gradient flow of the population loss from the same weights", nullable=True),
        "flow_norm": number("norm of that flow", ge=0, nullable=True),
        "driven_risk": number(
            "risk of the flow that is driven by the teacher in noise `driven_delta`, averaged over draws of it",
            ge=0,
            nullable=True,
        ),
        "driven_delta": number("delta of state evolution at the least risk of that flow", ge=0, nullable=True),
        **{
            f"flow_{k}": number(f"eigenvalue, or weight, number {k} of the flow of the population loss", nullable=True)
            for k in range(1, LEADING + 1)
        },
        "limit_risk": number(
            "risk for t -> infinity with this weight decay: of the convex equivalent", ge=0, nullable=True
        ),
        "limit_gap": gap("its relative duality gap"),
        "status": STATUS,
    },
    checks=pa.Check(_where_they_belong, name="numbers where they belong", error="numbers where they belong"),
    unique=[*ENSEMBLE, "n_eff", "replica", "decay_factor", "scaled_time"],
)
