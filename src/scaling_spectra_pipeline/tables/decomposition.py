"""One row per point: the parts of the risk (Result 3) beside the risk of state evolution."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import FRACTION, NON_NEGATIVE, OF_ENSEMBLE, POINT, STATUS, number

SCHEMA = pa.DataFrameSchema(
    {
        **OF_ENSEMBLE,
        "decay_coefficient": POINT["decay_coefficient"],
        "decay_exponent": POINT["decay_exponent"],
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "risk": number("excess risk R (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "overfitting": number("noise that is fitted where there is no feature", NON_NEGATIVE, nullable=True),
        "displacement": number(
            "what features that are found take out of it, (1/d) delta K'(delta) (2 delta - b)^2 for M in the paper; "
            "empty where K' needs a power law",
            nullable=True,
        ),
        "underfitting": number("features that are not learned", NON_NEGATIVE, nullable=True),
        "approximation": number("noise and shrinkage of the features that are learned", nullable=True),
        "price_found": number("what features add one by one: those that are found", NON_NEGATIVE, nullable=True),
        "price_lost": number("and those that are not", NON_NEGATIVE, nullable=True),
        "found": number("share K/d of features that are found", FRACTION, nullable=True),
        "status": STATUS,
    },
    unique=["network", "teacher", "noise_var", "dim", "decay_coefficient", "decay_exponent", "n_eff"],
    description="One row per point: the parts of the risk (Result 3) beside the risk of state evolution.",
    strict=True,
    ordered=True,
)
