"""Risk at the interpolation peak against weight decay, with the predicted height."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.landmarks import landmarks
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import peak_height as height_table
from scaling_spectra_pipeline.schemas import training as training_table
from scaling_spectra_pipeline.schemas.columns import read, write

INPUTS = {"training": "training/peak"}
OPTIONAL = ("training",)
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "dim": "theory.dim",
    "large_dims": "theory.large_dims",
    "points_per_decade": "theory.points_per_decade",
    "networks": "networks",
}
LARGEST, SMALLEST = 10.0, 1e-7


def main(
    output: str,
    inputs: dict[str, str],
    teacher: Settings,
    noise_var: float,
    dim: int,
    large_dims: list[int],
    points_per_decade: int,
    networks: list[str],
):
    weight_decay = np.geomspace(LARGEST, SMALLEST, rounded(points_per_decade * np.log10(LARGEST / SMALLEST)) + 1)
    trained = read(inputs["training"], training_table.SCHEMA) if inputs else pd.DataFrame(columns=["network", "dim"])
    family, parts = make(teacher), []
    for network in networks:
        problem, theory = problem_of(network), theory_of(network)
        for d in sorted({dim, *large_dims, *trained.loc[trained["network"] == network, "dim"]}):
            diagram = landmarks(family, network, d, noise_var)
            samples = diagram.interpolation / problem.effective_samples(1, d)
            path = theory.curve(merged_spectrum(family, d), samples, weight_decay, noise_var)
            parts.append(
                pd.DataFrame(
                    {
                        **Ensemble.of(network, teacher, noise_var, d).columns(),
                        "weight_decay": weight_decay,
                        "n_eff": diagram.interpolation,
                        "delta": [point.delta for point in path],
                        "threshold": [point.threshold for point in path],
                        "risk": [point.risk for point in path],
                        "predicted": diagram.peak_risk(weight_decay),
                        "status": [point.status for point in path],
                    }
                )
            )
    write(pd.concat(parts, ignore_index=True), output, height_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
