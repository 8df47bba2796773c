"""Where along n_eff the risk changes as lambda -> 0, for every teacher whose best or pruned risk is tabulated."""

import pandas as pd

from scaling_spectra.landmarks import landmarks
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import landmarks as landmarks_table
from scaling_spectra_pipeline.schemas import optimal_decay as optimal_table
from scaling_spectra_pipeline.schemas import pruning_curves as pruned_table
from scaling_spectra_pipeline.schemas.columns import OF_ENSEMBLE, ensembles_of, read, write

INPUTS = {"optimal": "tables/optimal_decay", "pruned": "tables/pruning_curves"}
OPTIONAL = ("pruned",)
PARAMETERS = {"teachers": "teachers"}
SCHEMAS = {"optimal": optimal_table.SCHEMA, "pruned": pruned_table.SCHEMA}


def main(output: str, inputs: dict[str, str], teachers: dict[str, Settings]):
    read_in = pd.concat([read(path, SCHEMAS[name])[list(OF_ENSEMBLE)] for name, path in inputs.items()])
    rows = []
    for ensemble, _ in ensembles_of(read_in):
        family = make(teachers[ensemble.teacher])
        found = landmarks(family, ensemble.network, ensemble.dim, ensemble.noise_var)
        # a phase may lie in several columns beside each other: it starts with the first
        columns = reversed(found.columns) if isinstance(found, PhaseDiagram) else ()
        starts = dict(reversed({column.phases[0]: column.start for column in columns}.items()))
        starts |= {
            landmarks_table.INTERPOLATION: found.interpolation,
            landmarks_table.FULL_SPECTRUM: found.full_spectrum,
        }
        rows += [ensemble.columns() | {"landmark": name, "n_eff": float(n_eff)} for name, n_eff in starts.items()]
    write(pd.DataFrame(rows), output, landmarks_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
