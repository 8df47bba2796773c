"""One row per replica of a family of teachers: feature and lazy learning, and what is learned."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import (
    OF_ENSEMBLE,
    POINT,
    REPLICA,
    SOLUTION,
    STATUS,
    missing_where_unsolved,
    number,
    schema,
)

# weights are shown by rank
RANKS = (1, 2, 4, 8, 16, 32)
LEARNED = tuple(f"learned_{rank}" for rank in RANKS)
TRUE = tuple(f"teacher_{rank}" for rank in RANKS)
NUMBERS = ("risk", "risk_theory", "relative_gap", "lazy_risk", "lazy_theory", *LEARNED, *TRUE)
TAILS = ("tail", "tail_error", "tail_theory", "teacher_tail")

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": REPLICA,
        "weight_decay": number(
            "lambda that minimises the risk of state evolution averaged over this table's teachers", gt=0, nullable=True
        ),
        "risk": number("excess risk R (quadratic: 2 M) of the convex equivalent there", ge=0, nullable=True),
        "risk_theory": number("state evolution of the same teacher", ge=0, nullable=True),
        **SOLUTION,
        "lazy_risk": number("excess risk of lazy learning at the best ridge of theory", ge=0, nullable=True),
        "lazy_theory": number("the same in theory", ge=0, nullable=True),
        **{
            name: number(f"magnitude of the {name.split('_')[1]}-th largest learned weight", ge=0, nullable=True)
            for name in LEARNED
        },
        **{
            name: number(f"the teacher's weight of rank {name.split('_')[1]}, its magnitude", ge=0, nullable=True)
            for name in TRUE
        },
        "tail": number("tail exponent of the learned weights of all replicas; may be missing", nullable=True),
        "tail_error": number("its standard error", nullable=True),
        "tail_theory": number("tail exponent of the predicted law", nullable=True),
        "teacher_tail": number("tail exponent of the teachers' weights", nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved("weight_decay", *NUMBERS),
    unique=[*ENSEMBLE, "n_eff", "replica"],
)
