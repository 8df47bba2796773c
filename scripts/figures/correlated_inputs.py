"""Correlated inputs: the phase diagram for several input exponents, and what weight decay learns with them."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import correlated
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {
    "study": "studies/correlated_inputs",
    "boundaries": "input_boundaries/correlated_boundaries",
    "exponents": "input_exponents/correlated_exponents",
}
POWER_LAW = True


def main(inputs: dict[str, str], outputs: dict[str, str]):
    symbols = {network: problem_of(network).N_EFF for network in names()}
    write_figure(*correlated.compose(**read_tables(inputs), symbols=symbols), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), {**dict(snakemake.output.items()), "foot": snakemake.params.foot})
