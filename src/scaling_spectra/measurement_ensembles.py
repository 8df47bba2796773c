"""Risks and their parts under real inputs, Gaussian measurements and their effective models, with error bars."""

import numpy as np

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.extras import extras

with extras():
    import pandas as pd

RULE = ["decay_coefficient", "decay_exponent", "weight_decay"]
POINT = [*ENSEMBLE, "n_eff", *RULE]
# solved on samples, and drawn
MEASURED, DRAWN = ("inputs", "gaussian"), ("effective", "self-consistent", "real inputs")
MODELS = (*MEASURED, *DRAWN)
# samples a dimension from which on every effective model has a solution
SOLVABLE = 5
PARTS = ("systematic", "diagonal_noise", "rows", "rest")


def may_be_unsolved(table: pd.DataFrame) -> pd.Series:
    """Rows whose equations need not have a solution: effective models of inputs at few samples."""
    return (table["model"] == "real inputs") & (table["n_eff"] < SOLVABLE)


def averages(table: pd.DataFrame) -> pd.DataFrame:
    """Means over replicas with standard errors, in units of the risk of state evolution.

    Points where one solution is not certified, or not unique, have no means: its risk is not a property of the
    problem, and leaving out single replicas would select among data sets. Nor has an effective model that is not
    solved.

    Parameters
    ----------
    table : DataFrame
        Rows of the study ``gaussian_design``.

    Returns
    -------
    DataFrame
        One row per point and model: replicas, samples, top, delta, threshold, risk_theory; excess
        (R/R_theory - 1) and the `PARTS` over R_theory, each with its standard error ``<name>_error``.
    """
    certain = (table["converged"] & table["unique"]) | table["model"].isin(DRAWN)
    sound = certain.groupby([table[name] for name in POINT]).transform("all")
    table = table.copy()
    table.loc[~sound, ["risk", *PARTS]] = np.nan
    table["excess"] = table["risk"] / table["risk_theory"] - 1
    for part in PARTS:
        table[part] = table[part] / table["risk_theory"]
    values = ["excess", *PARTS]
    groups = table.groupby([*POINT, "model"], sort=True)
    means = groups[values].mean()
    errors = groups[values].sem().add_suffix("_error")
    fixed = groups[["gamma", "samples", "top", "delta", "threshold", "risk_theory"]].first()
    fixed.insert(0, "replicas", groups.size())
    found = pd.concat([fixed, means, errors], axis=1).reset_index()
    found.insert(list(found).index("teacher") + 1, "gamma", found.pop("gamma"))
    return found


def differences(means: pd.DataFrame, model: str, baseline: str) -> pd.DataFrame:
    """`averages` of `model` minus those of `baseline`, which are independent, with the errors of both.

    One row per point; ``replicas`` are those of `model`.
    """
    values = ["excess", *PARTS]
    one, other = (means[means["model"] == name].set_index(POINT) for name in (model, baseline))
    result = one[["replicas", "top", "risk_theory", *values]].copy()
    result[values] -= other[values]
    for value in values:
        result[f"{value}_error"] = np.hypot(one[f"{value}_error"], other[f"{value}_error"])
    return result.reset_index()
