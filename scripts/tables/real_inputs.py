"""Theory of real inputs at the simulated points of Figures 3 and 5, beside state evolution."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra import datasets
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.inputs import inputs_of
from scaling_spectra.records import StateEvolutionError
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.widths import Width, share
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import real_inputs as inputs_table
from scaling_spectra_pipeline.schemas import theory as theory_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import KEY, POINT, ensembles_of, read, write
from scaling_spectra_pipeline.slopes import SEED

INPUTS = {"training": "training/excess_risk", "theory": "theory/excess_risk"}
PARAMETERS = {"teachers": "teachers", "width": "width", "root_seed": "seed"}
# below, its equations need not have a solution; beyond, work grows and the difference is small
LEAST, LARGEST = 1.0, 400


def main(output: str, inputs: dict[str, Any], teachers: dict[str, Settings], width: Width, root_seed: int):
    training = read(inputs["training"], training_table.SCHEMA)
    theory = read(inputs["theory"], theory_table.SCHEMA)
    solved = theory.groupby(KEY, as_index=False)["risk"].mean().rename(columns={"risk": "risk_theory"})
    parts = [pd.DataFrame(columns=list(inputs_table.SCHEMA.columns))]
    for ensemble, rows in ensembles_of(training):
        if not supports(ensemble.network, "inputs") or ensemble.dim > LARGEST:
            continue
        points = rows.drop_duplicates(KEY)
        points = points[points["n_eff"] >= LEAST].merge(solved, on=KEY)
        if points.empty:
            continue
        seed = datasets.seed_sequence(root_seed, SEED, ensemble.noise_var, ensemble.dim, 0)
        try:
            risks = inputs_of(ensemble.network).risks(
                make(teachers[ensemble.teacher]).spectrum(ensemble.dim).values,
                points["samples"].to_list(),
                points["weight_decay"].to_list(),
                ensemble.noise_var,
                np.random.default_rng(seed),
                width=share(width, ensemble.dim),
            )
        except StateEvolutionError:
            risks = np.full(len(points), np.nan)
        parts.append(points[[*POINT, "risk_theory"]].assign(risk_inputs=risks))
    # empty parts have no types to add
    write(pd.concat([part for part in parts if len(part)] or parts, ignore_index=True), output, inputs_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
