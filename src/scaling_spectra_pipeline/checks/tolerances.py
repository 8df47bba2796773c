"""How far two builds of the same numbers may lie apart, column by column.

What may differ between machines is the last digits of floating-point sums, which depend on processor and
libraries. Theory is solved to 1e-9 or better, and its numbers agree to a relative 1e-6. Training stops anywhere
within its duality gap: objectives agree within it, risks and spectra only to about its square root, because the gap
bounds squares of errors; so does the accuracy of a risk for the place of its flat minimum. Not compared is what
rounding may decide: how a solver got there, which of several minima is lowest, the cut-off of a tail, points whose
minimiser is not unique.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Tolerance:
    """Accepted difference: relative, and absolute in units of `scale` (a column of the row) or of one."""

    relative: float = 0.0
    absolute: float = 0.0
    scale: str | None = None


THEORY = Tolerance(relative=1e-6, absolute=1e-9)
# local exponents: differences of logarithms
SLOPE = Tolerance(relative=1e-6, absolute=1e-5)
# fits of tails to quantiles of a law
FITTED_LAW = Tolerance(relative=1e-3)
TRAINED = Tolerance(relative=0.01)
OBJECTIVE = Tolerance(relative=1e-5)
# slopes of trained risks over a third of a decade or more
FITTED = Tolerance(absolute=0.03)
# a weight or two on the other side of the edge of a bin, in one replica of several
COUNTED = Tolerance(relative=0.01, absolute=1.0)
# place of a flat minimum of risks of theory
MINIMUM = Tolerance(relative=0.01)
# averages over draws
AVERAGED = Tolerance(relative=0.005)
FREE = Tolerance(absolute=np.inf)


def _spread(of: str) -> Tolerance:
    """Standard errors: each risk may move by its tolerance."""
    return Tolerance(relative=0.01, absolute=0.01, scale=of)


# how training and solving got there, and what certificates leave open; the other checks bound these
COURSE = dict.fromkeys(
    [
        *("objective_difference", "bound", "gap_network", "gap_convex", "relative_gap", "risk_difference"),
        *("spectrum_distance", "evaluations", "lbfgs_evaluations", "residual_gap", "sharpened", "iterations"),
        *("solver_network", "solver_convex", "solver"),
    ],
    FREE,
)
TAIL = dict.fromkeys(["exponent", "error", "start", "count"], FREE)
# bins reach as far as the largest weight
EDGES = dict.fromkeys(["left", "right"], TRAINED)
IN_BINS = {"predicted": Tolerance(relative=0.01, absolute=0.01), "measured": COUNTED, "error": COUNTED}
LAW = {"distance": Tolerance(absolute=0.02), **EDGES, **IN_BINS}
RISKS = {"risk": TRAINED, "value": TRAINED, "standard_error": _spread("value|risk")}
# a weight at the threshold is kept, or not, in one replica of several
PRUNED = RISKS | dict.fromkeys(["risk", "value"], Tolerance(relative=0.05))
# of each series with trained networks in it; other rows are theory
SERIES: dict[str, dict[str, Tolerance]] = {
    "trained": RISKS,
    "convex equivalent": RISKS,
    "networks": RISKS,
    "networks near the best weight decay": RISKS,
    "as trained": RISKS,
    "along n_eff": {"risk": TRAINED, "risk_error": _spread("risk"), "outside": Tolerance(absolute=0.02)},
    "theory of real inputs": {"risk": AVERAGED},
    "row and column of a feature": RISKS,
    "pruned, noise estimated from the data": PRUNED,
    "pruned, noise of state evolution": PRUNED,
    # guides stand clear of the points
    "predicted slope": RISKS,
    "not certified or not unique": dict.fromkeys(RISKS, FREE),
    # several minima at large d are as good as each other
    "best weight decay": {"value": FREE, "weight_decay": MINIMUM},
    "best weight decay, scaled": {"value": FREE, "weight_decay": MINIMUM},
    # stand at the same place
    "risk at the best weight decay": {"weight_decay": MINIMUM},
    "Bayes-optimal risk": {"weight_decay": MINIMUM},
    "noise bulk disappears, scaled": {"weight_decay": MINIMUM},
    "zeros": LAW,
    "bin": LAW,
    "outlier": LAW,
    "curve": LAW,
}
EQUIVALENCE = COURSE | {
    **dict.fromkeys(["objective_network", "objective_convex"], OBJECTIVE),
    **dict.fromkeys(["risk_network", "risk_convex"], TRAINED),
}
# parts of the error of trained networks, in units of the risk in figures
PARTS = ("systematic", "diagonal_noise", "rows", "rest")
TAILS = TAIL | {
    **{"risk": TRAINED, "risk_error": _spread("risk"), "ratio": TRAINED},
    **dict.fromkeys(["predicted", "teacher_exponent"], FITTED_LAW),
}
# over the points of the trained slopes, with their weights, and by averages over draws, to 1e-3
WEIGHTED = {
    **dict.fromkeys(["theory", "finite_size"], Tolerance(absolute=0.003)),
    "real_inputs": Tolerance(absolute=0.005),
}
# published numbers, trained and predicted ones in one table
COMPARED = {
    **dict.fromkeys(["value", "quotient"], TRAINED),
    "predicted": AVERAGED,
    **{"error": _spread("value"), "quotient_error": _spread("quotient")},
}
# steps of descent are known to a hundredth, and so is what they learn; the flow is theory
LEARNED = Tolerance(relative=0.01, absolute=0.02)
DESCENT = {
    **dict.fromkeys(["risk", "train_loss", "norm", "participation", "limit_risk"], TRAINED),
    **dict.fromkeys(["driven_risk", "driven_delta"], TRAINED),
    **{f"learned_{number}": LEARNED for number in range(1, 5)},
    "limit_gap": FREE,
    # relative to the best weight decay, whose place is
    "weight_decay": MINIMUM,
}
# which of several times, or weight decays, is best where they are as good as each other
STOPPING = {
    **dict.fromkeys(["decay_factor", "weight_decay", "scaled_time"], FREE),
    **{"risk": TRAINED, "standard_error": _spread("risk"), "excess": LEARNED, "excess_error": LEARNED},
}
RICH = {"risk": TRAINED, "distance": LEARNED, "standard_error": _spread("risk")}
FITS = dict.fromkeys(["slope", "low", "high", "difference_half_width"], FITTED) | WEIGHTED
# stationary points of what is not convex: another machine may reach others
NARROW = {
    **dict.fromkeys(["risk", "risk_least", "risk_largest"], Tolerance(relative=0.3)),
    "objective": Tolerance(relative=0.05),
    "relaxation_gap": Tolerance(absolute=0.05),
    **dict.fromkeys(["objective_spread", "gradient", "curvature"], FREE),
    "stationary": COUNTED,
}
# further columns by kind: a stage, or ``figures/`` and the name of a figure
KINDS: dict[str, dict[str, Tolerance]] = {
    "training": COURSE | {"risk": TRAINED, "objective": OBJECTIVE, "train_loss": _spread("objective")},
    # the largest weights are of order one, and an error of one is up to the square root of the gap; an overlap is
    # rounding where the weight is zero, and the risk bounds it elsewhere
    "spectra": {"value": Tolerance(relative=0.01, absolute=0.05), "overlap": FREE},
    "equivalence": EQUIVALENCE,
    "figures/equivalence": EQUIVALENCE,
    "gaussian_design": COURSE | dict.fromkeys(["risk", *PARTS], _spread("risk")),
    "figures/gaussian_design": dict.fromkeys(
        [f"{part}{kind}" for part in ("excess", *PARTS) for kind in ("", "_error")], Tolerance(absolute=0.01)
    ),
    "feature_learning_gain": COURSE | {"risk": TRAINED, **dict.fromkeys(["ridge", "ridge_theory"], MINIMUM)},
    "few_hidden_units": NARROW,
    "figures/width_risk": NARROW,
    "gain_curves": {"weight_decay": MINIMUM},
    "correlated_inputs": COURSE | {"risk": TRAINED, "weight_decay": MINIMUM},
    "figures/correlated_inputs": {"value": TRAINED, "standard_error": _spread("value")},
    "correlated_exponents": dict.fromkeys(["slope", "first", "last"], SLOPE)
    | dict.fromkeys(["weight_decay_min", "weight_decay_max"], MINIMUM),
    # best for the inputs of the first replica only: risks of others move with it to first order
    "correlated_curves": {"weight_decay": MINIMUM, "risk": Tolerance(relative=1e-5)},
    "correlated_decays": dict.fromkeys(["decay_plain", "decay_matched"], MINIMUM),
    "teachers": COURSE
    | {"risk": TRAINED, "weight_decay": MINIMUM}
    | {f"learned_{rank}": Tolerance(relative=0.01, absolute=0.05) for rank in (1, 2, 4, 8, 16, 32)}
    | dict.fromkeys(["tail", "tail_error", "tail_theory", "teacher_tail"], FITTED_LAW),
    "family_tails": dict.fromkeys(["tail", "tail_error", "teacher_tail", "teacher_tail_error"], FITTED_LAW)
    | {"count": COUNTED},
    "figures/teachers": {"value": FITTED_LAW, "own": FITTED_LAW, "standard_error": FREE},
    "figures/signed": {"value": Tolerance(relative=0.01, absolute=0.5), "standard_error": FREE, "place": FITTED_LAW},
    "signed_spectrum": {"value": Tolerance(relative=0.01, absolute=0.5), "place": FITTED_LAW},
    "published": COURSE | {"risk": TRAINED, "risk_inputs": AVERAGED},
    "feature_price": COURSE | {"risk": TRAINED, **{f"own_{rank}": TRAINED for rank in range(1, 9)}},
    "real_inputs": {"risk_inputs": AVERAGED},
    "tail_transition": {"risk": TRAINED, "risk_error": _spread("risk"), "outside": Tolerance(absolute=0.02)},
    "published_comparison": COMPARED,
    "figures/published": COMPARED,
    "optimal_decay": {"weight_decay": MINIMUM},
    "learned_law": LAW,
    # from trained networks, too; where an extreme is found, and how many weights a tail has, may change
    "figure_summary": {"value": Tolerance(relative=0.05, absolute=0.05), "n_eff": FREE, "points": COUNTED},
    "pruning_curves": {"weight_decay": MINIMUM},
    "pruning": {
        "risk": TRAINED,
        # from a training loss over the square of what is left of the samples
        **dict.fromkeys(["estimated_delta", "estimated_threshold", "pruned_risk", "pruned_risk_known"], PRUNED["risk"]),
    },
    "heavy_tails": TAILS,
    "figures/heavy_tails": TAILS,
    "gradient_descent": DESCENT,
    "figures/spectral_dynamics": {"value": Tolerance(relative=0.01, absolute=0.02)},
    "figures/norm_path": {"norm": TRAINED, "risk": Tolerance(relative=0.01, absolute=1e-9)},
    "early_stopping": STOPPING,
    "figures/early_stopping": {"value": Tolerance(relative=0.01, absolute=0.02), "standard_error": _spread("value")},
    "lazy_to_rich": {**dict.fromkeys(["risk", "residual", "drift"], TRAINED), "steps": TRAINED},
    "figures/lazy_to_rich": RICH,
    "exponents": FITS,
    "finite_size": FITS | dict.fromkeys(["theory", "distance"], FITTED),
    "figures/finite_size": dict.fromkeys(["value", "low", "high"], FITTED),
    "exponent_summary": FITS | dict.fromkeys(["large_slope", "large_predicted"], SLOPE),
    "spectral_phases": {
        "tail_exponent": FITTED_LAW,
        "measured_zero_mass": Tolerance(absolute=0.02),
        "measured_outliers": Tolerance(absolute=1.0),
        **dict.fromkeys(["measured_tail_exponent", "measured_tail_error"], FREE),
    },
}
SLOPES = ("slope",)


def tolerance(kind: str, column: str) -> Tolerance:
    """Accepted difference of a column, but for series of their own."""
    return KINDS.get(kind, {}).get(column, SLOPE if column in SLOPES else THEORY)


def allowed(kind: str, column: str, kept: pd.DataFrame) -> np.ndarray:
    """Accepted difference of each row of a column from the one in `kept`."""
    series = (kept["series"] if "series" in kept else pd.Series("", index=kept.index)).fillna("")
    size = kept[column].abs().to_numpy(float)
    found = np.empty(len(kept))
    for value in series.unique():
        accepted, rows = SERIES.get(value, {}).get(column, tolerance(kind, column)), (series == value).to_numpy()
        found[rows] = accepted.relative * size[rows] + accepted.absolute * _scale(accepted, kept)[rows]
    return found


def _scale(accepted: Tolerance, kept: pd.DataFrame) -> np.ndarray:
    if accepted.scale is None:
        return np.ones(len(kept))
    columns = [column for column in accepted.scale.split("|") if column in kept]
    return kept[columns].abs().max(axis=1).to_numpy(float)
