"""Corollary 1: risk along the weight decay, and at its best beside the Bayes-optimal risk."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import optimal
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {
    "training": "training/weight_decay_scan",
    "decay": "decay/risk_along_decay",
    "optimal": "optimal/optimal_decay",
    "landmarks": "landmarks/landmarks",
}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    tables = read_tables(inputs)
    noise_var = tables["training"]["noise_var"].max()
    tables = {name: table[table["noise_var"] == noise_var] for name, table in tables.items()}
    symbols = {network: problem_of(network).N_EFF for network in names()}
    write_figure(*optimal.compose(**tables, symbols=symbols, named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
