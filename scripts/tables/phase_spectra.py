"""Learned spectrum predicted in the middle of every phase (Result 2)."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.learned import learned_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.records import attempt_solution
from scaling_spectra.representative import representatives
from scaling_spectra.spectrum import power_law
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.diagrams import window
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import phase_spectra as phase_spectra_table
from scaling_spectra_pipeline.schemas.columns import write

POWER_LAW = True
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "dim": "theory.dim",
    "networks": "networks",
}


def main(output: str, teacher: Settings, noise_var: float, dim: int, networks: list[str]):
    gamma = teacher["gamma"]
    spectrum = power_law(dim, gamma)
    parts = []
    for network in networks:
        learned, problem, theory = learned_of(network), problem_of(network), theory_of(network)
        for delta in (noise_var, 0.0):
            diagram = PhaseDiagram(network, dim, gamma, delta)
            for found in representatives(diagram, *window(dim, gamma)):
                samples = found.n_eff / problem.effective_samples(1, dim)
                solution = attempt_solution(theory.state_evolution, spectrum, samples, found.weight_decay, delta)
                grid = density = places = np.empty(0)
                zeros = np.nan
                if solution.solved:
                    zeros = learned.zero_mass(spectrum, solution)
                    places = learned.outlier_places(spectrum, solution)
                    grid, density = learned.profile(spectrum, solution)
                parts.append(
                    pd.DataFrame(
                        {
                            **Ensemble.of(network, teacher, delta, dim).columns(),
                            "phase": found.phase,
                            "n_eff": found.n_eff,
                            "weight_decay": found.weight_decay,
                            "margin": found.margin,
                            "delta": solution.delta,
                            "threshold": solution.threshold,
                            "series": ["zeros"] + ["density"] * grid.size + ["outlier"] * places.size,
                            "value": np.concatenate([[0.0], grid, places]),
                            "height": np.concatenate([[zeros], density, np.full(places.size, 1 / dim)]),
                            "status": solution.status,
                        }
                    )
                )
    write(pd.concat(parts, ignore_index=True), output, phase_spectra_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
