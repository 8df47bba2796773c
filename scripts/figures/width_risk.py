"""Risk against the number of hidden units: networks on theory, theory at large d, published numbers."""

from scaling_spectra.plotting import width
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline import published
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {
    "study": "studies/few_hidden_units",
    "curves": "width_risk/width_risk",
    "published": "width_published/width_published",
}
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    of_published = (published.GAMMA, published.DIM)
    figure = width.compose_risk(**read_tables(inputs), named=labels_of(teachers), of_published=of_published)
    write_figure(*figure, **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
