"""Figures of learned weights and of networks against what they are compared with."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.measurement_ensembles import PARTS, averages, differences
from scaling_spectra.records import SOLVED
from scaling_spectra.ties import TIE
from scaling_spectra_pipeline.summaries.table import (
    LARGEST,
    MEDIAN,
    SHARE,
    SMALLEST,
    VALUE,
    places,
    row,
    spread,
)

Rows = list[dict[str, Any]]
# standard errors within which two numbers agree
AGREE = 2.0
# differences of objectives are rounding below this
ROUNDING = 1e-12
LAWS = {"quadratic": "fig2", "diagonal": "result2_diagonal_weights"}


def learned_law(law: pd.DataFrame) -> Rows:
    """Places of outliers against the eigenvalue of their rank, and distances of the learned weights from their law."""
    found: Rows = []
    for of, rows in places(law):
        figure = LAWS[of["network"]]
        places_of = rows[(rows["series"] == "outlier") & (rows["error"] > 0)].dropna(subset="measured")
        if len(places_of):
            agree = (places_of["measured"] - places_of["predicted"]).abs() < AGREE * places_of["error"]
            found.append(row(figure, "outliers within two standard errors", SHARE, agree.mean(), len(agree), **of))
            off = (places_of["measured"] / places_of["predicted"] - 1).abs()
            found += spread(figure, "distance of outliers from their prediction", off, (MEDIAN,), **of)
        distances = rows.groupby("phase")["distance"].first()
        quantity = "difference of cumulative distributions"
        found += spread(figure, quantity, distances, (SMALLEST, MEDIAN, LARGEST), **of)
    return found


def heavy_tails(tails: pd.DataFrame) -> Rows:
    """Fitted exponents against those of the predicted law, and the exponent where the predicted risk is least."""
    figure, found = "heavy_tails", []
    for of, of_laws in places(tails):
        rows = of_laws[of_laws["replicas"] > 0]
        fitted = rows[rows["sound"]].dropna(subset=["exponent", "predicted"])
        if len(fitted):
            agree = (fitted["exponent"] - fitted["predicted"]).abs() < AGREE * fitted["error"]
            found.append(row(figure, "exponents within two standard errors", SHARE, agree.mean(), len(agree), **of))
        missing = rows["exponent"].isna()
        found.append(row(figure, "too few weights for a fit", SHARE, missing.mean(), len(rows), **of))
        found += spread(figure, "tail exponent of the teacher", rows["teacher_exponent"], (MEDIAN,), **of)
        for n_eff, here in of_laws.sort_values("weight_decay").groupby("n_eff"):
            least = here["predicted_risk"].min()
            at_least = here.loc[here["predicted_risk"] <= least * (1 + TIE), "predicted"].tail(1).dropna()
            quantity = "predicted tail exponent at the least predicted risk"
            found += [row(figure, quantity, VALUE, value, 1, n_eff=n_eff, **of) for value in at_least]
    return found


def equivalence(study: pd.DataFrame) -> Rows:
    """Objectives within what both certificates allow, and risks where the minimiser is unique."""
    figure, found = "equivalence", []
    for of, rows in places(study[study["status"] == SOLVED]):
        within = rows["objective_difference"].abs() <= rows["bound"] + ROUNDING
        quantity = "objectives within what both certificates allow"
        found.append(row(figure, quantity, SHARE, within.mean(), len(rows), predicted=1.0, **of))
        apart = rows.loc[rows["unique"], "risk_difference"].abs()
        found += spread(figure, "relative difference of the risks, unique minimisers", apart, (LARGEST,), **of)
    return found


def gaussian_design(study: pd.DataFrame) -> Rows:
    """Distances from effective models, in standard errors, and what carries the excess at the fewest samples."""
    figure, found = "gaussian_design", []
    means = averages(study)
    solved = means.dropna(subset="excess")
    exponents = study[["teacher", "gamma"]].drop_duplicates()
    for name, model, baseline in (
        ("Gaussian measurements from their effective model", "gaussian", "self-consistent"),
        ("inputs from their effective model", "inputs", "real inputs"),
    ):
        apart = differences(solved, model, baseline).dropna().merge(exponents)
        for of, rows in places(apart):
            z = rows["excess"] / rows["excess_error"]
            quantity = f"distance of {name}, standard errors"
            found.append(row(figure, f"{quantity}, root mean square", VALUE, _root_mean_square(z), len(z), **of))
            found += spread(figure, quantity, z.abs(), (LARGEST,), **of)
            quantity = f"distance of {name}, root mean square over the risk"
            found.append(row(figure, quantity, VALUE, _root_mean_square(rows["excess"]), len(rows), **of))
    apart = differences(solved, "inputs", "self-consistent").dropna(subset="excess")
    for family, here in places(apart.merge(exponents)):
        for n_eff, rows in here.groupby("n_eff"):
            of = family | {"n_eff": n_eff}
            quantity = "excess of the risk over Gaussian measurements' effective model, inputs"
            found += spread(figure, quantity, rows["excess"], **of)
            for part in PARTS:
                found += spread(figure, f"of this, {part.replace('_', ' ')}", rows[part], **of)
    for of, rows in places(solved[solved["model"] == "inputs"]):
        found += spread(figure, "excess of the risk over state evolution, inputs", rows["excess"], (LARGEST,), **of)
    return found


def published(comparison: pd.DataFrame) -> Rows:
    """Largest distances of published numbers, and of networks at their parameters, from what is predicted."""
    found: Rows = []
    for (who, theory), rows in comparison.groupby(["found", "theory"]):
        away = (rows["quotient"] - 1).abs()
        found += spread("published", f"{who}: distance from {theory}", away, (MEDIAN, LARGEST))
    return found


def _root_mean_square(values: pd.Series) -> float:
    return float(np.sqrt(np.mean(values**2)))
