"""One row per point: the parts of the risk (Result 3) beside the risk of state evolution."""

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, POINT, STATUS, number, schema, share

SCHEMA = schema(
    __doc__,
    {
        **OF_ENSEMBLE,
        "decay_coefficient": POINT["decay_coefficient"],
        "decay_exponent": POINT["decay_exponent"],
        "weight_decay": POINT["weight_decay"],
        "n_eff": POINT["n_eff"],
        "risk": number("excess risk R (quadratic: 2 M)", ge=0, nullable=True),
        "overfitting": number("noise that is fitted where there is no feature", ge=0, nullable=True),
        "displacement": number(
            "what features that are found take out of it, (1/d) delta K'(delta) (2 delta - b)^2 for M in the paper; "
            "empty where K' needs a power law",
            nullable=True,
        ),
        "underfitting": number("features that are not learned", ge=0, nullable=True),
        "approximation": number("noise and shrinkage of the features that are learned", nullable=True),
        "price_found": number("what features add one by one: those that are found", ge=0, nullable=True),
        "price_lost": number("and those that are not", ge=0, nullable=True),
        "found": share("share K/d of features that are found", nullable=True),
        "status": STATUS,
    },
    unique=[*ENSEMBLE, "decay_coefficient", "decay_exponent", "n_eff"],
)
