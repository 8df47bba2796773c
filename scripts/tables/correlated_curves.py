"""State evolution of correlated inputs between the points of the study: its teachers, each case at its best lambda."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.correlated_cases import at_best, own_theory, whitened_teacher
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.records import SOLVED, attempt_or
from scaling_spectra.replicas import Replica
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.ties import rounded
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import correlated_curves as curves_table
from scaling_spectra_pipeline.schemas import correlated_inputs as study_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/correlated_inputs"}
DATA = "correlated_inputs"
PARAMETERS = {"teachers": "teachers", "width": "width", "root_seed": "seed"}
# of a curve, and how far it reaches beyond the study
POINTS_PER_DECADE, BEYOND = 12, 1.15
CASE = list(study_table.CASE)
UNSOLVED = {"weight_decay": np.nan, "risk": np.nan}


def main(output: str, inputs: dict[str, Any], teachers: dict[str, Settings], width: Width, root_seed: int):
    study, data = read(inputs["study"], study_table.SCHEMA), Data(inputs["data"])
    # of each network the largest dimension is drawn
    study, rows = study[study["dim"] == study.groupby("network")["dim"].transform("max")], []
    for of, examined in ensembles_of(study):
        scales = make(teachers[of.teacher]).spectrum(of.dim).values
        replicas = [data.replica(of, number, 1, root_seed) for number in sorted(examined["replica"].unique())]
        low, high = examined["n_eff"].min() / BEYOND, examined["n_eff"].max() * BEYOND
        wanted = np.geomspace(low, high, 2 + rounded(POINTS_PER_DECADE * np.log10(high / low)))
        counts = sorted({problem_of(of.network).samples(n_eff, of.dim) for n_eff in wanted})
        for _, case in examined[CASE].drop_duplicates().iterrows():
            for samples in counts:
                n_eff = float(problem_of(of.network).effective_samples(samples, of.dim))
                found = attempt_or(
                    partial(_solved, of, scales, tuple(case), samples, n_eff, replicas, share(width, of.dim)),
                    lambda reason: UNSOLVED | {"status": reason},
                )
                rows.append(of.columns() | case.to_dict() | {"n_eff": n_eff} | found)
    write(pd.DataFrame(rows), output, curves_table.SCHEMA)


def _solved(
    of: Ensemble,
    scales: np.ndarray,
    case: tuple[float, str, str],
    samples: int,
    n_eff: float,
    replicas: list[Replica],
    width: float,
) -> dict[str, Any]:
    """The mean over replicas at the best lambda of the first one's inputs, as in the study."""
    inputs, weight_decay, status = at_best(of, scales, case, samples, n_eff, replicas, width)
    if status != SOLVED:
        return UNSOLVED | {"status": status}
    # replicas with the same teacher and inputs have one risk
    risks: dict[bytes, float] = {}
    for replica, (features, variance) in zip(replicas, inputs, strict=True):
        truth = whitened_teacher(of, features, variance, replica)
        if truth.tobytes() not in risks:
            risks[truth.tobytes()] = own_theory(of, features, truth, samples, weight_decay, width).risk
    return {"weight_decay": weight_decay, "risk": float(np.mean(list(risks.values()))), "status": SOLVED}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
