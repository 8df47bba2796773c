"""State evolution against published numbers at d = 400: risks at full width, and best widths (arXiv:2606.28242)."""

import numpy as np
import pandas as pd

from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.interface.width import width_of
from scaling_spectra_pipeline import published_numbers
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.published_theory import NETWORK, power_law_of, weight_decay
from scaling_spectra_pipeline.schemas import width_published as width_published_table
from scaling_spectra_pipeline.schemas.columns import write

PARAMETERS = {}


def main(output: str):
    dim, noise_var = published_numbers.DIM, published_numbers.NOISE_VAR
    spectrum, theory, width, rows = power_law_of(dim), theory_of(NETWORK), width_of(NETWORK), []
    for point, best in zip(published_numbers.NETWORKS, published_numbers.BEST_WIDTHS, strict=True):
        samples, penalty = point.samples, weight_decay(point.samples, dim)

        def decay(hidden: int, penalty: float = penalty) -> float:
            return penalty / float(np.sqrt(hidden / dim))

        found = width.best_width(spectrum, samples, decay, noise_var)
        law = width.best_width_law(spectrum, samples, decay, noise_var)
        rows.append(
            {
                "samples": samples,
                "ratio": samples / dim,
                "published_theory": 2 * point.evolution,
                "published_networks": 2 * point.trained,
                "theory": theory.state_evolution(spectrum, samples, penalty, noise_var).risk,
                "published_best": best,
                "best": found.hidden,
                "best_risk": found.solution.risk,
                "law": law.hidden,
                "law_risk": law.solution.risk,
            }
        )
    write(pd.DataFrame(rows), output, width_published_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
