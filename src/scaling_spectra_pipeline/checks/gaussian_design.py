"""Gaussian measurements and real inputs against their effective models, real inputs against the known deviation."""

import numpy as np
import pandas as pd
from scipy.special import bdtr, stdtrit

from scaling_spectra.finite_size import known_deviation, real_inputs_deviation
from scaling_spectra.measurement_ensembles import MODELS, POINT, RULE, averages
from scaling_spectra_pipeline.checks.finding import Finding, where

# relative error of a risk whose duality gap is within the tolerance
SOLVED = 1e-4
# samples that lie outside by chance
OUTSIDE = 0.01


def gaussian_design_is_explained(path: str, table: pd.DataFrame) -> list[Finding]:
    """Both measurements follow their effective models at their d, real inputs that of Gaussian ones within the known
    deviation.

    The effective model is sampled at the delta, b of state evolution and at self-consistent ones, which differ
    by O(1/d): the mean of Gaussian measurements is judged by its distance to the interval between both.
    """
    means = averages(table).dropna(subset="excess")
    if means.empty:
        return [Finding("gaussian design", path, False, "no point has certified, unique solutions only")]
    inputs, gaussian, *drawn, real = (means[means["model"] == model].set_index(POINT) for model in MODELS)
    ends = pd.concat([rows["excess"] for rows in drawn], axis=1)
    of_both = gaussian.index.intersection(ends.dropna().index)
    gaussian, ends = gaussian.loc[of_both], ends.loc[of_both]
    away = gaussian["excess"] - gaussian["excess"].clip(ends.min(axis=1), ends.max(axis=1))
    error = np.hypot(gaussian["excess_error"], drawn[-1].loc[of_both, "excess_error"])
    places = inputs.index.to_frame()[["network", "n_eff", "dim"]]
    known = [known_deviation(*place) for place in places.itertuples(index=False)]
    beyond = (inputs["excess"].abs() - known).clip(lower=0)
    # at few samples their model may have no solution
    told = inputs.loc[inputs.index.intersection(real.index)]
    apart = told["excess"] - real["excess"]
    dim, n_eff = (told.index.get_level_values(name) for name in ("dim", "n_eff"))
    allowed = real_inputs_deviation(n_eff, dim)
    apart = np.sign(apart) * (apart.abs() - allowed).clip(lower=0)
    of_both = np.hypot(told["excess_error"], real["excess_error"])
    return [
        _means_agree("gaussian measurements against effective model", path, away, error, gaussian["replicas"]),
        _means_agree("inputs against their effective model", path, apart, of_both, told["replicas"]),
        _means_agree("inputs within the known deviation", path, beyond, inputs["excess_error"], inputs["replicas"]),
    ]


def _means_agree(check: str, path: str, deviation: pd.Series, error: pd.Series, replicas: pd.Series) -> Finding:
    """No more samples lie outside their 99 % interval than chance explains.

    All lambda of one (network, gamma, Delta, d, n_eff) share their samples, which are outside if one of them
    is, at a level divided among them (Bonferroni).
    """
    if deviation.empty:
        return Finding(check, path, True, "nothing to compare: its equations are solved at no point")
    samples = [name for name in POINT if name not in RULE]
    z = deviation.abs() / error.clip(lower=SOLVED)
    level = OUTSIDE / 2 / z.groupby(samples).transform("size")
    outside = (z > stdtrit(replicas - 1, 1 - level)).groupby(samples).any()
    accepted = np.searchsorted(bdtr(np.arange(len(outside) + 1), len(outside), OUTSIDE), 0.999)
    worst = z.idxmax()
    detail = (
        f"{outside.sum()} of {len(outside)} sets of samples outside their 99 % interval, {OUTSIDE * len(outside):.1f} "
        f"expected, {accepted} accepted; farthest {deviation[worst]:+.1%}, {z.max():.1f} standard errors, at "
        f"{where(pd.Series(dict(zip(POINT, worst, strict=True))))}"
    )
    return Finding(check, path, bool(outside.sum() <= accepted), detail)
