"""What feature learning is worth: optimal feature learning, optimal lazy learning and Bayes-optimal risk."""

from scaling_spectra.networks import names
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.plotting import gain
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"study": "studies/feature_learning_gain", "gain": "gain/feature_learning_gain"}
NOISELESS = False


def main(inputs: dict[str, str], outputs: dict[str, str]):
    symbols = {network: problem_of(network).N_EFF for network in names()}
    write_figure(*gain.compose(**read_tables(inputs), symbols=symbols), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), dict(snakemake.output.items()))
