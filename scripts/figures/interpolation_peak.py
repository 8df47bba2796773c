"""The interpolation peak of both networks: height against weight decay, and place."""

from scaling_spectra.plotting import interpolation
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"height": "evolution/peak_height", "profile": "evolution/peak_profile", "training": "training/peak"}
OPTIONAL = ("training",)


def main(inputs: dict[str, str], outputs: dict[str, str]):
    write_figure(*interpolation.compose(read_tables(inputs)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), dict(snakemake.output.items()))
