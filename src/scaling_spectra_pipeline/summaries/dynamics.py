"""Figures of training time: rates of gradient flow, descent beside it, early stopping, norms, from lazy to rich."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.summaries.table import LARGEST, MEDIAN, SLOPE, SMALLEST, VALUE, places, row, slope, spread

Rows = list[dict[str, Any]]
TIME, BEST = "risk in time", "risk in compute at the best width"
# where rates are fitted: after the first features, and before the last ones of d = 10^6
TIMES, COMPUTES = (4e2, 1e4), (5e3, 2e7)
# the norm alone tells the risk while this is at most so far from that of the flow at the same norm
COLLAPSED = 0.1
# ways to stop that are compared with the best weight decay
COMPARED = ("early stopping", "both", "neither, at the last time", "early stopping of the driven flow")


def time_risk(flow: pd.DataFrame) -> Rows:
    """Slopes of the risk in time and in compute, and of the best width in compute, with the predicted ones."""
    figure, found = "time_risk", []
    for (series, network, gamma, dim), rows in flow.groupby(["series", "network", "teacher_gamma", "dim"]):
        of = {"network": network, "dim": dim}
        if series == TIME:
            inside = rows[rows["scaled_time"].between(*TIMES)]
            fitted = slope(inside["scaled_time"], inside["risk"])
            quantity, predicted = f"log R in log t, gamma = {gamma:g}", -(2 - 1 / gamma)
            found.append(row(figure, quantity, SLOPE, fitted, len(inside), predicted=predicted, **of))
        elif series == BEST:
            inside = rows[rows["scaled_compute"].between(*COMPUTES)]
            for name, column, predicted in (
                ("R", "risk", -(2 * gamma - 1) / (gamma + 1)),
                ("the best p", "width", 1 / (gamma + 1)),
            ):
                fitted = slope(inside["scaled_compute"], inside[column])
                quantity = f"log {name} in log p t, gamma = {gamma:g}"
                found.append(row(figure, quantity, SLOPE, fitted, len(inside), predicted=predicted, **of))
    return found


def spectral_dynamics(study: pd.DataFrame, dynamics: pd.DataFrame) -> Rows:
    """Learned weights of descent against those of the flow from the same start; when features appear."""
    figure, found = "spectral_dynamics", []
    for of, rows in places(dynamics):
        halves = [
            np.exp(np.interp(size / 2, line["value"], np.log(line["scaled_time"]))) / appearance
            for (_, size, appearance), line in rows.groupby(["feature", "teacher_value", "appearance"])
        ]
        quantity = "time at which a learned weight of the flow is half the teacher's, over that predicted"
        found += spread(figure, quantity, pd.Series(halves), **of)
    plain = study[(study["status"] == SOLVED) & (study["decay_factor"] == 0)]
    features = [name.removeprefix("flow_") for name in plain if name.startswith("flow_") and name[5:].isdigit()]
    for of, rows in places(plain):
        for n_eff, here in rows.groupby("n_eff"):
            largest = here["flow_1"].max()
            apart = np.concatenate([here[f"learned_{k}"] - here[f"flow_{k}"] for k in features]) / largest
            quantity = "learned weights of descent minus those of the flow, root mean square over the largest"
            distance = np.sqrt(np.mean(apart**2))
            found.append(row(figure, quantity, VALUE, distance, len(apart), n_eff=n_eff, **of))
    return found


def early_stopping(stopping: pd.DataFrame) -> Rows:
    """Least risk of each way over that of the best weight decay, and of the driven flow over descent's."""
    figure, found = "early_stopping", []
    for of, rows in places(stopping):
        for n_eff, here in rows.groupby("n_eff"):
            known = here.set_index("way")
            for way in COMPARED:
                quantity = f"least risk of {way} over that of the best weight decay, minus one"
                count = known.loc[way, "replicas"]
                found.append(row(figure, quantity, VALUE, known.loc[way, "excess"], count, n_eff=n_eff, **of))
            early, driven = known.loc["early stopping"], known.loc["early stopping of the driven flow"]
            quantity = "least risk of the driven flow over that of descent"
            ratio = driven["risk"] / early["risk"]
            found.append(row(figure, quantity, VALUE, ratio, early["replicas"], n_eff=n_eff, **of))
    return found


def norm_path(study: pd.DataFrame) -> Rows:
    """The norm up to which the risk is that of the flow at the same norm, and the norm where the risk is least."""
    figure, found = "norm_path", []
    plain = study[(study["status"] == SOLVED) & (study["decay_factor"] == 0)]
    for of, rows in places(plain):
        most = rows[rows["n_eff"] == rows["n_eff"].max()]
        flow = most.groupby("scaled_time")[["flow_norm", "flow_risk"]].mean()
        for n_eff, here in rows.groupby("n_eff"):
            path = here.groupby("scaled_time")[["norm", "risk"]].mean()
            log_risk = np.interp(path["norm"], flow["flow_norm"], np.log(flow["flow_risk"]))
            apart = np.abs(np.log(path["risk"]) - log_risk) > np.log1p(COLLAPSED)
            last = path["norm"][~apart.cummax()]
            share = float(last.max() / flow["flow_norm"].max()) if len(last) else 0.0
            quantity = "norm up to which the risk is the flow's at that norm within a tenth, over the teacher's"
            found.append(row(figure, quantity, VALUE, share, len(path), n_eff=n_eff, **of))
            least = path["norm"][path["risk"] <= path["risk"].min() * (1 + TIE)].iloc[0]
            quantity = "norm at the least risk, over the teacher's"
            found.append(row(figure, quantity, VALUE, least / flow["flow_norm"].max(), len(path), n_eff=n_eff, **of))
    return found


def lazy_to_rich(study: pd.DataFrame) -> Rows:
    """Simulated over predicted risks, and what the best initial scale gains."""
    figure, found = "lazy_to_rich", []
    for of, rows in places(study[(study["status"] == SOLVED) & study["converged"]]):
        for n_eff, here in rows.groupby("n_eff"):
            means = here.groupby("initial_scale")[["risk", "risk_theory", "ridge_theory", "lasso_theory"]].mean()
            ratio = means["risk"] / means["risk_theory"]
            found += spread(
                figure, "simulated over predicted risk", ratio, (SMALLEST, MEDIAN, LARGEST), n_eff=n_eff, **of
            )
            limits = means[["ridge_theory", "lasso_theory"]].min(axis=1).iloc[0]
            gained = means["risk_theory"].min() / limits
            quantity = "least predicted risk over that of the better limit, ridge or l1"
            found.append(row(figure, quantity, VALUE, gained, len(means), n_eff=n_eff, **of))
    return found
