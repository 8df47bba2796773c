"""Figures of the best weight decay: Corollaries 1 and 2, and what feature learning is worth."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.summaries.table import (
    FAMILY,
    LARGEST,
    MEDIAN,
    SHARE,
    SLOPE,
    SMALLEST,
    extreme,
    means,
    places,
    row,
    slope,
    spread,
)

Rows = list[dict[str, Any]]
ALL = (SMALLEST, MEDIAN, LARGEST)
# where the best risk at large d is fitted: shares of the smallest log of n_eff over that of the full spectrum
RANGE = (1 / 2, 1 / 8)
# simulated and predicted risks, by what is compared
COMPARED = {
    "feature learning": ("risk", "risk_theory"),
    "lazy learning at the ridge of theory": ("lazy_risk_ridge_theory", "lazy_theory"),
    "lazy learning at its best ridge": ("lazy_risk", "lazy_theory"),
    "lazy learning at the ridge of theory, finite-size theory": ("lazy_risk_ridge_theory", "lazy_finite_size"),
}


def corollary1(scan: pd.DataFrame, optimal: pd.DataFrame, landmarks: pd.DataFrame) -> Rows:
    """The best risk: against networks, against the Bayes-optimal risk, and its rate at large d."""
    figure, found = "corollary1_optimal", []
    point = [*FAMILY, "n_eff", "weight_decay"]
    simulated = means(scan[scan["noise_var"] > 0], "risk", point).reset_index()
    best = optimal[[*FAMILY, "gamma", "n_eff", "risk", "weight_decay"]]
    near = _nearest(simulated.merge(best, on=[*FAMILY, "n_eff"], suffixes=("", "_best")))
    for of, rows in places(near):
        ratio = rows["risk"] / rows["risk_best"]
        found += spread(figure, "networks near the best lambda over the best risk", ratio, **of)
    for of, rows in places(optimal):
        found += spread(figure, "best risk over Bayes-optimal risk", rows["risk"] / rows["bayes_risk"], **of)
    full = landmarks[landmarks["landmark"] == "full spectrum"].set_index(FAMILY)["n_eff"]
    for of, rows in places(optimal[(optimal["teachers"] == 0) & optimal["gamma"].notna()]):
        depth = np.log(rows["n_eff"] / full[tuple(of[name] for name in FAMILY)])
        low, high = (share * depth.min() for share in RANGE)
        # a point on an end lies outside
        slack = TIE * abs(depth.min())
        inside = rows[(depth > low + slack) & (depth < high - slack)].dropna(subset="risk")
        of |= {"predicted": -1 + 1 / (2 * of["gamma"])}
        fitted = slope(inside["n_eff"], inside["risk"])
        found.append(row(figure, "log of the best risk in log n_eff, large d", SLOPE, fitted, len(inside), **of))
    return found


def _nearest(points: pd.DataFrame) -> pd.DataFrame:
    """Of each set of samples the point nearest to the best lambda; to the smallest where none is better than none."""
    best = points["weight_decay_best"].clip(lower=points["weight_decay"].min() / 10)
    points = points.assign(apart=np.abs(np.log(points["weight_decay"] / best)))
    samples = points.groupby([*FAMILY, "n_eff"])
    # of two that are as near the one of smaller lambda is taken
    near = points[points["apart"] <= samples["apart"].transform("min") + TIE]
    return near.sort_values("weight_decay").groupby([*FAMILY, "n_eff"]).head(1)


def corollary2(pruning: pd.DataFrame, curves: pd.DataFrame) -> Rows:
    """What pruning gains and costs: networks, and state evolution at large d."""
    figure, found = "corollary2_pruning", []
    point = [pruning[name] for name in (*FAMILY, "n_eff")]
    sound = pruning[(pruning["converged"] & pruning["unique"]).groupby(point).transform("all")]
    shown = sound.merge(curves.loc[curves["teachers"] > 0, FAMILY].drop_duplicates())
    for of, rows in places(shown):
        estimated = rows["pruned_risk"].notna().groupby(rows["n_eff"]).transform("all")
        risks = rows[estimated].groupby("n_eff")[["pruned_risk", "risk"]].mean()
        ratio = risks["pruned_risk"] / risks["risk"]
        for statistic in (SMALLEST, LARGEST):
            found += extreme(figure, "pruned over unpruned risk, networks", statistic, ratio, **of)
        without = rows.loc[rows["pruned_risk"].isna(), "n_eff"]
        found.append(row(figure, "networks without an estimate", SHARE, len(without) / len(rows), len(rows), **of))
        found += spread(figure, "n_eff without an estimate", without, (LARGEST,), **of)
        found += spread(figure, "estimated over true delta", rows["estimated_delta"] / rows["delta"], ALL, **of)
    for of, rows in places(curves[curves["teachers"] == 0].dropna(subset="optimal_risk")):
        for name, column in (("pruned", "pruned_risk"), ("as trained", "risk")):
            quantity = f"risk {name} over that at the best lambda, large d"
            found += spread(figure, quantity, rows[column] / rows["optimal_risk"], **of)
    return found


def feature_learning_gain(study: pd.DataFrame, gain: pd.DataFrame) -> Rows:
    """Ratio of lazy to feature-learning risk, how it grows with d, and simulations against theory."""
    figure, found = "feature_learning_gain", []
    study = study[(study["status"] == SOLVED) & (study["noise_var"] > 0)]
    for of, rows in places(gain[gain["teachers"] > 0]):
        theory = rows.set_index("n_eff")["gain"].sort_index()
        top = extreme(figure, "lazy over feature-learning risk", LARGEST, theory, **of)
        found += top
        for best in top:
            beyond = theory[theory.index >= best["n_eff"]]
            found += extreme(figure, "lazy over feature-learning risk beyond its largest", SMALLEST, beyond, **of)
        found += spread(figure, "best risk over Bayes-optimal risk", rows["risk"] / rows["bayes_risk"], **of)
    for of, rows in places(study):
        by_size = rows.groupby("n_eff")
        ratio = by_size["lazy_risk"].mean() / by_size["risk"].mean()
        found += extreme(figure, "lazy over feature-learning risk, simulated", LARGEST, ratio, **of)
        risks = by_size[[*{name for pair in COMPARED.values() for name in pair}]].mean()
        for name, (simulated, predicted) in COMPARED.items():
            quantity = f"simulated over predicted risk, {name}"
            found += spread(figure, quantity, risks[simulated] / risks[predicted], ALL, **of)
    return found + _growth(gain[(gain["teachers"] == 0) & ~gain["dim"].isin(study["dim"])])


def _growth(large: pd.DataFrame) -> Rows:
    """The largest gain at large d, and its exponent in d."""
    figure, found = "feature_learning_gain", []
    for (network, teacher, noise_var), rows in large.groupby(FAMILY[:3]):
        gamma = rows["gamma"].iloc[0]
        of = {"network": network, "teacher": teacher, "gamma": gamma, "noise_var": noise_var}
        tops = rows.groupby("dim")["gain"].max().dropna()
        for dim, here in rows.groupby("dim"):
            by_size = here.set_index("n_eff")["gain"]
            found += extreme(figure, "lazy over feature-learning risk, large d", LARGEST, by_size, **of, dim=dim)
        predicted, fitted = 1 - 1 / (2 * gamma), slope(tops.index, tops)
        quantity = "log of the largest ratio in log d"
        found.append(row(figure, quantity, SLOPE, fitted, len(tops), predicted=predicted, **of))
    return found
