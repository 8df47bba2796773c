"""Published numbers against what is predicted here."""

from scaling_spectra.plotting import published
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"table": "comparison/published"}


def main(inputs: dict[str, str], outputs: dict[str, str]):
    write_figure(*published.compose(read_tables(inputs)["table"]), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), {**dict(snakemake.output.items()), "foot": snakemake.params.foot})
