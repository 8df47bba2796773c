"""Risk of state evolution along the weight decay, for the teachers and samples of the trained points."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.continuation import follow
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.optimal import mean_risk
from scaling_spectra.records import joint_status
from scaling_spectra.ties import rounded
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import risk_along_decay as decay_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"training": "training/weight_decay_scan"}
DATA = "weight_decay_scan"
PARAMETERS = {
    "width": "width",
    "points_per_decade": "theory.points_per_decade",
}
# the curves go on a little beyond the trained points
OVERHANG = 2.0


def main(
    output: str,
    inputs: dict[str, Any],
    width: Width,
    points_per_decade: int,
):
    trained, data = read(inputs["training"], training_table.SCHEMA), Data(inputs["data"])
    rows = []
    for ensemble, points in ensembles_of(trained):
        evolve = theory_of(ensemble.network).conditional_state_evolution
        solve = partial(evolve, noise_var=ensemble.noise_var, width=share(width, ensemble.dim))
        teachers = data.teachers(ensemble, sorted(points["replica"].unique()))
        # replicas have one teacher, or each its own
        distinct = np.unique(teachers, axis=0)
        high, low = points["weight_decay"].max() * OVERHANG, points["weight_decay"].min() / OVERHANG
        weight_decay = np.geomspace(high, low, rounded(points_per_decade * np.log10(high / low)) + 1)
        for (n_eff, samples), _ in points.groupby(["n_eff", "samples"]):
            paths = [follow(partial(solve, teacher), samples, weight_decay) for teacher in distinct]
            rows += [
                ensemble.columns()
                | {
                    "n_eff": n_eff,
                    "weight_decay": lam,
                    "teachers": len(teachers),
                    "risk": mean_risk(points_of),
                    "status": joint_status(points_of),
                }
                for lam, *points_of in zip(weight_decay, *paths, strict=True)
            ]
    write(pd.DataFrame(rows), output, decay_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
