"""Risk of state evolution and its local exponent on a grid in (n_eff, lambda) at finite d."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import NAMES, exponents
from scaling_spectra.spectrum import power_law
from scaling_spectra.teachers import Settings
from scaling_spectra_pipeline.diagrams import window
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import risk_map as risk_map_table
from scaling_spectra_pipeline.schemas.columns import write

POWER_LAW = True
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "dim": "theory.dim",
    "points": "theory.map_points",
    "networks": "networks",
}


def main(output: str, teacher: Settings, noise_var: float, dim: int, points: int, networks: list[str]):
    gamma = teacher["gamma"]
    spectrum = power_law(dim, gamma)
    n_eff, weight_decay = (np.geomspace(*ends, points) for ends in window(dim, gamma))
    parts = []
    for network in networks:
        problem, theory = problem_of(network), theory_of(network)
        samples = n_eff / problem.effective_samples(1, dim)
        for delta in (noise_var, 0.0):
            diagram = PhaseDiagram(network, dim, gamma, delta)
            for lam in weight_decay:
                path = theory.curve(spectrum, samples, lam, delta)
                risk = np.array([point.risk for point in path])
                phase = np.array(NAMES)[diagram.codes(n_eff, lam)]
                parts.append(
                    pd.DataFrame(
                        {
                            **Ensemble.of(network, teacher, delta, dim).columns(),
                            "n_eff": n_eff,
                            "weight_decay": lam,
                            "risk": risk,
                            "slope": np.gradient(np.log(risk), np.log(n_eff)),
                            "phase": phase,
                            "predicted": [exponents(name, gamma, network)[0] for name in phase],
                            "status": [point.status for point in path],
                        }
                    )
                )
    write(pd.concat(parts, ignore_index=True), output, risk_map_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
