"""Price of a feature over its scale, and sums of prices over exact risks at several gamma and d."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.diagonal.decomposition import price as diagonal_price
from scaling_spectra.networks.interface.decomposition import decomposition_of
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.quadratic.price import price as quadratic_price
from scaling_spectra.records import SOLVED, attempt_solution
from scaling_spectra.ties import rounded
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import price_of_a_feature as price_table
from scaling_spectra_pipeline.schemas.columns import write

PARAMETERS = {"noise_var": "theory.noise_var", "points_per_decade": "theory.points_per_decade"}
PRICES = {"diagonal": diagonal_price, "quadratic": quadratic_price}
# b/delta, and s/delta in decades
THRESHOLDS, DECADES = (0.2, 0.7, 1.2, 1.7, 3.0), (-1.0, 1.5)
LARGE_DIMS = (200, 2000, 20_000, 1_000_000)
EXPONENTS = (0.75, 1.0, 1.5)
# n_eff as powers of d, from IV to VIb, and lambda over sqrt(n_eff/d): from none to where no bulk survives
SIZES, DECAYS = (0.3, 0.5, 0.7, 0.9, 1.1, 1.4, 1.8), (1e-3, 1.0)
NETWORK = "quadratic"


def main(output: str, noise_var: float, points_per_decade: int):
    rows = [*_curves(points_per_decade), *_sums(noise_var)]
    table = pd.DataFrame(rows).reindex(columns=list(price_table.SCHEMA.columns))
    write(table, output, price_table.SCHEMA)


def _curves(points_per_decade: int) -> Iterable[dict[str, Any]]:
    low, high = DECADES
    scale = np.logspace(low, high, 1 + rounded(points_per_decade * (high - low)))
    for network in PRICES:
        for threshold in THRESHOLDS:
            place = {"series": price_table.CURVE, "network": network, "threshold": threshold, "status": SOLVED}
            shares = PRICES[network](scale, threshold) / scale**2
            yield from (place | {"scale": r, "value": share} for r, share in zip(scale, shares, strict=True))


def _sums(noise_var: float) -> Iterable[dict[str, Any]]:
    theory, decompose = theory_of(NETWORK), decomposition_of(NETWORK).decompose
    for exponent in EXPONENTS:
        for dim in LARGE_DIMS:
            spectrum = merged_power_law(dim, exponent)
            for power in SIZES:
                for coefficient in DECAYS:
                    n_eff = float(dim) ** power
                    decay = coefficient * np.sqrt(noise_var * n_eff / dim)
                    point = attempt_solution(theory.state_evolution, spectrum, n_eff * dim, decay, noise_var)
                    row = {
                        "series": price_table.SUM,
                        "network": NETWORK,
                        "exponent": exponent,
                        "dim": dim,
                        "n_eff": n_eff,
                        "weight_decay": decay,
                        "threshold": point.threshold / point.delta,
                        "status": point.status,
                    }
                    if point.solved:
                        parts = decompose(spectrum, point, gamma=exponent)
                        row |= {"found": parts.found, "value": parts.priced / point.risk}
                        row["paper"] = (parts.total + parts.displacement) / point.risk
                    yield row


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], **snakemake.params.arguments)
