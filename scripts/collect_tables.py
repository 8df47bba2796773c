"""Stack the tables of a stage's jobs into one, in a fixed order of rows."""

from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas.columns import KEY, read_all, write
from scaling_spectra_pipeline.schemas.lookup import schema_of


def main(inputs: list[str], output: str, stage: str):
    schema = schema_of(stage)
    table = read_all(inputs, schema)
    # a study that chooses lambda itself has no rule for it
    order = [name for name in (*KEY, "replica") if name in schema.columns]
    write(table.sort_values(order, kind="stable"), output, schema)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input, snakemake.output[0], snakemake.params.stage)
