"""Exponents and sharp constants of both networks from state evolution at huge d.

    python benchmarks/exponents.py

Writes results/exponents.csv and results/constants.csv and prints the rows farthest from the table of
rates, by phase, at the largest dimension.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from scaling_spectra import networks
from scaling_spectra.asymptotics import slopes
from scaling_spectra.sharp_constants import constants

RESULTS = Path(__file__).parent / "results"
DIMS = (10**6, 10**9, 10**12, 10**15)
GAMMAS = (0.75, 1.0, 1.5)
NOISE = (0.5, 0.0)


def main() -> None:
    rows = [
        asdict(row)
        for network in networks.names()
        for noise_var in NOISE
        for row in slopes(network, noise_var, gammas=GAMMAS, dims=DIMS)
    ]
    table = pd.DataFrame(rows)
    for column in ("n_eff", "weight_decay"):
        ends = pd.DataFrame(table.pop(column).tolist())
        table[f"{column}_from"], table[f"{column}_to"] = ends[0], ends[1]
    table["error"], table["refined_error"] = table["slope"] - table["predicted"], table["slope"] - table["refined"]
    table.to_csv(RESULTS / "exponents.csv", index=False, float_format="%.6g")
    sharp = pd.DataFrame(
        asdict(row)
        for network in networks.names()
        for gamma in GAMMAS
        for row in constants(network, 0.5, gamma, 10**12)
    )
    sharp["ratio"] = sharp["measured"] / sharp["predicted"]
    sharp.to_csv(RESULTS / "constants.csv", index=False, float_format="%.6g")

    largest = table[table["dim"] == max(DIMS)]
    worst = largest.loc[largest.groupby(["network", "noise_var", "phase"])["error"].agg(lambda e: e.abs().idxmax())]
    columns = ["network", "noise_var", "phase", "variable", "gamma", "slope", "predicted", "refined", "distance"]
    print(worst[columns].to_string(index=False, float_format="%.4f"))
    print(sharp[["network", "gamma", "name", "where", "ratio"]].to_string(index=False, float_format="%.4f"))


if __name__ == "__main__":
    main()
