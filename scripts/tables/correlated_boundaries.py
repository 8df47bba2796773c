"""Where phases end with correlated inputs: boundaries of the phase diagram for several input exponents."""

import itertools

import numpy as np
import pandas as pd

from scaling_spectra.correlated_diagram import boundaries
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks import supports
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import correlated_boundaries as boundaries_table
from scaling_spectra_pipeline.schemas import correlated_inputs as study_table
from scaling_spectra_pipeline.schemas.columns import read, write

POWER_LAW = True
# its input exponents
INPUTS = {"study": "studies/correlated_inputs"}
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "networks": "networks",
}
# n_eff from d^FIRST to d^LAST
FIRST, LAST, POINTS = -0.3, 2.0, 3


def main(
    output: str,
    inputs: dict[str, str],
    teacher: Settings,
    noise_var: float,
    large_dims: list[int],
    networks: list[str],
):
    dim, rows = large_dims[-1], []
    exponents = sorted(read(inputs["study"], study_table.SCHEMA)["input_exponent"].unique())
    n_eff = np.geomspace(float(dim) ** FIRST, float(dim) ** LAST, POINTS)
    known = [network for network in networks if supports(network, "correlated")]
    for network, exponent in itertools.product(known, exponents):
        of = Ensemble.of(network, teacher, noise_var, dim).columns() | {"input_exponent": exponent}
        for name, places, decays in boundaries(network, float(teacher["gamma"]), exponent, noise_var, dim, n_eff):
            points = zip(places, decays, strict=True)
            rows += [of | {"boundary": name, "n_eff": place, "weight_decay": decay} for place, decay in points]
    write(pd.DataFrame(rows, columns=list(boundaries_table.SCHEMA.columns)), output, boundaries_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
