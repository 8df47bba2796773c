"""One row per replica: feature learning and lazy learning at their best, on the same samples, beside theory."""

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

# the study chooses lambda itself
CHOSEN = {name: column for name, column in POINT.items() if not name.startswith("decay_")}

SCHEMA = pa.DataFrameSchema(
    {
        **CHOSEN,
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "risk": number(
            "excess risk R (quadratic: 2 M) of feature learning at `weight_decay`, which minimises the risk of state "
            "evolution averaged over this table's teachers",
            NON_NEGATIVE,
            nullable=True,
        ),
        "risk_theory": number("state evolution of the same teacher there", NON_NEGATIVE, nullable=True),
        "relative_gap": number("relative duality gap of the convex equivalent that was solved", GAP, nullable=True),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "solver": text("algorithms used, in their order"),
        "ridge": number(
            "rho of smallest risk on these samples, penalty rho |theta|^2 or rho |S|_F^2", NON_NEGATIVE, nullable=True
        ),
        "lazy_risk": number("excess risk of lazy learning (ridge regression) at `ridge`", NON_NEGATIVE, nullable=True),
        "ridge_theory": number("rho of smallest risk in theory", NON_NEGATIVE, nullable=True),
        "lazy_risk_ridge_theory": number("excess risk of lazy learning at `ridge_theory`", NON_NEGATIVE, nullable=True),
        "lazy_theory": number(
            "risk of lazy learning in theory, proportional limit, at `ridge_theory`", NON_NEGATIVE, nullable=True
        ),
        "lazy_finite_size": number(
            "the same corrected for finite d: number of unknowns, and norms of the features that fluctuate",
            NON_NEGATIVE,
            nullable=True,
        ),
        "bayes_risk": number("Bayes-optimal risk of the same teacher", NON_NEGATIVE, nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved(
        *("risk", "risk_theory", "relative_gap", "ridge", "lazy_risk", "ridge_theory", "lazy_risk_ridge_theory"),
        *("lazy_theory", "lazy_finite_size", "bayes_risk"),
    ),
    unique=[*(name for name in KEY if name in CHOSEN), "replica"],
    description="One row per replica: feature and lazy learning at their best, on the same samples, and theory.",
    strict=True,
    ordered=True,
)
