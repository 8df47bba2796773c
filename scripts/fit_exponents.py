"""Fit slopes of log R against log n_eff within phases, beside the predicted and the theory's slopes."""

from functools import partial

import pandas as pd

from scaling_spectra.finite_size import known_change
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import exponents
from scaling_spectra.widths import Width
from scaling_spectra.windows import windows
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.schemas import exponents as exponents_table
from scaling_spectra_pipeline.schemas.columns import KEY, write
from scaling_spectra_pipeline.slopes import by_replica, compared, fitted, risks_of_inputs

RAY = [name for name in KEY if name not in ("n_eff", "samples")]


def main(training: str, theory: str, output: str, margin: float, width: Width, root_seed: int, **fit):
    rows = []
    both = compared(training, theory)
    # of another teacher no phases are known, and no exponents to compare with
    for ray, points in both[both["gamma"].notna()].groupby(RAY, sort=True):
        network, _, noise_var, dim, *_, weight_decay = ray
        gamma = float(points["gamma"].iloc[0])
        simulated, predicted = by_replica(points, "n_eff")
        n_eff = simulated.columns.to_numpy()
        for window in windows(PhaseDiagram(network, dim, gamma, noise_var), n_eff, weight_decay, margin):
            x = n_eff[window.indices]
            change = known_change(network, x[0], x[-1], dim)
            row = dict(zip(RAY, ray, strict=True)) | {
                "gamma": gamma,
                "phase": window.phase,
                "n_eff_min": x[0],
                "n_eff_max": x[-1],
                "predicted": exponents(window.phase, gamma, network)[0],
            }
            of_inputs = partial(risks_of_inputs, points, x, "n_eff", width=width, root_seed=root_seed)
            rows.append(row | fitted(simulated[x], predicted[x], change, of_inputs, root_seed=root_seed, **fit))
    table = pd.DataFrame(rows, columns=list(exponents_table.SCHEMA.columns))
    write(table, output, exponents_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.training, snakemake.input.theory, snakemake.output[0], **snakemake.params.arguments)
