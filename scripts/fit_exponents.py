"""Fit slopes of log R against log n_eff within phases, beside the predicted and the theory's slopes."""

import numpy as np
import pandas as pd

from scaling_spectra.fits import fit_slope, slope
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import exponents
from scaling_spectra.windows import windows
from scaling_spectra_pipeline import tables
from scaling_spectra_pipeline.job import job

RAY = ["network", "gamma", "noise_var", "dim", "decay_coefficient", "decay_exponent", "weight_decay"]


def main(
    training: str,
    theory: str,
    output: str,
    margin: float,
    min_points: int,
    min_decades: float,
    bootstrap: int,
    confidence: float,
    root_seed: int,
):
    trained = tables.read(training, tables.TRAINING)
    # state evolution of the same teachers at the same n_eff
    solved = tables.read(theory, tables.THEORY)[[*tables.KEY, "replica", "risk"]]
    both = trained.merge(solved, on=[*tables.KEY, "replica"], suffixes=("", "_theory"), validate="one_to_one")
    both = both[both["converged"] & both["unique"]]
    rows = []
    for ray, points in both.groupby(RAY, sort=True):
        network, gamma, noise_var, dim, *_, weight_decay = ray
        simulated, predicted = (
            points.pivot_table(index="replica", columns="n_eff", values=values).dropna(axis=1)
            for values in ("risk", "risk_theory")
        )
        n_eff = simulated.columns.to_numpy()
        if not n_eff.size:
            continue
        for window in windows(PhaseDiagram(network, dim, gamma, noise_var), n_eff, weight_decay, margin):
            x = n_eff[window.indices]
            row = dict(zip(RAY, ray, strict=True)) | {
                "phase": window.phase,
                "n_eff_min": x[0],
                "n_eff_max": x[-1],
                "points": x.size,
                "predicted": exponents(window.phase, gamma, network)[0],
                **dict.fromkeys(("theory", "slope", "low", "high"), np.nan),
            }
            if x.size < min_points or np.log10(x[-1] / x[0]) < min_decades * (1 - 1e-9):
                row["verdict"] = "window too short"
            elif len(simulated) < 2:
                row["verdict"] = "too few replicas"
            else:
                fit = fit_slope(
                    x,
                    simulated.to_numpy()[:, window.indices],
                    confidence=confidence,
                    resamples=bootstrap,
                    rng=np.random.default_rng(root_seed),
                )
                row["theory"] = float(slope(x, predicted.to_numpy()[:, window.indices].mean(0), fit.weights))
                row |= {"slope": fit.slope, "low": fit.low, "high": fit.high}
                row["verdict"] = "agrees" if fit.low <= row["theory"] <= fit.high else "differs"
            rows.append(row)
    table = pd.DataFrame(rows, columns=list(tables.EXPONENTS.columns))
    tables.write(table, output, tables.EXPONENTS)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.training, snakemake.input.theory, snakemake.output[0], **snakemake.params.arguments)
