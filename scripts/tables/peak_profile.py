"""Risk across the interpolation peak at small weight decays, with that of the interpolator of noise."""

import numpy as np
import pandas as pd

from scaling_spectra.diagram_landmarks import Landmarks
from scaling_spectra.ensemble import Ensemble
from scaling_spectra.landmarks import landmarks
from scaling_spectra.merged_teachers import merged_spectrum
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import make
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import peak_profile as profile_table
from scaling_spectra_pipeline.schemas.columns import write

PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "large_dims": "theory.large_dims",
    "weight_decays": "theory.small_weight_decays",
    "points_per_decade": "theory.points_per_decade",
    "networks": "networks",
}
# n_eff/n_peak at both ends
SMALLEST, LARGEST = 0.25, 4.0
# towards the peak the grid is as fine as this, in |n/n_peak - 1|
FINEST = 1e-3


def main(
    output: str,
    teacher: Settings,
    noise_var: float,
    large_dims: list[int],
    weight_decays: list[float],
    points_per_decade: int,
    networks: list[str],
):
    family, dim = make(teacher), large_dims[-1]
    spectrum = merged_spectrum(family, dim)
    share = _shares(points_per_decade)
    parts = []
    for network in networks:
        problem, theory = problem_of(network), theory_of(network)
        diagram = landmarks(family, network, dim, noise_var)
        n_eff = diagram.interpolation * share
        for weight_decay in weight_decays:
            path = theory.curve(spectrum, n_eff / problem.effective_samples(1, dim), weight_decay, noise_var)
            parts.append(
                pd.DataFrame(
                    {
                        **Ensemble.of(network, teacher, noise_var, dim).columns(),
                        "weight_decay": weight_decay,
                        "n_eff": n_eff,
                        "delta": [point.delta for point in path],
                        "threshold": [point.threshold for point in path],
                        "risk": [point.risk for point in path],
                        "predicted": _interpolator(diagram, share),
                        "status": [point.status for point in path],
                    }
                )
            )
    write(pd.concat(parts, ignore_index=True), output, profile_table.SCHEMA)


def _shares(points_per_decade: int) -> np.ndarray:
    """n_eff/n_peak, denser towards 1."""
    below = 1 - np.geomspace(1 - SMALLEST, FINEST, rounded(points_per_decade * np.log10(1 / FINEST)))
    above = 1 + np.geomspace(FINEST, LARGEST - 1, rounded(points_per_decade * np.log10(LARGEST / FINEST)))
    return np.unique(np.concatenate([below, [1.0], above]))


def _interpolator(diagram: Landmarks, share: np.ndarray) -> np.ndarray:
    """Delta rho before the peak, Delta/(n/n_peak - 1) after it: risk of fitted noise at lambda -> 0."""
    risk = np.full(share.shape, np.nan)
    before, after = share < 1, share > 1
    risk[before] = diagram.limits.overfitting(diagram.limits.INTERPOLATION * share[before])
    risk[after] = 1 / (share[after] - 1)
    return diagram.noise_var * risk


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
