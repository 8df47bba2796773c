"""One row per replica and initial scale: the diagonal network without weight decay, and its theory."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import (
    OF_ENSEMBLE,
    POINT,
    REPLICA,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    schema,
    whole_number,
)

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": REPLICA,
        "initial_scale": number("c: descent starts from a_i = sqrt(c), w_i = 0, without weight decay", gt=0),
        "risk": number("excess risk R of what gradient descent ends at", ge=0),
        "residual": number("|r|^2/|y|^2 there", ge=0),
        "converged": flag("whether it interpolates"),
        "drift": number("largest relative change of a_i^2 - w_i^2, which steps of no size would conserve", ge=0),
        "steps": whole_number("steps of descent", ge=0),
        "delta": number("effective noise of state evolution of the same teacher", gt=0, nullable=True),
        "threshold": number("b: theta = prox of b phi_c", gt=0, nullable=True),
        "risk_theory": number("risk of state evolution", ge=0, nullable=True),
        "ridge_theory": number("its limit for c -> infinity: the interpolator of least |theta|^2", nullable=True),
        "lasso_theory": number("its limit for c -> 0: the interpolator of least |theta|_1", nullable=True),
        "status": STATUS,
    },
    checks=missing_where_unsolved("delta", "threshold", "risk_theory", "ridge_theory", "lasso_theory"),
    unique=[*ENSEMBLE, "n_eff", "replica", "initial_scale"],
)
