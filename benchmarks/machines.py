"""How far tables differ between machines, as far as one machine can tell: ``python benchmarks/machines.py FOLDER``.

Builds the tables of a small configuration in FOLDER several times, each time as another processor would compute
it: other kernels of OpenBLAS and other vector instructions of numpy and torch, or another number of threads.
Writes benchmarks/results/machines.csv: for each way of computing and each column the largest and the median difference
from the plain build, relative to the larger of two values; for columns of words and flags the share of unequal rows.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from scaling_spectra_pipeline.tables.columns import KEY, read, schema_of

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "results/machines.csv"

# as other processors compute: environment, arguments of Snakemake
WAYS: dict[str, tuple[dict[str, str], list[str]]] = {
    "plain": ({}, []),
    "two threads a job": ({}, ["--set-threads", "train_networks=2", "solve_theory=2", "fit_exponents=2"]),
    "AVX kernels": (
        {
            "OPENBLAS_CORETYPE": "Sandybridge",
            "NPY_DISABLE_CPU_FEATURES": "X86_V3",
            "ATEN_CPU_CAPABILITY": "default",
            "MKL_CBWR": "AVX",
        },
        [],
    ),
    "SSE kernels": (
        {
            "OPENBLAS_CORETYPE": "Prescott",
            "NPY_DISABLE_CPU_FEATURES": "X86_V3",
            "ATEN_CPU_CAPABILITY": "default",
            "MKL_CBWR": "COMPATIBLE",
        },
        [],
    ),
}
STAGES = ("phases", "theory", "training", "spectra", "exponents")
# every weight decay of the preset, some sample sizes, one noise level
POINTS = {
    "noise_levels": [0.5],
    "networks": {
        "diagonal": {"40": {"n_eff": [15, 40, 100, 300], "replicas": 4, "trained_up_to": 40}},
        "quadratic": {"20": {"n_eff": [8, 20, 60], "replicas": 4, "trained_up_to": 20}},
    },
}
KEYS = {*KEY, "replica", "index", "samples", "points", "replicas"}


def files() -> dict[str, str]:
    """Table of each stage that is compared."""
    return {
        stage: f"results/smoke/{stage}/{'phase_regions' if stage == 'phases' else 'excess_risk'}.csv"
        for stage in STAGES
    }


def build(folder: Path, environment: dict[str, str], arguments: list[str]) -> dict[str, pd.DataFrame]:
    """Tables by stage, of a build in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "config.yaml", folder)
    snakemake = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "2"]
    points = json.dumps({"excess_risk": POINTS})
    subprocess.run(
        [*snakemake, *arguments, "--config", "scale=smoke", f"experiments={points}", "--", *files().values()],
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
    )
    return {stage: read(folder / path, schema_of(stage)) for stage, path in files().items()}


def compare(plain: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Largest and median difference of each column that is computed, relative to the larger of two values.

    Values of spectra are compared with the largest of their point: the least of them are rounding.
    """
    rows = []
    for name in plain.columns.difference(KEYS):
        if not pd.api.types.is_numeric_dtype(plain[name]) or plain[name].dtype == bool:
            rows.append({"column": name, "largest": float((plain[name] != other[name]).mean()), "unequal": True})
            continue
        a, b = (table[name].to_numpy(float) for table in (plain, other))
        scale = np.maximum(np.abs(a), np.abs(b))
        if "index" in plain:
            points = plain.groupby([*KEY, "replica"], sort=False).ngroup()
            scale = pd.Series(scale).groupby(points).transform("max").to_numpy()
        with np.errstate(invalid="ignore"):
            difference = np.where(a == b, 0.0, np.abs(a - b) / scale)
        difference[np.isnan(a) & np.isnan(b)] = 0.0
        rows.append({"column": name, "largest": difference.max(), "median": np.median(difference), "unequal": False})
    return pd.DataFrame(rows)


def main(folder: Path) -> None:
    """Build, compare, write and print."""
    tables = {way: build(folder / f"{number}", *how) for number, (way, how) in enumerate(WAYS.items())}
    parts = [
        compare(tables["plain"][stage], tables[way][stage]).assign(stage=stage, way=way)
        for way in WAYS
        if way != "plain"
        for stage in STAGES
    ]
    found = pd.concat(parts, ignore_index=True)[["stage", "column", "way", "unequal", "largest", "median"]]
    found.to_csv(TABLE, index=False, float_format="%.2g", lineterminator="\n")
    print(found.pivot_table(index=["stage", "column"], columns="way", values="largest", sort=False).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
