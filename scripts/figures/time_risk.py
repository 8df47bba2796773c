"""Risk of gradient flow against time and against compute."""

from scaling_spectra.plotting import time_risk
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {"flow": "flow/time_risk"}


def main(inputs: dict[str, str], outputs: dict[str, str]):
    write_figure(*time_risk.compose(read_tables(inputs)["flow"]), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), {**dict(snakemake.output.items()), "foot": snakemake.params.foot})
