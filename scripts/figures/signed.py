"""The signed network: its risk, and a learned spectrum with outliers on both sides."""

from scaling_spectra.networks.signed import problem
from scaling_spectra.plotting import signed
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"training": "training/signed", "theory": "theory/signed", "learned": "signed_spectrum/signed_spectrum"}


def main(inputs: dict[str, str], outputs: dict[str, str]):
    write_figure(*signed.compose(**read_tables(inputs), symbol=problem.N_EFF), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), {**dict(snakemake.output.items()), "foot": snakemake.params.foot})
