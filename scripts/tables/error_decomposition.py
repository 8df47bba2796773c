"""Parts of the risk (Result 3) along n_eff, beside the risk of state evolution."""

import numpy as np
import pandas as pd

from scaling_spectra.ensemble import Ensemble
from scaling_spectra.landmarks import landmarks
from scaling_spectra.networks import supports
from scaling_spectra.networks.interface.decomposition import decomposition_of
from scaling_spectra.networks.interface.problem import problem_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.point import Point
from scaling_spectra.teachers import Settings
from scaling_spectra.teachers.interface import Teacher, make
from scaling_spectra.teachers.power_law import PowerLaw
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import error_decomposition as decomposition_table
from scaling_spectra_pipeline.schemas.columns import write

PARAMETERS = {
    "teacher": "teacher",
    "noise_var": "theory.noise_var",
    "dim": "theory.dim",
    "weight_decays": "theory.weight_decays",
    "points_per_decade": "theory.points_per_decade",
    "networks": "networks",
}
SMALLEST = 1.0
# the curves go on beyond n_eff = Delta d^(2 gamma), in decades
BEYOND = 0.5
PARTS = (
    *("overfitting", "displacement", "underfitting", "approximation"),
    *("price_found", "price_lost", "found"),
)


def main(
    output: str,
    teacher: Settings,
    noise_var: float,
    dim: int,
    weight_decays: list[dict[str, float]],
    points_per_decade: int,
    networks: list[str],
):
    found = make(teacher)
    decomposed = [network for network in networks if supports(network, "decomposition")]
    decades = _reach(found, decomposed, noise_var, dim) + BEYOND
    n_eff = np.geomspace(SMALLEST, SMALLEST * 10**decades, rounded(points_per_decade * decades) + 1)
    spectrum = found.spectrum(dim)
    rows = []
    for network in decomposed:
        problem, theory = problem_of(network), theory_of(network)
        decompose = decomposition_of(network).decompose
        samples = n_eff / problem.effective_samples(1, dim)
        ensemble = Ensemble.of(network, teacher, noise_var, dim)
        for rule in weight_decays:
            points = [Point(ensemble, rule["coefficient"], rule["exponent"], value) for value in n_eff]
            curve = theory.curve(spectrum, samples, points[0].weight_decay, noise_var)
            for point, solution in zip(points, curve, strict=True):
                parts = dict.fromkeys(PARTS, np.nan)
                if solution.solved:
                    parts |= vars(decompose(spectrum, solution, gamma=ensemble.gamma))
                rows.append(
                    point.columns()
                    | {
                        "risk": solution.risk,
                        **{name: parts[name] for name in PARTS},
                        "status": solution.status,
                    }
                )
    write(pd.DataFrame(rows), output, decomposition_table.SCHEMA)


def _reach(teacher: Teacher, networks: list[str], noise_var: float, dim: int) -> float:
    """Decades of n_eff until the noise is below every feature."""
    if isinstance(teacher, PowerLaw):
        return 2 * teacher.gamma * np.log10(dim)
    return np.log10(max(landmarks(teacher, network, dim, noise_var).full_spectrum for network in networks))


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
