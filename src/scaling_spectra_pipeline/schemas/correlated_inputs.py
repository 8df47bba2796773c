"""One row per replica: correlated inputs at the best weight decay, beside state evolution."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.whitened import DECAYS, POSITIONS
from scaling_spectra_pipeline.schemas.columns import (
    OF_ENSEMBLE,
    POINT,
    REPLICA,
    SOLUTION,
    STATUS,
    missing_where_unsolved,
    number,
    schema,
    text,
)

CASE = {
    "input_exponent": number("a: inputs have variances ~ i^(-a), with the signal of white ones", ge=0),
    "position": text("aligned: the largest variance on the largest feature; against; random", *POSITIONS),
    "decay": text("plain, or matched to the inputs: plain on whitened inputs", *DECAYS),
}

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "n_eff": POINT["n_eff"],
        "samples": POINT["samples"],
        "replica": REPLICA,
        **CASE,
        "weight_decay": number(
            "lambda that minimises the risk of state evolution averaged over teachers", gt=0, nullable=True
        ),
        "risk": number("excess risk R (quadratic: 2 M) of the convex equivalent there", ge=0, nullable=True),
        "risk_theory": number("state evolution of the same teacher and inputs", ge=0, nullable=True),
        **SOLUTION,
        "status": STATUS,
    },
    checks=missing_where_unsolved("weight_decay", "risk", "risk_theory", "relative_gap"),
    unique=[*ENSEMBLE, "n_eff", "replica", *CASE],
)
