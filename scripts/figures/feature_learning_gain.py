"""What feature learning is worth: optimal feature learning, optimal lazy learning and Bayes-optimal risk."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import gain
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"study": "studies/feature_learning_gain", "gain": "gain/feature_learning_gain"}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    symbols = {network: problem_of(network).N_EFF for network in names()}
    write_figure(*gain.compose(**read_tables(inputs), symbols=symbols, named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
