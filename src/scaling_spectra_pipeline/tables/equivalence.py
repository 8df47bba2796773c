"""One row per point: the trained network beside the solution of its convex equivalent."""

import pandera.pandas as pa

from scaling_spectra_pipeline.tables.columns import (
    GAP,
    KEY,
    NON_NEGATIVE,
    POINT,
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
        "replica": whole_number("index of the teacher and data set", NON_NEGATIVE),
        "objective_network": number(
            "value P of the convex problem at the trained network", NON_NEGATIVE, nullable=True
        ),
        "objective_convex": number("value P' at the solution of the convex problem", NON_NEGATIVE, nullable=True),
        "objective_difference": number("(P - P')/P'", nullable=True),
        "bound": number(
            "(gap of the network times P + gap of the solution times P')/P': |P - P'|/P' is at most this",
            pa.Check.ge(-1e-9),
            nullable=True,
        ),
        "gap_network": number("relative duality gap of the network", GAP, nullable=True),
        "gap_convex": number("relative duality gap of the solution", GAP, nullable=True),
        "relative_gap": number("the larger of both gaps", GAP, nullable=True),
        "risk_network": number("excess risk R of the network (quadratic: 2 M)", NON_NEGATIVE, nullable=True),
        "risk_convex": number("excess risk R' of the solution", NON_NEGATIVE, nullable=True),
        "risk_difference": number("(R - R')/R'", nullable=True),
        "spectrum_distance": number(
            "Euclidean distance of both learned spectra, sorted, over the norm of the teacher's",
            NON_NEGATIVE,
            nullable=True,
        ),
        "rank_network": whole_number("rank of S, or support size of theta, of the network", NON_NEGATIVE),
        "rank_convex": whole_number("the same of the solution", NON_NEGATIVE),
        "evaluations": whole_number("evaluations of the loss, those of Newton's method included", NON_NEGATIVE),
        "lbfgs_evaluations": whole_number("those of L-BFGS, before anything took over", NON_NEGATIVE),
        "residual_gap": number("relative gap that the residual alone proves where training ended", GAP, nullable=True),
        "sharpened": flag("whether that gap is above the tolerance, so that a better dual point had to be found"),
        "iterations": whole_number("iterations of the convex solver", NON_NEGATIVE),
        "solver_network": text("algorithms that trained the network, in their order"),
        "solver_convex": text("algorithms that solved the convex problem, in their order"),
        "converged_network": flag("whether the network's gap met the tolerance"),
        "converged_convex": flag("whether the solution's gap met its own, smaller tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique: objectives agree, risks need not"),
        "status": STATUS,
    },
    checks=missing_where_unsolved("objective_difference", "bound", "relative_gap", "risk_difference"),
    unique=[*KEY, "replica"],
    description="One row per point: the trained network beside the solution of its convex equivalent, same samples.",
    strict=True,
    ordered=True,
)
