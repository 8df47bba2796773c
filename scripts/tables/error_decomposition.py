"""Parts of the risk (Result 3) along n_eff, beside the risk of state evolution."""

import numpy as np
import pandas as pd

from scaling_spectra.landmarks import landmarks
from scaling_spectra.networks import names
from scaling_spectra.networks.interface.decomposition import decomposition_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.teacher import teacher_spectrum
from scaling_spectra.ties import rounded
from scaling_spectra.weight_decays import weight_decay as weight_decay_of
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables import decomposition as decomposition_table
from scaling_spectra_pipeline.tables.columns import write

STAGE = "decomposition"
PARAMETERS = {
    "gamma": "gamma",
    "noise_var": "theory.noise_var",
    "dim": "theory.dim",
    "weight_decays": "theory.weight_decays",
    "points_per_decade": "theory.points_per_decade",
    "scales": "scales",
}
SMALLEST = 1.0
# the curves go on beyond n_eff = Delta d^(2 gamma), in decades
BEYOND = 0.5
PARTS = ("overfitting", "underfitting", "approximation")


def main(
    output: str,
    gamma: float,
    noise_var: float,
    dim: int,
    weight_decays: list[dict[str, float]],
    points_per_decade: int,
    scales: list[float] | None = None,
):
    decades = _reach(gamma, noise_var, dim, scales) + BEYOND
    n_eff = np.geomspace(SMALLEST, SMALLEST * 10**decades, rounded(points_per_decade * decades) + 1)
    spectrum = teacher_spectrum(dim, gamma, scales)
    rows = []
    for network in names():
        problem, theory = problem_of(network), theory_of(network)
        decompose = decomposition_of(network).decompose
        samples = n_eff / problem.effective_samples(1, dim)
        for rule in weight_decays:
            weight_decay = weight_decay_of(rule["coefficient"], rule["exponent"], dim)
            for value, point in zip(n_eff, theory.curve(spectrum, samples, weight_decay, noise_var), strict=True):
                parts = vars(decompose(spectrum, point)) if point.solved else dict.fromkeys(PARTS, np.nan)
                rows.append(
                    {
                        "network": network,
                        "gamma": gamma,
                        "noise_var": noise_var,
                        "dim": dim,
                        "decay_coefficient": rule["coefficient"],
                        "decay_exponent": rule["exponent"],
                        "weight_decay": weight_decay,
                        "n_eff": value,
                        "risk": point.risk,
                        **{name: parts[name] for name in PARTS},
                        "status": point.status,
                    }
                )
    write(pd.DataFrame(rows), output, decomposition_table.SCHEMA)


def _reach(gamma: float, noise_var: float, dim: int, scales: list[float] | None) -> float:
    """Decades of n_eff until the noise is below every feature."""
    if scales is None:
        return 2 * gamma * np.log10(dim)
    return np.log10(max(landmarks(network, dim, gamma, noise_var, scales).full_spectrum for network in names()))


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
