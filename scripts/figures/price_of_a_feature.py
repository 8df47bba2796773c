"""What a feature adds to the risk, beside Result 3."""

from scaling_spectra.networks.quadratic import problem
from scaling_spectra.plotting import price
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"price": "price/price_of_a_feature", "study": "studies/feature_price"}
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    write_figure(*price.compose(**read_tables(inputs), symbol=problem.N_EFF, named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
