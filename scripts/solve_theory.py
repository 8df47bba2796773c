"""Solve state evolution for the teachers of one ensemble, at the trained n_eff and on a fine grid."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.continuation import follow
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.point import Point
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import theory as theory_table
from scaling_spectra_pipeline.schemas.columns import write

# the curves go on a little beyond the trained points
OVERHANG = 1.5


def main(
    data: list[str],
    output: str,
    ensemble: dict[str, Any],
    n_eff: list[float],
    weight_decays: list[tuple[float, float]],
    replicas: int,
    points_per_decade: int,
    width: float,
):
    of = Ensemble(**ensemble)
    problem, dim = problem_of(of.network), of.dim
    solve = partial(theory_of(of.network).conditional_state_evolution, noise_var=of.noise_var, width=width)
    teachers = Data(data).teachers(of, range(replicas))
    low, high = n_eff[0] / OVERHANG, n_eff[-1] * OVERHANG
    fine = np.geomspace(low, high, max(2, rounded(points_per_decade * np.log10(high / low))))
    samples = np.unique([problem.samples(value, dim) for value in (*n_eff, *fine)])
    samples = samples[samples > 0]
    exact = {problem.samples(value, dim): value for value in n_eff}
    distinct, member = np.unique(teachers, axis=0, return_inverse=True)
    rows = []
    for coefficient, exponent in weight_decays:
        rule = partial(Point, of, coefficient, exponent)
        weight_decay = rule(1.0).weight_decay
        curves = [follow(partial(solve, teacher), samples, weight_decay) for teacher in distinct]
        for replica, index in enumerate(member):
            for n, point in zip(samples, curves[index], strict=True):
                rows.append(
                    rule(exact.get(n, problem.effective_samples(n, dim))).columns()
                    | {
                        "samples": n,
                        "replica": replica,
                        "delta": point.delta,
                        "threshold": point.threshold,
                        "risk": point.risk,
                        "divergence": point.divergence,
                        "train_loss": point.train_loss,
                        "status": point.status,
                    }
                )
    write(pd.DataFrame(rows), output, theory_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input, snakemake.output[0], **snakemake.params.arguments)
