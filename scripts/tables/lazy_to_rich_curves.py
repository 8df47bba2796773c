"""State evolution from lazy to rich between the initial scales of the study, of its teachers."""

from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.networks.diagonal import initial_scale
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.records import SOLVED, StateEvolutionError, failure
from scaling_spectra_pipeline.data import Data
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import lazy_to_rich as study_table
from scaling_spectra_pipeline.schemas import lazy_to_rich_curves as curves_table
from scaling_spectra_pipeline.schemas.columns import ensembles_of, read, write

INPUTS = {"study": "studies/lazy_to_rich"}
DATA = "lazy_to_rich"
# of a curve
POINTS = 33


def main(output: str, inputs: dict[str, Any]):
    study, data, rows = read(inputs["study"], study_table.SCHEMA), Data(inputs["data"]), []
    for of, examined in ensembles_of(study):
        teachers = data.teachers(of, sorted(examined["replica"].unique()))
        scales = np.geomspace(examined["initial_scale"].max(), examined["initial_scale"].min(), POINTS)
        for n_eff in sorted(examined["n_eff"].unique()):
            samples, status, risks = problem_of(of.network).samples(n_eff, of.dim), SOLVED, np.full(POINTS, np.nan)
            try:
                found = [initial_scale.state_evolution(one, samples, tuple(scales), of.noise_var) for one in teachers]
                risks = np.array(found)[:, :, -1].mean(axis=0)
            except StateEvolutionError as error:
                status = failure(error)
            place = of.columns() | {"n_eff": n_eff, "status": status}
            rows += [place | {"initial_scale": c, "risk": risk} for c, risk in zip(scales, risks, strict=True)]
    write(pd.DataFrame(rows), output, curves_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()))
