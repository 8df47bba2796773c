"""Boundaries of the phases, at the d of the maps and at a very large d."""

import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import phase_boundaries as boundaries_table
from scaling_spectra_pipeline.schemas.columns import write

POWER_LAW = True
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "dim": "theory.dim",
    "large_dims": "theory.large_dims",
    "networks": "networks",
}


def main(output: str, teacher: Settings, noise_var: float, dim: int, large_dims: list[int], networks: list[str]):
    rows = [
        {
            **ensemble.columns(),
            "below": piece.phases[0],
            "above": piece.phases[1],
            "n_eff_start": piece.n_eff[0],
            "n_eff_end": piece.n_eff[1],
            "weight_decay_start": piece.weight_decay[0],
            "weight_decay_end": piece.weight_decay[1],
            "jump": piece.jump,
        }
        for network in networks
        for delta in (noise_var, 0.0)
        for d in (dim, large_dims[-1])
        for ensemble in [Ensemble.of(network, teacher, delta, d)]
        for piece in PhaseDiagram(network, d, ensemble.gamma, delta).boundaries
    ]
    write(pd.DataFrame(rows), output, boundaries_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
