"""Overfitting function rho(t) of every network, its limit, and state evolution without a teacher."""

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.spectrum import Spectrum
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import overfitting_function as overfitting_table
from scaling_spectra_pipeline.schemas.columns import write

PARAMETERS = {"points_per_decade": "theory.points_per_decade", "networks": "networks"}
# t/t_peak at the lower end, and 1 - t/t_peak at the upper
SMALLEST, GAP = 1e-8, 0.03
# d, and lambda -> 0, of the solved points
DIM, WEIGHT_DECAY = 10**9, 1e-9


def main(output: str, points_per_decade: int, networks: list[str]):
    teacher = Spectrum(np.zeros(1), np.array([float(DIM)]))
    parts = []
    for network in networks:
        limits, problem, theory = limits_of(network), problem_of(network), theory_of(network)
        small = np.geomspace(SMALLEST, 0.5, rounded(points_per_decade * np.log10(0.5 / SMALLEST)))
        close = 1 - np.geomspace(0.5, GAP, points_per_decade)[1:]
        ratio = limits.INTERPOLATION * np.concatenate([small, close])
        samples = ratio * DIM / problem.effective_samples(1, DIM)
        solved = theory.curve(teacher, samples, WEIGHT_DECAY, 1.0)
        parts.append(
            pd.DataFrame(
                {
                    "network": network,
                    "ratio": ratio,
                    "rho": limits.overfitting(ratio),
                    "asymptote": limits.overfitting_asymptote(ratio),
                    "solved": [point.risk for point in solved],
                    "status": [point.status for point in solved],
                }
            )
        )
    write(pd.concat(parts, ignore_index=True), output, overfitting_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
