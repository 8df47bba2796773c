"""Risk along n_eff at the smallest weight decay, before and after pruning, beside the best possible risks."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.continuation import follow
from scaling_spectra.ensemble import ENSEMBLE, Ensemble
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.pruning import pruning_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.point import Point
from scaling_spectra.reached import past_the_peak
from scaling_spectra.records import SOLVED, attempt_mean, joint_status
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.ties import TIE, rounded
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import optimal_decay as optimal_table
from scaling_spectra_pipeline.schemas import pruning_curves as pruned_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"training": "training/excess_risk", "optimal": "tables/optimal_decay"}
DATA = "excess_risk"
PARAMETERS = {
    "teacher": "teacher",
    "teachers": "teachers",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "points_per_decade": "theory.points_per_decade",
    "points": "theory.optimal_points",
    "width": "width",
    "networks": "networks",
}
NOISELESS = False
RULE = ["decay_coefficient", "decay_exponent"]
# curves without the best risks have this many times as many points
FINER = 5
# relative distances from the peak on both sides of which they have one, where the peak is narrow
NEAR = np.geomspace(1e-3, 0.2, 8)


def main(
    output: str,
    inputs: dict[str, Any],
    teacher: Settings,
    teachers: dict[str, Settings],
    noise_var: float,
    large_dims: list[int],
    points_per_decade: int,
    points: int,
    width: Width,
    networks: list[str],
):
    trained, data = read(inputs["training"], training_table.SCHEMA), Data(inputs["data"])
    trained = trained[trained["network"].map(lambda network: supports(network, "pruning"))]
    noisy = trained[trained["noise_var"] > 0]
    least = noisy[noisy["weight_decay"] <= noisy["weight_decay"].min() * (1 + TIE)]
    coefficient, exponent = least.sort_values(RULE)[RULE].iloc[0]
    rows = []
    # of each network the largest d with points on both sides of the peak
    shown = [
        rows_of[rows_of["dim"] == max(past_the_peak(network, rows_of.groupby("dim")["n_eff"].max()))]
        for (network, *_), rows_of in noisy.groupby(list(ENSEMBLE[:-1]))
    ]
    for ensemble, rows_of in ensembles_of(pd.concat(shown)):
        drawn = data.teachers(ensemble, sorted(rows_of["replica"].unique()))
        spectrum = make(teachers[ensemble.teacher]).spectrum(ensemble.dim)
        weight_decay = Point(ensemble, coefficient, exponent, 1.0).weight_decay
        n_eff, ratio = sorted(rows_of["n_eff"].unique()), share(width, ensemble.dim)
        rows += _of_teachers(ensemble, spectrum, weight_decay, drawn, n_eff, points, ratio)
    best = read(inputs["optimal"], optimal_table.SCHEMA)
    dim = large_dims[0]
    spectrum = merged_spectrum(make(teacher), dim)
    for network in filter(lambda network: supports(network, "pruning"), networks):
        ensemble = Ensemble.of(network, teacher, noise_var, dim)
        known = best[(best["network"] == network) & (best["dim"] == dim) & (best["teachers"] == 0)]
        weight_decay = Point(ensemble, coefficient, exponent, 1.0).weight_decay
        rows += _average(ensemble, spectrum, weight_decay, known, points_per_decade, share(width, dim))
    write(pd.DataFrame(rows), output, pruned_table.SCHEMA)


def _of_teachers(
    ensemble: Ensemble,
    spectrum: Spectrum,
    weight_decay: float,
    teachers: np.ndarray,
    trained: list[float],
    points: int,
    width: float,
) -> list[dict]:
    """Means over given teachers, at each trained n_eff, at the peak and between them.

    The best risks, which take long, at some of the points only.
    """
    network, noise_var, dim = ensemble.network, ensemble.noise_var, ensemble.dim
    problem, theory, pruning = problem_of(network), theory_of(network), pruning_of(network)
    # replicas have one teacher, or each its own
    distinct = np.unique(teachers, axis=0)
    first, last = trained[0], trained[-1]
    coarse = {problem.samples(value, dim) for value in np.geomspace(first, last, points)}
    fine = [*np.geomspace(first, last, FINER * points), *trained]
    peak = limits_of(network).INTERPOLATION * dim
    fine += [peak] if first < peak < last else []
    samples = sorted(coarse | {problem.samples(value, dim) for value in fine})
    solve = partial(theory.conditional_state_evolution, noise_var=noise_var, width=width)
    paths = [follow(partial(solve, teacher), samples, weight_decay) for teacher in distinct]
    rows = []
    for n, *solved in zip(samples, *paths, strict=True):
        status, pruned = joint_status(solved), np.nan
        if status == SOLVED:
            pruned = np.mean(list(map(pruning.conditional_pruned_risk, distinct, solved)))
        best = bayes = np.nan
        if n in coarse:
            optimum = optimal_weight_decay(network, spectrum, n, noise_var, teachers=distinct, width=width)
            bayes, of_bayes = attempt_mean(theory.conditional_bayes_risk, distinct, spectrum, n, noise_var)
            best = optimum.risk
            status = next((one for one in (status, optimum.status, of_bayes) if one != SOLVED), SOLVED)
        rows.append(
            ensemble.columns()
            | {
                "weight_decay": weight_decay,
                "n_eff": problem.effective_samples(n, dim),
                "teachers": len(teachers),
                "risk": np.mean([point.risk for point in solved]),
                "pruned_risk": pruned,
                "optimal_risk": best,
                "bayes_risk": bayes,
                "status": status,
            }
        )
    return rows


def _average(
    ensemble: Ensemble,
    spectrum: Spectrum,
    weight_decay: float,
    known: pd.DataFrame,
    points_per_decade: int,
    width: float,
) -> list[dict]:
    """Averages over all teachers, at the n_eff of `known`, at the peak and between them."""
    network, noise_var, dim = ensemble.network, ensemble.noise_var, ensemble.dim
    problem, theory, pruning = problem_of(network), theory_of(network), pruning_of(network)
    ends = known["n_eff"].min(), known["n_eff"].max()
    between = np.geomspace(*ends, rounded(points_per_decade / 2 * np.log10(ends[1] / ends[0])))[1:-1]
    peak = limits_of(network).INTERPOLATION * dim
    around = peak * np.concatenate([1 - NEAR, [1.0], 1 + NEAR])
    between = np.append(between, around[(around > ends[0]) & (around < ends[1])])
    known_n_eff = known["n_eff"].to_numpy()
    apart = np.abs(between[:, None] / known_n_eff - 1).min(axis=1)
    n_eff = np.sort([*between[apart > TIE], *known_n_eff])
    samples = n_eff / problem.effective_samples(1, dim)
    path = theory.curve(spectrum, samples, weight_decay, noise_var, width=width)
    best = known.set_index("n_eff")[["risk", "bayes_risk", "status"]].reindex(n_eff)
    best["status"] = best["status"].fillna(SOLVED)
    return [
        ensemble.columns()
        | {
            "weight_decay": weight_decay,
            "n_eff": value,
            "teachers": 0,
            "risk": point.risk,
            "pruned_risk": pruning.pruned_risk(spectrum, point) if point.solved else np.nan,
            "optimal_risk": best.loc[value, "risk"],
            "bayes_risk": best.loc[value, "bayes_risk"],
            "status": best.loc[value, "status"] if point.solved else point.status,
        }
        for value, point in zip(n_eff, path, strict=True)
    ]


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
