"""Figure 1: phase diagram of the excess risk with label noise, predicted and from state evolution."""

from scaling_spectra.plotting import phase_diagram
from scaling_spectra_pipeline.figures import write_figure
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables

INPUTS = {
    "regions": "phases/phase_regions",
    "boundaries": "boundaries/phase_boundaries",
    "map": "risk_map/risk_map",
    "spectra": "phase_spectra/phase_spectra",
}


def main(inputs: dict[str, str], outputs: dict[str, str]):
    write_figure(*phase_diagram.compose(read_tables(inputs), noiseless=False), **outputs)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(dict(snakemake.input.items()), {**dict(snakemake.output.items()), "foot": snakemake.params.foot})
