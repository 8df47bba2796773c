"""Families of teachers: the gain of feature learning, and the spectra and tails that are learned."""

from scaling_spectra.plotting import teachers as plotting
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.figures import labels_of, write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"study": "studies/teachers", "tails": "family_tails/family_tails"}
OPTIONAL = ("tails",)
PARAMETERS = {"teachers": "teachers"}


def main(inputs: dict[str, str], outputs: dict[str, str], teachers: dict[str, Settings]):
    write_figure(*plotting.compose(**read_tables(inputs), named=labels_of(teachers)), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(
            dict(snakemake.input.items()),
            {**dict(snakemake.output.items()), "foot": snakemake.params.foot},
            **snakemake.params.arguments,
        )
