"""Tail exponents of learned weights along the weight decay, beside those of their law and of the teacher."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.continuation import follow
from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import mean_risk
from scaling_spectra.point import Point
from scaling_spectra.records import SOLVED, StateEvolution, joint_status
from scaling_spectra.tails import fit_tail, law_sample
from scaling_spectra.ties import TIE, rounded
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.learned_weights import learned_weights
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import heavy_tails as tails_table
from scaling_spectra_pipeline.schemas.columns import KEY, POINT, ensembles_of, write

INPUTS = {
    "training": "training/weight_decay_scan",
    "theory": "theory/weight_decay_scan",
    "spectra": "spectra/weight_decay_scan",
}
DATA = "weight_decay_scan"
PARAMETERS = {"width": "width", "points_per_decade": "theory.points_per_decade"}
# of the curves, an exponent of whose laws takes longer than a risk: as many times fewer points
COARSER = 2


def main(output: str, inputs: dict[str, Any], width: Width, points_per_decade: int):
    data, tables = Data(inputs["data"]), read_tables({name: inputs[name] for name in INPUTS})
    rows, of_teachers = [], {}
    for _, trained in tables["training"].groupby(KEY):
        (point, *_) = trained[list(POINT)].to_dict("records")
        teachers, solutions, weights = learned_weights(tables, point, data)
        # none where no replica is solved
        tail = fit_tail(np.abs(np.concatenate([[], *weights])))
        pooled = np.abs(np.concatenate([[], *teachers]))
        status = joint_status(solutions)
        # the same at every n_eff and lambda
        if pooled.tobytes() not in of_teachers:
            of_teachers[pooled.tobytes()] = fit_tail(pooled).exponent
        rows.append(
            point
            | {
                "replicas": len(trained),
                "sound": bool((trained["converged"] & trained["unique"]).all()),
                "risk": trained["risk"].mean(),
                "risk_error": trained["risk"].sem(),
                "predicted_risk": np.mean([solution.risk for solution in solutions]) if solutions else np.nan,
                "exponent": tail.exponent,
                "error": tail.error,
                "start": tail.start,
                "count": tail.count,
                "predicted": _exponent(point["network"], teachers, solutions, status),
                "teacher_exponent": of_teachers[pooled.tobytes()],
                "limit": 1 + 1 / point["gamma"],
                "status": status,
            }
        )
    table = pd.DataFrame(rows)
    between = _between(table, tables["training"], data, width, points_per_decade / COARSER)
    write(pd.concat([table, pd.DataFrame(between)], ignore_index=True), output, tails_table.SCHEMA)


def _exponent(network: str, teachers: list[np.ndarray], solutions: list[StateEvolution], status: str) -> float:
    """Exponent of the law that is predicted for all teachers together."""
    return fit_tail(law_sample(network, teachers, solutions)).exponent if teachers and status == SOLVED else np.nan


def _between(
    table: pd.DataFrame, training: pd.DataFrame, data: Data, width: Width, points_per_decade: float
) -> list[dict[str, Any]]:
    """Rows of theory alone, between the weight decays of the trained points."""
    rows = []
    for ensemble, points in ensembles_of(table):
        trained = training.merge(points[list(ENSEMBLE)].drop_duplicates())
        evolve = theory_of(ensemble.network).conditional_state_evolution
        solve = partial(evolve, noise_var=ensemble.noise_var, width=share(width, ensemble.dim))
        teachers = list(data.teachers(ensemble, sorted(trained["replica"].unique())))
        known = np.sort(points["weight_decay"].unique())
        fine = np.geomspace(*known[[-1, 0]], rounded(points_per_decade * np.log10(known[-1] / known[0])) + 1)
        fine = fine[np.abs(fine[:, None] / known - 1).min(axis=1) > TIE]
        for n_eff, of_size in points.groupby("n_eff"):
            first = of_size.iloc[0]
            samples = int(first["samples"])
            # replicas have one teacher, or each its own
            paths = {teacher.tobytes(): follow(partial(solve, teacher), samples, fine) for teacher in teachers}
            for weight_decay, *solutions in zip(fine, *(paths[teacher.tobytes()] for teacher in teachers), strict=True):
                status = joint_status(solutions)
                rows.append(
                    Point(ensemble, weight_decay, 0.0, n_eff).columns()
                    | {"samples": samples, "replicas": 0, "sound": True, "count": 0, "status": status}
                    | {"predicted_risk": mean_risk(tuple(solutions))}
                    | {"predicted": _exponent(ensemble.network, teachers, solutions, status)}
                    | {name: first[name] for name in ("teacher_exponent", "limit")}
                )
    return rows


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
