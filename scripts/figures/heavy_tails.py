"""Tail exponent of learned weights against weight decay and excess risk."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import tails
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"tails": "tails/heavy_tails", "transition": "transition/tail_transition"}
OPTIONAL = ("transition",)
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    symbols = {network: problem_of(network).N_EFF for network in names()}
    tables, labels = read_tables(inputs), labels_of(teachers)
    write_figure(*tails.compose(tables["tails"], symbols, labels, tables.get("transition")), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
