"""Largest learned weights along gradient flow of the population loss, and when each feature appears."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.flow import appearance_times
from scaling_spectra.networks.interface.descent import descent_of
from scaling_spectra.networks.interface.flow import flow_of
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import gradient_descent as study_table
from scaling_spectra_pipeline.schemas import spectral_dynamics as dynamics_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/gradient_descent"}
DATA = "gradient_descent"
PARAMETERS = {"root_seed": "seed", "width": "width", "teachers": "teachers"}
# of each ensemble the first replica is drawn
REPLICA, TIMES = 0, 160


def main(output: str, inputs: dict[str, Any], root_seed: int, width: Width, teachers: dict[str, Settings]):
    study, data = read(inputs["study"], study_table.SCHEMA), Data(inputs["data"])
    rows = []
    for of, examined in ensembles_of(study):
        flow, first = flow_of(of.network), make(teachers[of.teacher]).spectrum(of.dim).values[0]
        # samples are drawn to check the seed, and not used
        replica = data.replica(of, REPLICA, 1, root_seed)
        weights = flow.initial(of.dim, share(width, of.dim), study_table.INIT_SCALE, replica.initialisation())
        scaled_times = np.geomspace(examined["scaled_time"].min(), examined["scaled_time"].max(), TIMES)
        learned = flow.learned(replica.teacher, weights, scaled_times / first)
        values = descent_of(of.network).leading(learned, study_table.LEADING)
        sizes = np.abs(replica.teacher)
        largest = np.argsort(-sizes, kind="stable")[: study_table.LEADING]
        appearance = first * appearance_times(sizes, flow.starts(replica.teacher, weights))
        for number, feature in enumerate(largest):
            # what the teacher lacks, or has less of than the initial weights, does not appear
            if not 0 < appearance[feature] < np.inf:
                continue
            row = of.columns() | {"feature": number + 1, "teacher_value": sizes[feature]}
            row["appearance"] = appearance[feature]
            rows += [
                row | {"scaled_time": time, "value": value}
                for time, value in zip(scaled_times, values[:, number], strict=True)
            ]
    write(pd.DataFrame(rows, columns=list(dynamics_table.SCHEMA.columns)), output, dynamics_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
