"""One row per learned matrix: from inputs, from Gaussian measurements, from effective models."""

import pandera.pandas as pa

from scaling_spectra.measurement_ensembles import MODELS, PARTS
from scaling_spectra_pipeline.tables.columns import (
    GAP,
    KEY,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    STATUS,
    flag,
    missing_where_unsolved,
    number,
    text,
    whole_number,
)

SCHEMA = pa.DataFrameSchema(
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
        "replica": whole_number("index of the data set, or of the draw of G", NON_NEGATIVE),
        "delta": number("effective noise: of state evolution, or self-consistent", POSITIVE, nullable=True),
        "threshold": number("threshold b, likewise", POSITIVE, nullable=True),
        "top": whole_number("K: eigenvalues of the teacher above the delta of state evolution", NON_NEGATIVE),
        "risk_theory": number("excess risk R = 2 M of state evolution", NON_NEGATIVE, nullable=True),
        "risk": number("excess risk R = 2 M; the sum of the next four", NON_NEGATIVE, nullable=True),
        "systematic": number(
            "part of the K first diagonal entries' mean error, squared (in the teacher's basis); a jackknife "
            "pseudo-value: the mean over replicas is unbiased, its standard error the usual one",
            nullable=True,
        ),
        "diagonal_noise": number("part of their fluctuation", nullable=True),
        "rows": number("part of the other entries of the K first rows and columns", NON_NEGATIVE, nullable=True),
        "rest": number("part of all other entries", NON_NEGATIVE, nullable=True),
        "relative_gap": number("relative duality gap; empty for effective models", GAP, nullable=True),
        "iterations": whole_number("iterations of the convex solver", NON_NEGATIVE),
        "solver": text("algorithms that solved the convex problem, in their order, or drawn"),
        "converged": flag("whether the gap met the tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique"),
        "status": STATUS,
    },
    checks=missing_where_unsolved("risk", *PARTS),
    unique=[*KEY, "model", "replica"],
    description="One row per learned matrix: measured by inputs, by Gaussian matrices, or drawn from an effective "
    "model, same teacher.",
    strict=True,
    ordered=True,
)
