"""Risk and spectrum along n_eff from a noise bulk (VIa) to a heavy tail (VIb), at the smallest weight decay."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.landmarks import landmarks
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.reached import PAST
from scaling_spectra.records import SOLVED, StateEvolution, attempt_solution
from scaling_spectra.spectral_class import SpectrumSummary, summarise
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import Teacher, make
from scaling_spectra.ties import TIE, rounded
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.learned_weights import learned_weights
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import tail_transition as transition_table
from scaling_spectra_pipeline.schemas.columns import KEY, POINT, ensembles_of, write

NOISELESS = False
INPUTS = {"training": "training/excess_risk", "theory": "theory/excess_risk", "spectra": "spectra/excess_risk"}
DATA = "excess_risk"
PARAMETERS = {"teachers": "teachers", "points_per_decade": "theory.points_per_decade"}
# points go on for this factor beyond VIa | VIb, in the largest dimension where they do
REACH = 10.0


def main(output: str, inputs: dict[str, Any], teachers: dict[str, Settings], points_per_decade: int):
    data, tables = Data(inputs["data"]), read_tables({name: inputs[name] for name in INPUTS})
    rows = []
    for ensemble, teacher, points in _chosen(tables["training"], teachers):
        rows += [_row(ensemble, teacher, rows_of, tables, data) for _, rows_of in points.groupby(KEY)]
        rows += _between(ensemble, teacher, points, points_per_decade)
    write(pd.DataFrame(rows), output, transition_table.SCHEMA)


def _chosen(training: pd.DataFrame, teachers: dict[str, Settings]) -> Iterator[tuple[Ensemble, Teacher, pd.DataFrame]]:
    """Of each network the largest dimension with points far enough, or the smallest, at the smallest weight decay."""
    noisy = training[training["noise_var"] > 0]
    for _, of_network in noisy.groupby(["network", "teacher"]):
        found = list(ensembles_of(of_network))
        far = [
            (ensemble, rows)
            for ensemble, rows in found
            if rows["n_eff"].max() >= (1 - TIE) * REACH * _landmarks(ensemble, teachers).full_spectrum
        ]
        ensemble, rows = max(far, key=lambda pair: pair[0].dim) if far else min(found, key=lambda pair: pair[0].dim)
        least = rows[rows["weight_decay"] == rows["weight_decay"].min()]
        peak = _landmarks(ensemble, teachers).interpolation
        yield ensemble, make(teachers[ensemble.teacher]), least[least["n_eff"] > (1 + TIE) * PAST * peak]


def _landmarks(ensemble: Ensemble, teachers: dict[str, Settings]) -> Any:
    return landmarks(make(teachers[ensemble.teacher]), ensemble.network, ensemble.dim, ensemble.noise_var)


def _row(
    ensemble: Ensemble, teacher: Teacher, rows: pd.DataFrame, tables: dict[str, pd.DataFrame], data: Data
) -> dict[str, Any]:
    point = rows[list(POINT)].to_dict("records")[0]
    network, dim = ensemble.network, ensemble.dim
    predicted, solution, law = _predicted(ensemble, teacher, point)
    _, _, weights = learned_weights(tables, point, data)
    # without a bulk every weight that is not zero stands out
    edge = law.bulk_edge + learned_of(network).edge_width(solution, dim) if law.bulk_edge else 0.0
    counts = [np.count_nonzero(np.abs(found) > edge) / dim for found in weights] if solution.solved else []
    solved = rows[rows["status"] == SOLVED]
    return predicted | {
        "replicas": len(rows),
        "sound": bool((rows["converged"] & rows["unique"]).all()),
        "risk": solved["risk"].mean(),
        "risk_error": solved["risk"].sem(),
        "outside": float(np.mean(counts)) if counts else np.nan,
    }


def _between(
    ensemble: Ensemble, teacher: Teacher, points: pd.DataFrame, points_per_decade: int
) -> Iterator[dict[str, Any]]:
    """Rows of theory alone, between the trained points."""
    problem, known = problem_of(ensemble.network), set(points["samples"])
    first, (low, high) = points.iloc[0], points["n_eff"].agg(["min", "max"])
    fine = np.geomspace(low, high, rounded(points_per_decade * np.log10(high / low)) + 1)
    for samples in sorted({problem.samples(n_eff, ensemble.dim) for n_eff in fine} - known):
        n_eff = float(problem.effective_samples(samples, ensemble.dim))
        point = first[list(POINT)].to_dict() | {"n_eff": n_eff, "samples": samples}
        predicted, _, _ = _predicted(ensemble, teacher, point)
        yield predicted | {"replicas": 0, "sound": True}


def _predicted(
    ensemble: Ensemble, teacher: Teacher, point: dict[str, Any]
) -> tuple[dict[str, Any], StateEvolution, SpectrumSummary]:
    """Columns of theory at a point, with its solution and the law of the weights in short."""
    network, spectrum = ensemble.network, teacher.spectrum(ensemble.dim)
    at = (spectrum, point["samples"], point["weight_decay"], ensemble.noise_var)
    solution = attempt_solution(theory_of(network).state_evolution, *at)
    law = summarise(network, spectrum, solution)
    columns = point | {
        "full_spectrum": landmarks(teacher, network, ensemble.dim, ensemble.noise_var).full_spectrum,
        "predicted_risk": solution.risk,
        "predicted_outside": law.outliers / ensemble.dim if solution.solved else np.nan,
        "spectral_class": law.spectral_class,
    }
    return columns, solution, law


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
