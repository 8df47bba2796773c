"""Assemble the Explorer: a page that solves state evolution in the browser, with this build's trained networks."""

from pathlib import Path

import numpy as np

from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.representative import deepest
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.diagrams import window
from scaling_spectra_pipeline.explorer import assemble
from scaling_spectra_pipeline.explorer_sources import SOURCES, known
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.reading import read_tables

# the page knows power laws only
POWER_LAW = True
INPUTS = {"training": "training/excess_risk", "theory": "theory/excess_risk"}


def main(inputs: dict[str, str], output: str, scale: str, teacher: Settings, noise_var: float) -> None:
    """teacher and noise_var are those the page opens with."""
    gamma = teacher["gamma"]
    tables = {
        name: table[table["network"].isin(known()) & table["gamma"].notna()]
        for name, table in read_tables(inputs).items()
    }
    largest = tables["training"].groupby("network")["dim"].max()
    network = largest.index[-1] if len(largest) else known()[-1]
    dim = int(largest.get(network, 100))
    start = {"network": network, "gamma": gamma, "noiseVar": noise_var, "dim": dim}
    here = tables["training"].query(
        "network == @network and dim == @dim and gamma == @gamma and noise_var == @noise_var"
    )
    start |= _deep_point(PhaseDiagram(network, dim, gamma, noise_var), here["weight_decay"].unique())
    points = len(tables["training"])
    origin = f"Scale {scale}: {points} points of {Path(inputs['training']).name}, averaged over replicas."
    with whole(output) as partial:
        partial.write_text(assemble(SOURCES, tables, start, origin), encoding="utf-8")


def _deep_point(diagram: PhaseDiagram, trained: np.ndarray) -> dict[str, float]:
    """Where the benign phase is deepest, so that all panels say the same; at a trained weight decay if there is one.

    Parameters
    ----------
    trained : ndarray
        Weight decays of trained networks.
    """
    benign = "IV" if diagram.noise_var > 0 else "IV0"
    found = deepest(diagram, benign, *window(diagram.dim, diagram.gamma))
    n_eff, middle = float(f"{found.n_eff:.2g}"), found.weight_decay
    inside = [value for value in trained if diagram.phase(n_eff, value) == benign]
    nearest = min(inside, key=lambda value: abs(np.log(value / middle)), default=float(f"{middle:.2g}"))
    return {"nEff": n_eff, "lambda": float(nearest)}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main({name: snakemake.input[name] for name in INPUTS}, snakemake.output[0], **snakemake.params.arguments)
