"""Theory between the published numbers: state evolution of the quadratic network, and Bayes-optimal errors."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import attempt_solution
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline import published_numbers
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.published_theory import NETWORK, bayes_error, power_law_of, weight_decay
from scaling_spectra_pipeline.schemas import published as study_table
from scaling_spectra_pipeline.schemas import published_comparison as comparison
from scaling_spectra_pipeline.schemas import published_curves as curves_table
from scaling_spectra_pipeline.schemas.columns import read, write

INPUTS = {"study": "studies/published"}
# that of the published networks
LARGE_DIMS = (400,)
PARAMETERS = {"points_per_decade": "theory.points_per_decade"}


def main(output: str, inputs: dict[str, str], points_per_decade: int):
    dims = sorted({*read(inputs["study"], study_table.SCHEMA)["dim"], *LARGE_DIMS})
    rows = [row for dim in dims for row in _state_evolution(dim, points_per_decade)]
    write(pd.DataFrame([*rows, *_bayes(points_per_decade)]), output, curves_table.SCHEMA)


def _state_evolution(dim: int, points_per_decade: int) -> Iterable[dict[str, Any]]:
    noise_var, gamma = published_numbers.NOISE_VAR, published_numbers.GAMMA
    spectrum = power_law_of(dim)
    ratios = [point.samples / published_numbers.DIM**2 for point in published_numbers.NETWORKS]
    count = rounded(points_per_decade * np.log10(ratios[-1] / ratios[0])) + 1
    for ratio in np.geomspace(ratios[0], ratios[-1], count):
        samples = ratio * dim**2
        decay = weight_decay(samples, dim)
        found = attempt_solution(theory_of(NETWORK).state_evolution, spectrum, samples, decay, noise_var)
        place = {"theory": comparison.SE, "gamma": gamma, "noise_var": noise_var, "dim": dim, "ratio": ratio}
        yield place | {"predicted": found.risk / 2, "status": found.status}


def _bayes(points_per_decade: int) -> Iterable[dict[str, Any]]:
    for noise_var, numbers in pd.DataFrame(published_numbers.BAYES).groupby("noise_var"):
        # they are drawn on a linear axis
        for ratio in np.linspace(numbers["ratio"].min(), numbers["ratio"].max(), 2 * points_per_decade + 1):
            predicted, status = bayes_error(noise_var, ratio)
            place = {"theory": comparison.OPTIMAL, "gamma": np.nan, "noise_var": noise_var, "dim": np.nan}
            yield place | {"ratio": ratio, "predicted": predicted, "status": status}


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
