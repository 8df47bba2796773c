"""One row per simulated point whose inputs do not measure as in state evolution: its risk in theory."""

from scaling_spectra_pipeline.schemas.columns import KEY, POINT, number, schema

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "risk_theory": number("excess risk R of state evolution", ge=0, nullable=True),
        "risk_inputs": number(
            "that in the theory of the network's inputs at this d; empty where its equations have no solution",
            ge=0,
            nullable=True,
        ),
    },
    unique=KEY,
)
