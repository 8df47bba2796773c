"""Predicted phases on a grid in (n_eff, lambda) at a very large d."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES, rate_latex
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.diagrams import window
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import phase_regions as phases_table
from scaling_spectra_pipeline.schemas.columns import write

POWER_LAW = True
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "points": "theory.diagram_points",
    "networks": "networks",
}


def main(output: str, teacher: Settings, noise_var: float, large_dims: list[int], points: int, networks: list[str]):
    gamma, dim = teacher["gamma"], large_dims[-1]
    ends = window(dim, gamma)
    n_eff, weight_decay = (grid.ravel() for grid in np.meshgrid(*(np.geomspace(*pair, points) for pair in ends)))
    parts = []
    for network in networks:
        for delta in (noise_var, 0.0):
            diagram = PhaseDiagram(network, dim, gamma, delta)
            phase = np.array(NAMES)[diagram.codes(n_eff, weight_decay)]
            rates = {name: rate_latex(name, network) for name in np.unique(phase)}
            parts.append(
                pd.DataFrame(
                    {
                        **Ensemble.of(network, teacher, delta, dim).columns(),
                        "n_eff": n_eff,
                        "weight_decay": weight_decay,
                        "phase": phase,
                        "rate": [rates[name] for name in phase],
                    }
                )
            )
    write(pd.concat(parts, ignore_index=True), output, phases_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
