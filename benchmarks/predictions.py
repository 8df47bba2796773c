"""What `scaling-spectra predict` solves at random points, and how long it takes: one thread, processor seconds.

    python benchmarks/predictions.py [points]

Writes results/predictions.csv, a row a point: whether both risks are solved or why not,
the accuracy that is returned and the seconds. Prints the slowest and those without a solution; the exit status is 1 if
a point is not solved or takes longer than SLOWEST.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import sys
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from scaling_spectra import cli, cli_point, networks

RESULTS = Path(__file__).parent / "results"
SEED, POINTS = 20250929, 2000
# seconds
SLOWEST = 2.0


def draw(number: int) -> cli_point.Point:
    """d from 10 to 10^12, gamma from 0.55 to 4, n_eff from 0.01 to d^2.2, lambda from 10^-10 to d^1.5 at most 10^12."""
    rng = np.random.default_rng([SEED, number])
    log_dim = rng.uniform(1, 12)
    return cli_point.Point(
        network=networks.names()[rng.integers(len(networks.names()))],
        dim=float(round(10**log_dim)),
        gamma=float(rng.uniform(cli_point.LEAST_GAMMA, cli_point.LARGEST_GAMMA)),
        noise_var=float(rng.choice([0.0, 0.5])),
        n_eff=float(10 ** rng.uniform(-2, 2.2 * log_dim)),
        weight_decay=float(10 ** rng.uniform(-10, min(1.5 * log_dim, 12))),
    )


def measure(points: int) -> pd.DataFrame:
    """Predictions at the first random points."""
    rows = []
    for number in range(points):
        point = draw(number)
        here, status, accuracy = cli_point.problem(point), "solved", np.nan
        start = process_time()
        try:
            accuracy = cli.prediction(here)["accuracy"]
        except ArithmeticError as error:
            status = str(error)
        names = ("network", "dim", "gamma", "noise_var", "n_eff", "weight_decay")
        row = {name: getattr(point, name) for name in names}
        rows.append(row | {"status": status, "accuracy": accuracy, "seconds": process_time() - start})
    return pd.DataFrame(rows)


def main(points: int) -> int:
    table = measure(points)
    table.to_csv(RESULTS / "predictions.csv", index=False, float_format="%.6g")
    unsolved = table[table["status"] != "solved"]
    print(f"{len(unsolved)} of {len(table)} points not solved")
    print(unsolved.to_string() if len(unsolved) else "", end="")
    print(table["seconds"].describe(percentiles=[0.5, 0.9, 0.99]).to_string())
    print(table.nlargest(5, "seconds").to_string())
    print(table.nlargest(5, "accuracy").to_string())
    return int(len(unsolved) > 0 or table["seconds"].max() >= SLOWEST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS))
