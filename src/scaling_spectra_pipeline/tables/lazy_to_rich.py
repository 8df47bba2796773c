"""One row per replica and initial scale: the diagonal network without weight decay, from lazy to rich."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    NON_NEGATIVE,
    OF_ENSEMBLE,
    POINT,
    POSITIVE,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "initial_scale": number("c: descent starts from a_i = sqrt(c), w_i = 0, without weight decay", POSITIVE),
        "risk": number("excess risk R of what gradient descent ends at", NON_NEGATIVE),
        "residual": number("|r|^2/|y|^2 there", NON_NEGATIVE),
        "converged": flag("whether it interpolates"),
        "drift": number(
            "largest relative change of a_i^2 - w_i^2, which steps of no size would conserve", NON_NEGATIVE
        ),
        "steps": whole_number("steps of descent", NON_NEGATIVE),
        "delta": number("effective noise of state evolution of the same teacher", POSITIVE, nullable=True),
        "threshold": number("b: theta = prox of b phi_c", POSITIVE, nullable=True),
        "risk_theory": number("risk of state evolution", NON_NEGATIVE, nullable=True),
        "ridge_theory": number("its limit for c -> infinity: the interpolator of least |theta|^2", nullable=True),
        "lasso_theory": number("its limit for c -> 0: the interpolator of least |theta|_1", nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved("delta", "threshold", "risk_theory", "ridge_theory", "lasso_theory"),
    unique=["network", "teacher", "noise_var", "dim", "n_eff", "replica", "initial_scale"],
    description="One row per replica and initial scale: the diagonal network without weight decay, and its theory.",
    strict=True,
    ordered=True,
)
