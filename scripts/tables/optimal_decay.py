"""Optimal weight decay along n_eff: for the teachers of the trained points, and on average at large d."""

import itertools

import numpy as np
import pandas as pd

from scaling_spectra.landmarks import landmarks
from scaling_spectra.merged_teacher import merged_teacher_spectrum
from scaling_spectra.networks import names
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.phase_diagram import Landmarks
from scaling_spectra.records import SOLVED, attempt_mean
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teacher import teacher_spectrum
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables import optimal as optimal_table
from scaling_spectra_pipeline.tables import training as training_table
from scaling_spectra_pipeline.tables.columns import read, write
from scaling_spectra_pipeline.teachers import draw_teachers

STAGE = "optimal"
INPUTS = {"training": "training/weight_decay_scan"}
PARAMETERS = {
    "gamma": "gamma",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "root_seed": "seed",
    "width": "width",
    "points": "theory.optimal_points",
    "scales": "scales",
}
# the curves go on beyond n_eff = Delta d^(2 gamma), in decades
BEYOND = 1.0
LARGEST_BAYES = 10**6


def main(
    output: str,
    inputs: dict[str, str],
    gamma: float,
    noise_var: float,
    large_dims: list[int],
    root_seed: int,
    width: float,
    points: int,
    scales: list[float] | None = None,
):
    trained = read(inputs["training"], training_table.SCHEMA)
    rows = []
    for (network, gamma_of, delta, dim), rows_of in trained[trained["noise_var"] > 0].groupby(
        ["network", "gamma", "noise_var", "dim"]
    ):
        replicas = sorted(rows_of["replica"].unique())
        teachers = draw_teachers(network, gamma_of, delta, dim, replicas, root_seed, scales)
        diagram, spectrum = landmarks(network, dim, gamma_of, delta, scales), teacher_spectrum(dim, gamma_of, scales)
        samples = problem_of(network).samples
        counted = {samples(value, diagram.dim): value for value in (*_along(diagram, points), *rows_of["n_eff"])}
        rows += [_row(diagram, gamma_of, spectrum, counted[n], width, teachers) for n in sorted(counted)]
    for network, dim in itertools.product(names(), large_dims):
        diagram = landmarks(network, dim, gamma, noise_var, scales)
        spectrum = merged_teacher_spectrum(dim, gamma, scales)
        rows += [_row(diagram, gamma, spectrum, value, width) for value in _along(diagram, points)]
    write(pd.DataFrame(rows), output, optimal_table.SCHEMA)


def _along(diagram: Landmarks, points: int) -> np.ndarray:
    """n_eff from the first feature to be found to beyond the last."""
    return np.geomspace(diagram.detection, diagram.full_spectrum * 10**BEYOND, points)


def _row(
    diagram: Landmarks,
    gamma: float,
    spectrum: Spectrum,
    n_eff: float,
    width: float,
    teachers: np.ndarray | None = None,
) -> dict:
    network, dim, noise_var = diagram.network, diagram.dim, diagram.noise_var
    problem, theory, limits = problem_of(network), theory_of(network), limits_of(network)
    if teachers is None:
        samples = n_eff / problem.effective_samples(1, dim)
        best = optimal_weight_decay(network, spectrum, samples, noise_var, width=width)
        # at the largest d it would take a second a point
        bayes, status = (
            attempt_mean(theory.bayes_risk, [spectrum], samples, noise_var)
            if dim <= LARGEST_BAYES
            else (np.nan, SOLVED)
        )
    else:
        samples = problem.samples(n_eff, dim)
        # replicas have one teacher, or each its own
        distinct = np.unique(teachers, axis=0)
        best = optimal_weight_decay(network, spectrum, samples, noise_var, teachers=distinct, width=width)
        bayes, status = attempt_mean(theory.conditional_bayes_risk, distinct, spectrum, samples, noise_var)
    return {
        "network": network,
        "gamma": gamma,
        "noise_var": noise_var,
        "dim": dim,
        "n_eff": n_eff,
        "teachers": 0 if teachers is None else len(teachers),
        "weight_decay": best.weight_decay,
        "bulk_disappears": float(diagram.bulk(n_eff)) / width**limits.WIDTH_EXPONENT,
        "risk": best.risk,
        "bayes_risk": bayes,
        "status": status if best.status == SOLVED else best.status,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
