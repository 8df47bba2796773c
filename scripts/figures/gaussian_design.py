"""Real inputs against Gaussian measurements and the effective model: where state evolution is exact."""

from scaling_spectra.networks.quadratic import problem
from scaling_spectra.plotting import gaussian_design
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"table": "studies/gaussian_design"}
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    symbol = problem.N_EFF
    write_figure(*gaussian_design.compose(read_tables(inputs)["table"], symbol, named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
