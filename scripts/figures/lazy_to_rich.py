"""The diagonal network without weight decay, from lazy to rich as its initial scale falls."""

from scaling_spectra.plotting import lazy_to_rich
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"study": "studies/lazy_to_rich"}
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    write_figure(*lazy_to_rich.compose(read_tables(inputs)["study"], named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
