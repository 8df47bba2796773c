"""Where along n_eff the risk changes as lambda -> 0, for every teacher whose best or pruned risk is tabulated."""

import pandas as pd

from scaling_spectra.landmarks import landmarks
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables import landmarks as landmarks_table
from scaling_spectra_pipeline.tables import optimal as optimal_table
from scaling_spectra_pipeline.tables import pruned as pruned_table
from scaling_spectra_pipeline.tables.columns import read, write

STAGE = "landmarks"
INPUTS = {"optimal": "optimal/optimal_decay", "pruned": "pruned/pruning_curves"}
OPTIONAL = ("pruned",)
PARAMETERS = {"scales": "scales"}
FAMILY = ["network", "gamma", "noise_var", "dim"]
SCHEMAS = {"optimal": optimal_table.SCHEMA, "pruned": pruned_table.SCHEMA}


def main(output: str, inputs: dict[str, str], scales: list[float] | None = None):
    read_in = pd.concat([read(path, SCHEMAS[name])[FAMILY] for name, path in inputs.items()])
    rows = []
    for network, gamma, noise_var, dim in read_in.drop_duplicates().itertuples(index=False):
        family = {"network": network, "gamma": gamma, "noise_var": noise_var, "dim": dim}
        found = landmarks(network, dim, gamma, noise_var, scales)
        # a phase may lie in several columns beside each other: it starts with the first
        columns = reversed(found.columns) if isinstance(found, PhaseDiagram) else ()
        starts = dict(reversed({column.phases[0]: column.start for column in columns}.items()))
        starts |= {
            landmarks_table.INTERPOLATION: found.interpolation,
            landmarks_table.FULL_SPECTRUM: found.full_spectrum,
        }
        rows += [family | {"landmark": name, "n_eff": float(n_eff)} for name, n_eff in starts.items()]
    write(pd.DataFrame(rows), output, landmarks_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
