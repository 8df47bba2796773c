"""Exponents of the risk with correlated inputs at huge d, with plain and with matched weight decay."""

import itertools

import numpy as np
import pandas as pd

from scaling_spectra.correlated_rates import CASES, logarithmic, rates
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks import supports
from scaling_spectra.records import SOLVED
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import correlated_exponents as exponents_table
from scaling_spectra_pipeline.schemas import correlated_inputs as study_table
from scaling_spectra_pipeline.schemas.columns import read, write

POWER_LAW = True
# its input exponents
INPUTS = {"study": "studies/correlated_inputs"}
PARAMETERS = {"teacher": "teacher", "noise_var": "theory.noise_var", "networks": "networks"}
LARGE_DIMS = (1_000_000_000_000, 1_000_000_000, 1_000_000_000_000_000)
# of all cases; the others show the trend where a logarithm counts
OF_ALL = LARGE_DIMS[0]


def main(output: str, inputs: dict[str, str], teacher: Settings, noise_var: float, networks: list[str]):
    examined = read(inputs["study"], study_table.SCHEMA)["input_exponent"]
    exponents, rows = sorted(examined[examined > 0].unique()), []
    known = [network for network in networks if supports(network, "correlated")]
    for network, exponent, dim in itertools.product(known, exponents, LARGE_DIMS):
        ensemble = Ensemble.of(network, teacher, noise_var, dim)
        cases = [case for case in CASES if dim == OF_ALL or logarithmic(network, *case[:2])]
        for rate in rates(network, float(teacher["gamma"]), exponent, noise_var, dim, cases):
            if not rate.measured:
                continue
            rows.append(
                ensemble.columns()
                | {
                    "input_exponent": exponent,
                    **{name: getattr(rate, name) for name in ("limit", "decay", "position")},
                    **{name: getattr(rate, name) for name in ("predicted", "logarithmic", "expected")},
                    **{name: getattr(rate, name) for name in ("slope", "first", "last")},
                    "n_eff_min": rate.n_eff[0],
                    "n_eff_max": rate.n_eff[1],
                    "weight_decay_min": rate.weight_decay[0],
                    "weight_decay_max": rate.weight_decay[1],
                    "status": SOLVED if np.isfinite(rate.slope) else "no solution at an end of the window",
                }
            )
    write(pd.DataFrame(rows, columns=list(exponents_table.SCHEMA.columns)), output, exponents_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
