"""Plain decay and decay matched to aligned inputs: risks of state evolution at the best lambda of each."""

import itertools

import pandas as pd

from scaling_spectra.correlated_decays import compared
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks import supports
from scaling_spectra.records import SOLVED
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import correlated_decays as decays_table
from scaling_spectra_pipeline.schemas import correlated_inputs as study_table
from scaling_spectra_pipeline.schemas.columns import read, write

POWER_LAW = True
# its input exponents
INPUTS = {"study": "studies/correlated_inputs"}
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "points": "theory.optimal_points",
    "networks": "networks",
}
LARGE_DIMS = (100, 1_000_000)


def main(output: str, inputs: dict[str, str], teacher: Settings, noise_var: float, points: int, networks: list[str]):
    examined = read(inputs["study"], study_table.SCHEMA)["input_exponent"]
    exponents, rows = sorted(examined[examined > 0].unique()), []
    known = [network for network in networks if supports(network, "correlated")]
    for network, exponent, dim in itertools.product(known, exponents, LARGE_DIMS):
        of = Ensemble.of(network, teacher, noise_var, dim).columns() | {"input_exponent": exponent}
        for pair in compared(network, float(teacher["gamma"]), exponent, noise_var, dim, points):
            best = {"plain": pair.plain, "matched": pair.matched}
            rows.append(
                of
                | {"n_eff": pair.n_eff, "found": pair.found}
                | {f"decay_{name}": found.weight_decay for name, found in best.items()}
                | {f"risk_{name}": found.risk for name, found in best.items()}
                | {"ratio": pair.matched.risk / pair.plain.risk}
                | {"status": next((found.status for found in best.values() if found.status != SOLVED), SOLVED)}
            )
    write(pd.DataFrame(rows, columns=list(decays_table.SCHEMA.columns)), output, decays_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
