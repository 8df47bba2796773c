"""What limits p hidden units on a grid in (n_eff, p): predicted regions, state evolution, its local exponents."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.width import width_of
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.ties import rounded
from scaling_spectra.width_phases import WidthPhases
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import width_phases as width_phases_table
from scaling_spectra_pipeline.schemas.columns import write

POWER_LAW = True
PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "points": "theory.optimal_points",
}
NETWORK = "quadratic"
# ends of the grid, and lambda: the noise bulk disappears where p > 16 Delta n_eff/lambda^2
SAMPLES, WEIGHT_DECAY = (10.0, 1e4), 1.0


def main(output: str, teacher: Settings, noise_var: float, large_dims: list[int], points: int):
    dim, family = large_dims[0], make(teacher)
    ensemble, spectrum = Ensemble.of(NETWORK, teacher, noise_var, dim), merged_spectrum(family, dim)
    phases = WidthPhases(dim, teacher["gamma"], noise_var, WEIGHT_DECAY)
    every = np.geomspace(*SAMPLES, points)
    hidden = np.unique([rounded(p) for p in np.geomspace(1, 0.1 * dim, points + 4)])
    of_n = 1 / problem_of(NETWORK).effective_samples(1, dim)
    solved = [width_of(NETWORK).width_curve(spectrum, n * of_n, WEIGHT_DECAY, noise_var, hidden) for n in every]
    risks = np.array([[point.risk for point in curve] for curve in solved])
    slopes = np.gradient(np.log(risks), np.log(every), np.log(hidden))
    rows = []
    for k, n_eff in enumerate(every):
        best, enough = phases.best(n_eff), phases.enough(n_eff)
        for j, p in enumerate(hidden):
            region = phases.region(n_eff, float(p))
            by_n_eff, by_hidden = phases.exponents(region)
            row = {"weight_decay": WEIGHT_DECAY, "n_eff": n_eff, "hidden": p, "region": region}
            row |= {"best": best, "interpolation": phases.interpolation(n_eff), "enough": enough}
            row |= {"risk": risks[k, j], "slope_n_eff": slopes[0][k, j]}
            row |= {"slope_hidden": slopes[1][k, j], "predicted_n_eff": by_n_eff, "predicted_hidden": by_hidden}
            rows.append(ensemble.columns() | row | {"status": solved[k][j].status})
    write(pd.DataFrame(rows), output, width_phases_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
