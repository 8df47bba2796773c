"""One row per replica: what its first features cost a network, each by itself."""

from scaling_spectra_pipeline.schemas.columns import (
    KEY,
    POINT,
    SOLUTION,
    STATUS,
    missing_where_unsolved,
    number,
    schema,
    whole_number,
)

# features that are looked at
FEATURES = 8
SCALE, OWN = (tuple(f"{name}_{rank}" for rank in range(1, FEATURES + 1)) for name in ("scale", "own"))

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "replica": whole_number("index of the data set", ge=0),
        "delta": number("effective noise of state evolution", gt=0, nullable=True),
        "threshold": number("its threshold b", gt=0, nullable=True),
        "risk": number("excess risk R = 2 M of the trained network", ge=0, nullable=True),
        **SOLUTION,
        **{
            name: number(f"sum of squared errors in row and column {rank} of S, in the teacher's basis", nullable=True)
            for rank, name in enumerate(OWN, 1)
        },
        **{name: number(f"scale of feature {rank}", ge=0) for rank, name in enumerate(SCALE, 1)},
        "status": STATUS,
    },
    checks=missing_where_unsolved("risk", "relative_gap", *OWN),
    unique=[*KEY, "replica"],
)
