"""Stack the tables of a stage's jobs into one, in a fixed order of rows."""

import pandas as pd

from scaling_spectra_pipeline import tables
from scaling_spectra_pipeline.job import job


def main(inputs: list[str], output: str, schema: str):
    schema = tables.SCHEMAS[schema]
    table = pd.concat([tables.read(path, schema) for path in inputs], ignore_index=True)
    tables.write(table.sort_values([*tables.KEY, "replica"], kind="stable"), output, schema)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input, snakemake.output[0], snakemake.params.schema)
