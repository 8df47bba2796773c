"""Tables and checks as pages of the report."""

from pathlib import Path

from scaling_spectra_pipeline import rendering
from scaling_spectra_pipeline.job import job, whole


def main(exponents: str, spectral_phases: str, checks: str, outputs: dict[str, str]):
    tables = rendering.rendered(exponents, spectral_phases, checks)
    for name, path in outputs.items():
        with whole(path) as partial:
            Path(partial).write_text(rendering.html(name, tables[name]), encoding="utf-8")


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        found, outputs = snakemake.input, dict(snakemake.output.items())
        main(found.exponents, found.spectral_phases, snakemake.params.checks, outputs)
