"""One row per point: the trained network beside the solution of its convex equivalent, same samples."""

from scaling_spectra_pipeline.schemas.columns import (
    KEY,
    POINT,
    REPLICA,
    STATUS,
    flag,
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
        "replica": REPLICA,
        "objective_network": number("value P of the convex problem at the trained network", ge=0, nullable=True),
        "objective_convex": number("value P' at the solution of the convex problem", ge=0, nullable=True),
        "objective_difference": number("(P - P')/P'", nullable=True),
        "bound": number(
            "(gap of the network times P + gap of the solution times P')/P': |P - P'|/P' is at most this",
            ge=-1e-9,
            nullable=True,
        ),
        "gap_network": gap("relative duality gap of the network"),
        "gap_convex": gap("relative duality gap of the solution"),
        "relative_gap": gap("the larger of both gaps"),
        "risk_network": number("excess risk R of the network (quadratic: 2 M)", ge=0, nullable=True),
        "risk_convex": number("excess risk R' of the solution", ge=0, nullable=True),
        "risk_difference": number("(R - R')/R'", nullable=True),
        "spectrum_distance": number(
            "Euclidean distance of both learned spectra, sorted, over the norm of the teacher's", ge=0, nullable=True
        ),
        "rank_network": whole_number("rank of S, or support size of theta, of the network", ge=0),
        "rank_convex": whole_number("the same of the solution", ge=0),
        "evaluations": whole_number("evaluations of the loss, those of Newton's method included", ge=0),
        "lbfgs_evaluations": whole_number("those of L-BFGS, before anything took over", ge=0),
        "residual_gap": gap("relative gap that the residual alone proves where training ended"),
        "sharpened": flag("whether that gap is above the tolerance, so that a better dual point had to be found"),
        "iterations": whole_number("iterations of the convex solver", ge=0),
        "solver_network": text("algorithms that trained the network, in their order"),
        "solver_convex": text("algorithms that solved the convex problem, in their order"),
        "converged_network": flag("whether the network's gap met the tolerance"),
        "converged_convex": flag("whether the solution's gap met its own, smaller tolerance"),
        "unique": flag("false where the minimiser is recognised as not unique: objectives agree, risks need not"),
        "status": STATUS,
    },
    checks=missing_where_unsolved("objective_difference", "bound", "relative_gap", "risk_difference"),
    unique=[*KEY, "replica"],
)
