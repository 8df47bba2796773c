"""Figure 2: learned spectra of the quadratic network, phase by phase."""

from scaling_spectra.networks.quadratic import problem
from scaling_spectra.plotting import learned_law
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"law": "learned_law/learned_law"}
NETWORK = "quadratic"
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    symbol = problem.N_EFF
    write_figure(
        *learned_law.compose(read_tables(inputs)["law"], NETWORK, symbol, named=labels_of(teachers)), **outputs
    )


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
