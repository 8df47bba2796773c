"""Real inputs against Gaussian measurements and the effective model: where state evolution is exact."""

from scaling_spectra.networks.quadratic import problem
from scaling_spectra.plotting import gaussian_design
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"table": "studies/gaussian_design"}


def main(inputs: dict[str, str], outputs: dict[str, str]):
    symbol = problem.N_EFF
    write_figure(*gaussian_design.compose(read_tables(inputs)["table"], symbol), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), dict(snakemake.output.items()))
