"""Figures of theory alone: overfitting function, interpolation peak, phase diagrams, decomposition, universality."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.schemas.columns import KEY
from scaling_spectra_pipeline.summaries.table import (
    FAMILY,
    LARGEST,
    MEDIAN,
    RULE,
    SHARE,
    SLOPE,
    SMALLEST,
    VALUE,
    places,
    row,
    slope,
    spread,
)

Rows = list[dict[str, Any]]
# t below which the overfitting function is compared with a power of t
SMALL_RATIO = 1e-3
# lambda below which the peak grows as a power of it, and the exponent of that power
SMALL_DECAY, PEAK_EXPONENT = 0.1, -2 / 3
# a peak that grows more slowly is capped by the teacher's trace, which moves it to larger n
CAPPED = -1 / 2
PARTS = ["overfitting", "underfitting", "approximation"]
# a part this small beside the risk of its point is what rounding leaves of zero
ROUNDING = 1e-9
# share of features below which their prices add up
FEW = 0.1


def _less(values: pd.Series, limit: float) -> pd.Series:
    """Which numbers lie below a limit; those that equal it but for rounding do not."""
    return values < limit * (1 - TIE)


def overfitting_function(overfitting: pd.DataFrame) -> Rows:
    """Closed form against state evolution and against its leading order."""
    figure, found = "overfitting_function", []
    for network, rows in overfitting.sort_values("ratio").groupby("network"):
        of = {"network": network}
        error = (rows["solved"] / rows["rho"] - 1).abs()
        found += spread(figure, "distance of state evolution from the closed form", error, (LARGEST,), **of)
        first = rows.iloc[0]
        quantity = "closed form over leading order at the smallest t"
        found.append(row(figure, quantity, VALUE, first["rho"] / first["asymptote"], 1, **of))
        small = rows[_less(rows["ratio"], SMALL_RATIO)]
        fitted = slope(small["ratio"], small["rho"])
        leading = slope(small["ratio"], small["asymptote"])
        quantity = "log rho in log t, t < 1e-3"
        found.append(row(figure, quantity, SLOPE, fitted, len(small), predicted=leading, **of))
    return found


def interpolation_peak(height: pd.DataFrame, profile: pd.DataFrame) -> Rows:
    """Exponent of the peak's height in lambda, and its place at the smallest lambda."""
    figure, found, growth = "interpolation_peak", [], {}
    for of, rows in places(height.dropna(subset="risk")):
        small = rows[_less(rows["weight_decay"], SMALL_DECAY)]
        fitted = slope(small["weight_decay"], small["risk"])
        quantity = "log R at the peak in log lambda, lambda < 0.1"
        found.append(row(figure, quantity, SLOPE, fitted, len(small), predicted=PEAK_EXPONENT, **of))
        growth[tuple(of[name] for name in FAMILY)] = fitted
    least = profile[profile["weight_decay"] == profile["weight_decay"].min()]
    for of, rows in places(least):
        # the interpolator's risk is not defined at the peak
        peak = rows.loc[rows["predicted"].isna(), "n_eff"].min()
        # of equals the first is taken
        top = rows.loc[rows["risk"] >= rows["risk"].max() * (1 - TIE), "n_eff"].min()
        quantity = "n_eff of the largest risk over n_eff of the peak, smallest lambda"
        capped = growth.get(tuple(of[name] for name in FAMILY), PEAK_EXPONENT) > CAPPED
        place = np.nan if capped else 1.0
        found.append(row(figure, quantity, VALUE, top / peak, len(rows), predicted=place, **of))
    return found


def phase_diagram(risk_map: pd.DataFrame) -> Rows:
    """Median local exponent of state evolution within each predicted phase."""
    found = []
    for of, rows in places(risk_map):
        figure = "fig4" if of["noise_var"] == 0 else "fig1"
        for phase, inside in rows.groupby("phase"):
            of_phase = of | {"phase": phase, "predicted": inside["predicted"].iloc[0]}
            found += spread(figure, "d log R / d log n_eff", inside["slope"], (MEDIAN,), **of_phase)
    return found


def decomposition(parts: pd.DataFrame) -> Rows:
    """Sums of the paper's parts and of prices over the risk itself, by how many features are found."""
    figure, found = "result3_decomposition", []
    for of, rows in places(parts.dropna(subset="risk")):
        sums = {
            "the paper's sum over the risk": rows[[*PARTS, "displacement"]].sum(axis=1, skipna=False),
            "sum of prices over the risk": rows[["overfitting", "price_found", "price_lost"]].sum(axis=1),
        }
        few = _less(rows["found"], FEW)
        for name, total in sums.items():
            found += spread(figure, name, total / rows["risk"], **of)
            found += spread(figure, f"{name}, K/d below a tenth", (total / rows["risk"])[few], **of)
        negative = rows["approximation"] <= ROUNDING * rows["risk"]
        found.append(row(figure, "approximation is not positive", SHARE, negative.mean(), len(rows), **of))
    return found


def real_inputs(training: pd.DataFrame, inputs: pd.DataFrame) -> Rows:
    """Shares of simulated points within 95 % of state evolution and of the theory of real inputs, by n_eff."""
    known = training[training["converged"] & training["unique"]].merge(inputs.dropna(subset="risk_inputs"), on=KEY)
    risks = known.groupby([*KEY, "risk_theory", "risk_inputs"])["risk"].agg(["mean", "sem", "count"]).reset_index()
    risks = risks[risks["count"] > 1]
    width = stdtrit(risks["count"] - 1, 0.975) * risks["sem"].clip(lower=ROUNDING * risks["mean"])
    found: Rows = []
    for (network, noise_var, n_eff), rows in risks.groupby(["network", "noise_var", "n_eff"]):
        of = {"network": network, "noise_var": noise_var, "n_eff": n_eff}
        for name in ("risk_theory", "risk_inputs"):
            theory = "state evolution" if name == "risk_theory" else "the theory of real inputs"
            within = (rows["mean"] - rows[name]).abs() <= width[rows.index]
            figure = "fig3" if noise_var > 0 else "fig5"
            found.append(row(figure, f"points within 95 % of {theory}", SHARE, within.mean(), len(rows), **of))
    return found


def price_of_a_feature(price: pd.DataFrame) -> Rows:
    """Sums of prices, and the paper's, over exact risks, by how many features are found."""
    found: Rows = []
    sums = price[price["series"] == "sum over features"]
    few = _less(sums["found"], FEW)
    for name, column in (("sum of prices over the risk", "value"), ("the paper's sum over the risk", "paper")):
        of = {"network": sums["network"].iloc[0]}
        found += spread("price_of_a_feature", name, sums[column], **of)
        found += spread("price_of_a_feature", f"{name}, K/d below a tenth", sums.loc[few, column], **of)
    return found


def universality(theory: pd.DataFrame) -> Rows:
    """Factor between the networks' risks where both are drawn, at one dimension where there is one."""
    dims = theory.groupby("network")["dim"].agg(set)
    common = set.intersection(*dims)
    chosen = pd.Series({network: max(common or own) for network, own in dims.items()})
    drawn = theory[theory["dim"] == theory["network"].map(chosen)].dropna(subset="risk")
    factors: dict[tuple[float, float], list[float]] = {}
    for (noise_var, teacher, *_), rows in drawn.groupby(["noise_var", "teacher", *RULE]):
        curves = [curve.groupby("n_eff")["risk"].mean() for _, curve in rows.groupby("network")]
        for first, second in combinations(curves, 2):
            low, high = second.index.min() * (1 - TIE), second.index.max() * (1 + TIE)
            inside = first[(first.index >= low) & (first.index <= high)]
            other = np.interp(np.log(inside.index), np.log(second.index), np.log(second))
            factors.setdefault((noise_var, teacher), []).extend(np.exp(np.abs(np.log(inside) - other)))
    found: Rows = []
    for (noise_var, teacher), values in factors.items():
        gamma = drawn.loc[drawn["teacher"] == teacher, "gamma"].iloc[0]
        of = {"noise_var": noise_var, "teacher": teacher, "gamma": gamma}
        quantity = "factor between the networks' risks"
        found += spread("universality", quantity, pd.Series(values), (SMALLEST, MEDIAN, LARGEST), **of)
    return found
