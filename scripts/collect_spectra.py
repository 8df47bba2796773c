"""Stack the learned spectra of an experiment's jobs into one table, one row per eigenvalue or weight."""

import numpy as np
import pandas as pd

from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import spectra as spectra_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import KEY, POINT, read, write
from scaling_spectra_pipeline.seals import verified


def main(tables: list[str], spectra: list[str], output: str):
    stacked = pd.concat([_spectra(*files) for files in zip(tables, spectra, strict=True)], ignore_index=True)
    write(stacked.sort_values([*KEY, "replica", "index"], kind="stable"), output, spectra_table.SCHEMA)


def _spectra(table: str, spectra: str) -> pd.DataFrame:
    """Rows of one job; the array holds, a point, its spectrum and the teacher along it."""
    points = read(table, training_table.SCHEMA)
    learned = np.load(verified(spectra), allow_pickle=False)
    count, _, dim = learned.shape
    if count != len(points):
        raise ValueError(f"{spectra}: {count} spectra for the {len(points)} points of {table}")
    rows = points.loc[points.index.repeat(dim), [*POINT, "replica", "method", "unique"]]
    return rows.assign(index=np.tile(np.arange(dim), count), value=learned[:, 0].ravel(), overlap=learned[:, 1].ravel())


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.tables, snakemake.input.spectra, snakemake.output[0])
