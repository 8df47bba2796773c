"""One row per replica: feature and lazy learning at their best, on the same samples, and theory."""

from scaling_spectra_pipeline.schemas.columns import (
    KEY_CHOSEN,
    OF_CHOSEN,
    REPLICA,
    SOLUTION,
    STATUS,
    missing_where_unsolved,
    number,
    schema,
)

SCHEMA = schema(
    __doc__,
    {
        **OF_CHOSEN,
        "replica": REPLICA,
        "risk": number(
            "excess risk R (quadratic: 2 M) of feature learning at `weight_decay`, which minimises the risk of state "
            "evolution averaged over this table's teachers",
            ge=0,
            nullable=True,
        ),
        "risk_theory": number("state evolution of the same teacher there", ge=0, nullable=True),
        **SOLUTION,
        "ridge": number(
            "rho of smallest risk on these samples, penalty rho |theta|^2 or rho |S|_F^2", ge=0, nullable=True
        ),
        "lazy_risk": number("excess risk of lazy learning (ridge regression) at `ridge`", ge=0, nullable=True),
        "ridge_theory": number("rho of smallest risk in theory", ge=0, nullable=True),
        "lazy_risk_ridge_theory": number("excess risk of lazy learning at `ridge_theory`", ge=0, nullable=True),
        "lazy_theory": number(
            "risk of lazy learning in theory, proportional limit, at `ridge_theory`", ge=0, nullable=True
        ),
        "lazy_finite_size": number(
            "the same corrected for finite d: number of unknowns, and norms of the features that fluctuate",
            ge=0,
            nullable=True,
        ),
        "bayes_risk": number("Bayes-optimal risk of the same teacher", ge=0, nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved(
        *("risk", "risk_theory", "relative_gap", "ridge", "lazy_risk", "ridge_theory", "lazy_risk_ridge_theory"),
        *("lazy_theory", "lazy_finite_size", "bayes_risk"),
    ),
    unique=[*KEY_CHOSEN, "replica"],
)
