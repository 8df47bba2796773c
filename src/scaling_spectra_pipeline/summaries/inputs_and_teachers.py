"""Figures of correlated inputs, of families of teachers and of the signed network."""

from typing import Any

import pandas as pd

from scaling_spectra.correlated_rates import POINTS
from scaling_spectra_pipeline.summaries.table import (
    FAMILY,
    LARGEST,
    MEDIAN,
    SLOPE,
    SMALLEST,
    VALUE,
    places,
    row,
    spread,
)

Rows = list[dict[str, Any]]
PLACE = ["network", "noise_var", "dim", "phase"]
CASE = ["input_exponent", "position", "decay"]


def correlated_inputs(study: pd.DataFrame, exponents: pd.DataFrame) -> Rows:
    """Risks over state evolution, what matched decay costs or gains, and slopes at huge d."""
    figure, found = "correlated_inputs", []
    sound = study[study["converged"] & study["unique"]]
    for of, rows in places(sound):
        ratio = rows.groupby([*CASE, "n_eff"])[["risk", "risk_theory"]].mean()
        found += spread(figure, "simulated over predicted risk", ratio["risk"] / ratio["risk_theory"], **of)
        cases = rows.groupby([*CASE, "n_eff"])["risk_theory"].mean().unstack("decay")
        for (exponent, position), pair in (cases["matched"] / cases["plain"]).dropna().groupby(CASE[:2]):
            quantity = f"risk of matched over plain decay in theory, {position}, a = {exponent:g}"
            found += spread(figure, quantity, pair, **of)
    for rate in exponents.to_dict("records"):
        of = {name: rate[name] for name in (*FAMILY, "gamma")}
        case = f"{rate['limit']} limits, {rate['decay']} decay, {rate['position']}, a = {rate['input_exponent']:g}"
        found.append(
            row(
                figure,
                f"log R in log n_eff, {case}",
                SLOPE,
                rate["slope"],
                POINTS[rate["position"]],
                predicted=rate["expected"],
                **of,
            )
        )
    return found


def matched_decay(decays: pd.DataFrame) -> Rows:
    """What matched decay costs with aligned inputs, from one effective sample to where the noise hides nothing."""
    found = []
    for of, rows in places(decays):
        for exponent, ratios in rows.groupby("input_exponent")["ratio"]:
            quantity = f"risk of matched over plain decay at the best lambda of each, aligned, a = {exponent:g}"
            found += spread("correlated_inputs", quantity, ratios, (SMALLEST, MEDIAN, LARGEST), **of)
    return found


def teachers(study: pd.DataFrame) -> Rows:
    """What feature learning gains, and learned tails beside the teacher's."""
    figure, found = "teachers", []
    for of, rows in places(study[study["converged"] & study["unique"]]):
        means = rows.groupby("n_eff").mean(numeric_only=True)
        found += spread(figure, "lazy over feature-learning risk, simulated", means["lazy_risk"] / means["risk"], **of)
        theory = means["lazy_theory"] / means["risk_theory"]
        found += spread(figure, "lazy over feature-learning risk in theory", theory, **of)
        found += spread(figure, "learned tail exponent over the teacher's", means["tail"] / means["teacher_tail"], **of)
    return found


def tails_by_phase(tails: pd.DataFrame) -> Rows:
    """Tails of predicted laws beside the teachers', over families."""
    found = []
    for key, rows in tails.groupby(PLACE):
        *_, phase = key
        of = dict(zip(PLACE[:-1], key, strict=False))
        quantity = f"learned tail exponent over the teacher's in theory, {phase}"
        found += spread("teachers", quantity, rows["tail"] / rows["teacher_tail"], (SMALLEST, MEDIAN, LARGEST), **of)
    return found


def signed(training: pd.DataFrame, theory: pd.DataFrame, spectrum: pd.DataFrame) -> Rows:
    """Risks over state evolution, and outliers on both sides."""
    figure, found = "signed", []
    key = [*FAMILY, "decay_coefficient", "decay_exponent", "n_eff"]
    sound = training[training["converged"] & training["unique"]]
    ratio = sound.groupby(key)["risk"].mean() / theory.groupby(key)["risk"].mean()
    for of, rows in places(ratio.dropna().rename("ratio").reset_index().assign(gamma=sound["gamma"].iloc[0])):
        found += spread(figure, "simulated over predicted risk", rows["ratio"], **of)
    for of, rows in places(spectrum[spectrum["series"] == "outlier"]):
        for statistic, value in ((SMALLEST, rows["place"].min()), (LARGEST, rows["place"].max())):
            found.append(row(figure, "place of an outlier", statistic, value, len(rows), **of))
        found.append(row(figure, "negative outliers", VALUE, float((rows["place"] < 0).sum()), len(rows), **of))
    return found
