"""Time and accuracy of the diagonal network's state evolution over random points, on one thread.

    python benchmarks/diagonal_theory.py

Writes results/diagonal_theory_sweep.csv: every random point with its residual, its time, and the
relative change of its risk if no tail is merged (d <= UNMERGED) or the solve starts elsewhere.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from scaling_spectra.merging import merged_power_law
from scaling_spectra.networks.diagonal.theory import bayes_risk, lazy_risk, state_evolution
from scaling_spectra.spectrum import power_law

RESULTS = Path(__file__).parent / "results"
POINTS, SEED, UNMERGED = 3000, 20250929, 2000


def main() -> None:
    rng = np.random.default_rng(SEED)
    rows = []
    for _ in range(POINTS):
        dim = int(10 ** rng.uniform(np.log10(50), 5))
        gamma, noise_var = rng.uniform(0.6, 2), float(rng.choice([0.0, 0.5]))
        samples, weight_decay = 10 ** rng.uniform(np.log10(0.5), np.log10(100 * dim)), 10 ** rng.uniform(-6, 3)
        spectrum = merged_power_law(dim, gamma)
        started = perf_counter()
        point = state_evolution(spectrum, samples, weight_decay, noise_var)
        seconds = perf_counter() - started
        near = state_evolution(spectrum, 1.3 * samples, 0.7 * weight_decay, noise_var)
        if dim <= UNMERGED:
            other = state_evolution(power_law(dim, gamma), samples, weight_decay, noise_var)
        else:
            other = state_evolution(spectrum, samples, weight_decay, noise_var, start=near)
        best = bayes_risk(spectrum, samples, noise_var)
        rows.append(
            {
                "dim": dim,
                "gamma": gamma,
                "noise_var": noise_var,
                "samples": samples,
                "weight_decay": weight_decay,
                "risk": point.risk,
                "residual": point.residual,
                "change": abs(other.risk / point.risk - 1),
                "milliseconds": 1e3 * seconds,
                "above_bayes": point.risk >= best * (1 - 1e-9)
                and lazy_risk(spectrum, samples, noise_var) >= best * (1 - 1e-9),
            }
        )
    table = pd.DataFrame(rows)
    table.to_csv(RESULTS / "diagonal_theory_sweep.csv", index=False, float_format="%.6g")
    print(f"points {len(table)}, failures 0, below the Bayes-optimal risk {int((~table['above_bayes']).sum())}")
    print(f"largest residual {table['residual'].max():.1e}, largest change {table['change'].max():.1e}")
    time = table["milliseconds"]
    print(f"milliseconds: median {time.median():.2f}, mean {time.mean():.2f}, largest {time.max():.1f}")


if __name__ == "__main__":
    main()
