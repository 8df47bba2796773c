"""One row per simulated point of a network whose inputs do not measure as in state evolution: its risk in theory."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import KEY, NON_NEGATIVE, POINT, number

SCHEMA = pa.DataFrameSchema(
    {
        **POINT,
        "risk_theory": number("excess risk R of state evolution", NON_NEGATIVE, nullable=True),
        "risk_inputs": number(
            "that in the theory of the network's inputs at this d; empty where its equations have no solution",
            NON_NEGATIVE,
            nullable=True,
        ),
    },
    unique=KEY,
    description="One row per simulated point whose inputs do not measure as in state evolution: its risk in theory.",
    strict=True,
    ordered=True,
)
