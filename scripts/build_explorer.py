"""Assemble the Explorer: a page that solves state evolution in the browser, with this build's trained networks."""

from pathlib import Path

from scaling_spectra_pipeline.explorer import assemble
from scaling_spectra_pipeline.explorer_sources import SOURCES, known
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.reading import read_tables

# the page knows power laws only
POWER_LAW = True
INPUTS = {"training": "training/excess_risk", "theory": "theory/excess_risk"}


def main(inputs: dict[str, str], output: str, scale: str, gamma: float, noise_var: float) -> None:
    """gamma and noise_var are those the page opens with."""
    tables = {name: table[table["network"].isin(known())] for name, table in read_tables(inputs).items()}
    largest = tables["training"].groupby("network")["dim"].max()
    network = largest.index[-1] if len(largest) else known()[-1]
    start = {"network": network, "gamma": gamma, "noiseVar": noise_var, "dim": int(largest.get(network, 100))}
    start |= {"nEff": 20.0, "lambda": 1.0}
    points = len(tables["training"])
    origin = f"Scale {scale}: {points} points of {Path(inputs['training']).name}, averaged over replicas."
    with whole(output) as partial:
        partial.write_text(assemble(SOURCES, tables, start, origin))


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main({name: snakemake.input[name] for name in INPUTS}, snakemake.output[0], **snakemake.params.arguments)
