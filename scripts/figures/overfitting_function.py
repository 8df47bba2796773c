"""Result 1: the overfitting function rho(t) of both networks, with its asymptotes."""

from scaling_spectra.plotting import overfitting
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"overfitting": "overfitting/overfitting_function"}


def main(inputs: dict[str, str], outputs: dict[str, str]):
    write_figure(*overfitting.compose(read_tables(inputs)["overfitting"]), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), {**dict(snakemake.output.items()), "foot": snakemake.params.foot})
