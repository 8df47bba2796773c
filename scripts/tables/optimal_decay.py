"""Optimal weight decay along n_eff: for the teachers of the trained points, and on average at large d."""

import itertools
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.diagram_landmarks import Landmarks
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.landmarks import landmarks
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import optimal_weight_decay
from scaling_spectra.records import SOLVED, attempt_mean
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import optimal_decay as optimal_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"training": "training/weight_decay_scan"}
DATA = "weight_decay_scan"
PARAMETERS = {
    "teacher": "teacher",
    "teachers": "teachers",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "width": "width",
    "points": "theory.optimal_points",
    "networks": "networks",
}
# the curves go on beyond n_eff = Delta d^(2 gamma), in decades
BEYOND = 1.0
LARGEST_BAYES = 10**6


def main(
    output: str,
    inputs: dict[str, Any],
    teacher: Settings,
    teachers: dict[str, Settings],
    noise_var: float,
    large_dims: list[int],
    width: Width,
    points: int,
    networks: list[str],
):
    trained, data = read(inputs["training"], training_table.SCHEMA), Data(inputs["data"])
    rows = []
    for ensemble, rows_of in ensembles_of(trained[trained["noise_var"] > 0]):
        drawn, family = data.teachers(ensemble, sorted(rows_of["replica"].unique())), make(teachers[ensemble.teacher])
        diagram = landmarks(family, ensemble.network, ensemble.dim, ensemble.noise_var)
        spectrum, problem = family.spectrum(ensemble.dim), problem_of(ensemble.network)
        between = {problem.samples(value, diagram.dim) for value in _along(diagram, points)}
        counted = {n: float(problem.effective_samples(n, diagram.dim)) for n in between}
        counted |= {problem.samples(value, diagram.dim): value for value in rows_of["n_eff"]}
        rows += [_row(ensemble, diagram, spectrum, counted[n], width, drawn) for n in sorted(counted)]
    family = make(teacher)
    for network, dim in itertools.product(networks, large_dims):
        ensemble = Ensemble.of(network, teacher, noise_var, dim)
        diagram, spectrum = landmarks(family, network, dim, noise_var), merged_spectrum(family, dim)
        rows += [_row(ensemble, diagram, spectrum, value, width) for value in _along(diagram, points)]
    write(pd.DataFrame(rows), output, optimal_table.SCHEMA)


def _along(diagram: Landmarks, points: int) -> np.ndarray:
    """n_eff from the first feature to be found to beyond the last."""
    return np.geomspace(diagram.detection, diagram.full_spectrum * 10**BEYOND, points)


def _row(
    ensemble: Ensemble,
    diagram: Landmarks,
    spectrum: Spectrum,
    n_eff: float,
    width: Width,
    teachers: np.ndarray | None = None,
) -> dict:
    network, dim, noise_var = ensemble.network, ensemble.dim, ensemble.noise_var
    ratio = share(width, dim)
    problem, theory, limits = problem_of(network), theory_of(network), limits_of(network)
    if teachers is None:
        samples = n_eff / problem.effective_samples(1, dim)
        best = optimal_weight_decay(network, spectrum, samples, noise_var, width=ratio)
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
        best = optimal_weight_decay(network, spectrum, samples, noise_var, teachers=distinct, width=ratio)
        bayes, status = attempt_mean(theory.conditional_bayes_risk, distinct, spectrum, samples, noise_var)
    return ensemble.columns() | {
        "n_eff": n_eff,
        "teachers": 0 if teachers is None else len(teachers),
        "weight_decay": best.weight_decay,
        "bulk_disappears": float(diagram.bulk(n_eff)) / ratio**limits.WIDTH_EXPONENT,
        "risk": best.risk,
        "bayes_risk": bayes,
        "status": status if best.status == SOLVED else best.status,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
