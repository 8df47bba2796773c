"""One row per learned matrix: from inputs, from Gaussian measurements, or from an effective model of either."""

import pandera.pandas as pa

from scaling_spectra.measurement_ensembles import MODELS, PARTS
from scaling_spectra_pipeline.schemas.columns import (
    CONVERGED,
    KEY,
    POINT,
    STATUS,
    UNIQUE,
    gap,
    missing_where_unsolved,
    number,
    schema,
    text,
    whole_number,
)

SCHEMA = schema(
    __doc__,
    {
        **POINT,
        "model": pa.Column(
            str,
            pa.Check.isin(MODELS),
            coerce=True,
            description="inputs: measured by (x x^T - I)/sqrt(d), as the network does; gaussian: by Gaussian matrices "
            "of the same covariance; effective: (S* + delta G - b)_+ drawn at the delta, b of state evolution; "
            "self-consistent: the same where delta, b solve the equations with averages over these draws; real inputs: "
            "drawn from the effective model of inputs, whose entries have curvatures and noises of their own",
        ),
        "replica": whole_number("index of the data set, or of the draw of G", ge=0),
        "delta": number("effective noise: of state evolution, or self-consistent", gt=0, nullable=True),
        "threshold": number("threshold b, likewise", gt=0, nullable=True),
        "top": whole_number("K: eigenvalues of the teacher above the delta of state evolution", ge=0),
        "risk_theory": number("excess risk R = 2 M of state evolution", ge=0, nullable=True),
        "risk": number("excess risk R = 2 M; the sum of the next four", ge=0, nullable=True),
        "systematic": number(
            "part of the K first diagonal entries' mean error, squared (in the teacher's basis); a jackknife "
            "pseudo-value: the mean over replicas is unbiased, its standard error the usual one",
            nullable=True,
        ),
        "diagonal_noise": number("part of their fluctuation", nullable=True),
        "rows": number("part of the other entries of the K first rows and columns", ge=0, nullable=True),
        "rest": number("part of all other entries", ge=0, nullable=True),
        "relative_gap": gap("relative duality gap; empty for effective models"),
        "iterations": whole_number("iterations of the convex solver", ge=0),
        "solver": text("algorithms that solved the convex problem, in their order, or drawn"),
        "converged": CONVERGED,
        "unique": UNIQUE,
        "status": STATUS,
    },
    checks=missing_where_unsolved("risk", *PARTS),
    unique=[*KEY, "model", "replica"],
)
