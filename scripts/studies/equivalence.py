"""Train the network and solve its convex equivalent on the same samples, for every weight decay and replica."""

import logging
from functools import partial
from typing import Any

import numpy as np

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.solving import solving_of
from scaling_spectra.networks.interface.training import training_of
from scaling_spectra.point import Point
from scaling_spectra.records import SOLVED, TrainingRecord, attempt
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.rows import write_rows

# the convex problem is solved to this fraction of the tolerance: what differs is then the network's doing
SHARPER = 0.01


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    n_eff: float,
    weight_decays: list[tuple[float, float]],
    replicas: int,
    root_seed: int,
    width: float,
    tolerance: float,
    options: dict,
):
    of, drawn = Ensemble(**ensemble), Data(data)
    training, solving = training_of(of.network), solving_of(of.network)
    points = [Point(of, coefficient, exponent, n_eff) for coefficient, exponent in weight_decays]
    rows = []
    for number in range(replicas):
        replica = drawn.replica(of, number, points[0].samples, root_seed)
        train = training.prepare(replica.draw, replica.teacher, width=width, tol=tolerance, **options)
        solve = solving.prepare(replica.draw, replica.teacher, width=width, tol=SHARPER * tolerance)
        for point in points:
            trained = attempt(partial(train, point.weight_decay, replica.initialisation()), of.dim, "network")
            solved = attempt(partial(solve, point.weight_decay), of.dim, "convex")
            logging.info("replica %d, lambda %g: %s; %s", number, point.weight_decay, trained, solved)
            comparison = compared(trained, solved, replica.teacher, tolerance)
            rows.append(point.columns() | {"replica": number} | comparison)
    write_rows(rows, output)


def compared(trained: TrainingRecord, solved: TrainingRecord, teacher: np.ndarray, tolerance: float) -> dict:
    """Columns of a row that compare both ways to find a point."""
    allowed = trained.relative_gap * trained.objective + solved.relative_gap * solved.objective
    both = {"network": trained, "convex": solved}
    failed = [record.status for record in both.values() if record.status != SOLVED]
    return {
        **{f"objective_{way}": record.objective for way, record in both.items()},
        "objective_difference": (trained.objective - solved.objective) / solved.objective,
        "bound": allowed / solved.objective,
        **{f"gap_{way}": record.relative_gap for way, record in both.items()},
        "relative_gap": np.maximum(trained.relative_gap, solved.relative_gap),
        **{f"risk_{way}": record.risk for way, record in both.items()},
        "risk_difference": (trained.risk - solved.risk) / solved.risk,
        "spectrum_distance": np.linalg.norm(trained.spectrum - solved.spectrum) / np.linalg.norm(teacher),
        **{f"rank_{way}": record.rank for way, record in both.items()},
        "evaluations": trained.iterations,
        "lbfgs_evaluations": trained.lbfgs_evaluations,
        "residual_gap": trained.residual_gap,
        "sharpened": trained.residual_gap > tolerance,
        "iterations": solved.iterations,
        **{f"solver_{way}": record.solver for way, record in both.items()},
        **{f"converged_{way}": record.converged for way, record in both.items()},
        "unique": trained.unique and solved.unique,
        "status": "; ".join(dict.fromkeys(failed)) or SOLVED,
    }


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.data, snakemake.output[0], **snakemake.params.arguments)
