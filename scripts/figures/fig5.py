"""Figure 5: excess risk of both networks against effective samples, without label noise."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import excess_risk
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {
    "training": "training/excess_risk",
    "theory": "theory/excess_risk",
    "exponents": "exponents/excess_risk",
    "inputs": "inputs/real_inputs",
}
NOISELESS = True
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    tables = read_tables(inputs)
    symbols = {network: problem_of(network).N_EFF for network in names()}
    write_figure(*excess_risk.compose(tables, 0.0, symbols, named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
