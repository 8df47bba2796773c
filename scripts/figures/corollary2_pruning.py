"""Corollary 2: pruning after training beside tuning the weight decay."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import pruning
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"points": "pruning/pruning", "curves": "pruned/pruning_curves", "landmarks": "landmarks/landmarks"}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    tables = read_tables(inputs)
    noise_var = tables["points"]["noise_var"].max()
    tables = {name: table[table["noise_var"] == noise_var] for name, table in tables.items()}
    symbols = {network: problem_of(network).N_EFF for network in names()}
    write_figure(*pruning.compose(**tables, symbols=symbols, named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
