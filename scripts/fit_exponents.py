"""Fit slopes of log R against log n_eff within phases, beside the predicted and the theory's slopes."""

import numpy as np
import pandas as pd

from scaling_spectra.finite_size import known_tilt
from scaling_spectra.fits import SlopeFit, fit_slope
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.phases import exponents
from scaling_spectra.teacher import NO_POWER_LAW
from scaling_spectra.windows import windows
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables import exponents as exponents_table
from scaling_spectra_pipeline.tables import theory as theory_table
from scaling_spectra_pipeline.tables import training as training_table
from scaling_spectra_pipeline.tables.columns import KEY, read, write

RAY = ["network", "gamma", "noise_var", "dim", "decay_coefficient", "decay_exponent", "weight_decay"]
# slopes of constant risks, whose intervals have no width
ROUNDING = 1e-9


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
    trained = read(training, training_table.SCHEMA)
    # state evolution of the same teachers at the same n_eff
    solved = read(theory, theory_table.SCHEMA)[[*KEY, "replica", "risk"]]
    both = trained.merge(solved, on=[*KEY, "replica"], suffixes=("", "_theory"), validate="one_to_one")
    if len(both) < len(trained):
        raise RuntimeError(f"{theory}: {len(trained) - len(both)} trained points have no theory; rebuild the stage")
    # a replica counts in a window only if all its points are certified and unique
    both.loc[~(both["converged"] & both["unique"]), ["risk", "risk_theory"]] = np.nan
    rows = []
    for ray, points in both.groupby(RAY, sort=True):
        network, gamma, noise_var, dim, *_, weight_decay = ray
        if gamma == NO_POWER_LAW:
            # no phases, and no exponents to compare with
            continue
        simulated, predicted = (
            points.pivot(index="replica", columns="n_eff", values=values) for values in ("risk", "risk_theory")
        )
        n_eff = simulated.columns.to_numpy()
        for window in windows(PhaseDiagram(network, dim, gamma, noise_var), n_eff, weight_decay, margin):
            x = n_eff[window.indices]
            inside = simulated.iloc[:, window.indices].dropna()
            row = dict(zip(RAY, ray, strict=True)) | {
                "phase": window.phase,
                "n_eff_min": x[0],
                "n_eff_max": x[-1],
                "points": x.size,
                "replicas": len(inside),
                "predicted": exponents(window.phase, gamma, network)[0],
                **dict.fromkeys(("theory", "slope", "low", "high", "difference_half_width", "tilt"), np.nan),
            }
            if x.size < min_points or np.log10(x[-1] / x[0]) < min_decades * (1 - 1e-9):
                row["verdict"] = "window too short"
            elif len(inside) < 2:
                row["verdict"] = "too few replicas"
            else:
                fit = fit_slope(
                    x,
                    inside.to_numpy(),
                    predicted.loc[inside.index].to_numpy()[:, window.indices],
                    confidence=confidence,
                    resamples=bootstrap,
                    rng=np.random.default_rng(root_seed),
                )
                row |= {"slope": fit.slope, "low": fit.low, "high": fit.high, "theory": fit.reference}
                row["difference_half_width"] = fit.difference_half_width
                row["tilt"] = known_tilt(network, x[0], x[-1], dim)
                row["verdict"] = _verdict(fit, row["tilt"])
            rows.append(row)
    table = pd.DataFrame(rows, columns=list(exponents_table.SCHEMA.columns))
    write(table, output, exponents_table.SCHEMA)


def _verdict(fit: SlopeFit, tilt: float) -> str:
    distance, half_width = abs(fit.slope - fit.reference), fit.difference_half_width + ROUNDING
    if distance <= half_width:
        return "agrees"
    return "agrees within the known deviation" if distance <= half_width + tilt else "differs"


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.input.training, snakemake.input.theory, snakemake.output[0], **snakemake.params.arguments)
