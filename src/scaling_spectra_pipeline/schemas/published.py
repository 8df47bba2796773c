"""One row per replica: the risk of the quadratic network where others published it, beside theory."""

from scaling_spectra_pipeline.schemas.columns import (
    KEY_CHOSEN,
    OF_CHOSEN,
    SOLUTION,
    STATUS,
    missing_where_unsolved,
    number,
    schema,
    whole_number,
)

SCHEMA = schema(
    __doc__,
    {
        # the study chooses lambda itself
        **OF_CHOSEN,
        "replica": whole_number("index of the data set", ge=0),
        "risk_theory": number("excess risk R = 2 M of state evolution, scales with mean square 1", ge=0, nullable=True),
        "risk_inputs": number("that in the theory of real inputs at this d", ge=0, nullable=True),
        "risk": number("excess risk of the trained network", ge=0, nullable=True),
        **SOLUTION,
        "status": STATUS,
    },
    checks=missing_where_unsolved("risk", "relative_gap"),
    unique=[*KEY_CHOSEN, "replica"],
)
