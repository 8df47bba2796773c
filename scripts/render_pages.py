"""Tables and checks as pages of the report."""

from pathlib import Path

from scaling_spectra_pipeline import rendering
from scaling_spectra_pipeline.job import job, whole


def main(results: str, outputs: dict[str, str]):
    tables = rendering.rendered(results)
    for name, path in outputs.items():
        with whole(path) as partial:
            Path(partial).write_text(rendering.html(name, tables[name]))


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.params.results, dict(snakemake.output.items()))
