"""How far tables differ between machines, as far as one can tell: ``python benchmarks/machines.py``.

Computes the same points several times, in a process of its own each, as other processors would: with other kernels of
OpenBLAS and MKL and other vector instructions of numpy and torch, or with another number of threads. Writes
benchmarks/results/machines.csv: for each way of computing and each column the largest and the median difference from
the plain way, relative to the larger of two values; for columns of words and flags the share of unequal rows.
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.tables.columns import KEY, read, schema_of

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "results/machines.csv"

# how another processor computes: environment, threads
WAYS: dict[str, tuple[dict[str, str], int]] = {
    "plain": ({}, 1),
    "two threads": ({}, 2),
    "AVX kernels": (
        {
            "OPENBLAS_CORETYPE": "Sandybridge",
            "NPY_DISABLE_CPU_FEATURES": "X86_V3",
            "ATEN_CPU_CAPABILITY": "default",
            "MKL_CBWR": "AVX",
        },
        1,
    ),
    "SSE kernels": (
        {
            "OPENBLAS_CORETYPE": "Prescott",
            "NPY_DISABLE_CPU_FEATURES": "X86_V3",
            "ATEN_CPU_CAPABILITY": "default",
            "MKL_CBWR": "COMPATIBLE",
        },
        1,
    ),
}
TEACHER = {"gamma": 0.75, "noise_var": 0.5, "root_seed": 1}
# network, d, n_eff
POINTS = [("diagonal", 40, [15.0, 100.0]), ("quadratic", 20, [8.0, 60.0])]
WEIGHT_DECAYS = [[1.0, 0.0], [1.0, 0.5]]
REPLICAS = [0, 1]
OPTIONS = {"network": {"max_evaluations": 20_000, "init_scale": 0.1}, "convex": None}
KEYS = {*KEY, "replica", "index", "samples"}


def script(name: str) -> ModuleType:
    """A script of the workflow as a module."""
    spec = spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compute(folder: Path, threads: int) -> None:
    """Tables of all points in `folder`: theory, and points trained and solved, with their spectra."""
    with job(str(folder / "log"), threads):
        draw, train, solve, collect = map(script, ("draw_data", "train_networks", "solve_theory", "collect_spectra"))
        for network, dim, grid in POINTS:
            of = {"network": network, "dim": dim, **TEACHER}
            data = str(folder / f"{network}.npz")
            draw.main(data, replicas=REPLICAS, **of)
            for n_eff in grid:
                for method, options in OPTIONS.items():
                    files = [str(folder / f"{network}_{n_eff}_{method}.{kind}") for kind in ("csv", "npy")]
                    train.main(
                        data,
                        *files,
                        n_eff=n_eff,
                        weight_decays=WEIGHT_DECAYS,
                        replicas=REPLICAS,
                        width=1.0,
                        tolerance=1e-5,
                        options=options,
                        **of,
                    )
                    collect.main(files[:1], files[1:], str(folder / f"spectra_{network}_{n_eff}_{method}.csv"))
            del of["root_seed"]
            solve.main(
                [data],
                str(folder / f"theory_{network}.csv"),
                n_eff=grid,
                weight_decays=WEIGHT_DECAYS,
                replicas=len(REPLICAS),
                points_per_decade=5,
                width=1.0,
                **of,
            )


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """What `compute` left, by kind of table."""
    found: dict[str, list[pd.DataFrame]] = {"theory": [], "spectra": [], "network": [], "convex": []}
    for path in sorted(folder.glob("*.csv")):
        kind = path.stem.split("_")[0]
        kind = kind if kind in found else path.stem.split("_")[-1]
        found[kind].append(read(path, schema_of(kind if kind in ("theory", "spectra") else "training")))
    return {kind: pd.concat(parts, ignore_index=True) for kind, parts in found.items()}


def compare(plain: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Largest and median difference of each column that is computed, relative to the larger of two values.

    Values of spectra are compared with the largest of their point: the least of them are rounding.
    """
    rows = []
    for name in plain.columns.difference(KEYS):
        if plain[name].dtype == bool or not pd.api.types.is_numeric_dtype(plain[name]):
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


def main() -> None:
    """Compute, compare, write and print."""
    found = {}
    for way, (environment, threads) in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, folder, str(threads)]
            subprocess.run(command, env={**os.environ, **environment}, check=True)
            found[way] = tables(Path(folder))
    plain = found.pop("plain")
    parts = [
        compare(plain[kind], other[kind]).assign(table=kind, way=way) for way, other in found.items() for kind in plain
    ]
    differences = pd.concat(parts, ignore_index=True)[["table", "column", "way", "unequal", "largest", "median"]]
    differences.to_csv(TABLE, index=False, float_format="%.2g", lineterminator="\n")
    print(differences.pivot_table(index=["table", "column"], columns="way", values="largest", sort=False).to_string())


if __name__ == "__main__":
    if len(sys.argv) == 3:
        compute(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
