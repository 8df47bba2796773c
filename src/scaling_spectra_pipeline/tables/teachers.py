"""One row per replica of a family of teachers: feature and lazy learning at their best, and what is learned."""

import pandera.pandas as pa

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

# weights are shown by rank
RANKS = (1, 2, 4, 8, 16, 32)
LEARNED = tuple(f"learned_{rank}" for rank in RANKS)
TRUE = tuple(f"teacher_{rank}" for rank in RANKS)
NUMBERS = ("risk", "risk_theory", "relative_gap", "lazy_risk", "lazy_theory", *LEARNED, *TRUE)
TAILS = ("tail", "tail_error", "tail_theory", "teacher_tail")

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "weight_decay": number(
            "lambda that minimises the risk of state evolution averaged over this table's teachers",
            POSITIVE,
            nullable=True,
        ),
        "risk": number("excess risk R (quadratic: 2 M) of the convex equivalent there", NON_NEGATIVE, nullable=True),
        "risk_theory": number("state evolution of the same teacher", NON_NEGATIVE, nullable=True),
        "relative_gap": number("relative duality gap of the convex equivalent", GAP, nullable=True),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "solver": text("algorithms used, in their order"),
        "lazy_risk": number("excess risk of lazy learning at the best ridge of theory", NON_NEGATIVE, nullable=True),
        "lazy_theory": number("the same in theory", NON_NEGATIVE, nullable=True),
        **{
            name: number(
                f"magnitude of the {name.split('_')[1]}-th largest learned weight", NON_NEGATIVE, nullable=True
            )
            for name in LEARNED
        },
        **{
            name: number(
                f"the teacher's weight of rank {name.split('_')[1]}, its magnitude", NON_NEGATIVE, nullable=True
            )
            for name in TRUE
        },
        "tail": number("tail exponent of the learned weights of all replicas; may be missing", nullable=True),
        "tail_error": number("its standard error", nullable=True),
        "tail_theory": number("tail exponent of the predicted law", nullable=True),
        "teacher_tail": number("tail exponent of the teachers' weights", nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved("weight_decay", *NUMBERS),
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "replica"],
    description="One row per replica of a family of teachers: feature and lazy learning, and what is learned.",
    strict=True,
    ordered=True,
)
