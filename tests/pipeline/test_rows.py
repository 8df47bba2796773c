"""Tables of single points: written quickly, checked when they are collected."""

import runpy
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from scaling_spectra_pipeline.rows import write_rows
from scaling_spectra_pipeline.schemas.columns import read, schema, share, write
from scaling_spectra_pipeline.schemas.lookup import schema_of

POINT = {
    **{
        "network": "diagonal",
        "teacher": "gamma0.75",
        "gamma": 0.75,
        "noise_var": 0.5,
        "dim": 4,
        "decay_coefficient": 1.0,
    },
    **{"decay_exponent": 0.0, "weight_decay": 1.0, "n_eff": 2.0, "samples": 2, "replica": 0, "method": "network"},
    **{"solver": "lbfgs", "risk": np.float64(0.1 + 0.2), "train_loss": 1e-300, "objective": 0.5, "relative_gap": 0.0},
    **{"iterations": np.int64(7), "rank": 2, "converged": np.bool_(True), "unique": True, "status": "solved"},
}


def test_rows_are_written_as_pandas_would(tmp_path):
    path = tmp_path / "x.csv"
    rows = [POINT, POINT | {"replica": 1, "risk": 3.0, "converged": False}]
    write_rows(rows, str(path))
    assert path.read_text() == pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")


@pytest.mark.parametrize(
    "script", ["train_networks", "solve_networks", "studies/equivalence", "studies/feature_learning_gain"]
)
def test_jobs_of_points_load_no_library_of_tables(script):
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); sys.exit(bool({'pandas', 'pandera'} & set(sys.modules)))"
    path = ROOT / f"scripts/{script}.py"
    assert subprocess.run([sys.executable, "-c", code, path], check=False).returncode == 0


def test_collecting_names_the_point_that_does_not_match(tmp_path):
    collect = runpy.run_path(str(ROOT / "scripts/collect_tables.py"))["main"]
    paths = [str(tmp_path / f"{number}.csv") for number in range(3)]
    for number, path in enumerate(paths):
        write_rows([POINT | {"replica": number, "n_eff": 2.0 + number}], path)
    output = tmp_path / "all.csv"
    collect(paths[::-1], str(output), "training")
    collected = schema_of("training").validate(pd.read_csv(output))
    assert collected["replica"].tolist() == [0, 1, 2]
    write_rows([POINT | {"replica": 1, "risk": -1.0}], paths[1])
    output.unlink()
    with pytest.raises(ValueError, match=r"1\.csv: .*risk"):
        collect(paths, str(output), "training")
    write_rows([POINT | {"n_eff": 2.0}], paths[1])
    with pytest.raises(ValueError, match=r"all\.csv: .*unique"):
        collect(paths, str(output), "training")
    assert not output.exists()


def test_shares_leave_their_range_by_rounding_only(tmp_path):
    """What all of d features add up to depends on the order of the sum, and so on the processor."""
    path, shares = str(tmp_path / "shares.csv"), schema(None, {"found": share("of features")})
    sums = [sum(np.full(dim, 1 / dim)) for dim in range(1, 100)]
    assert max(sums) > 1
    write(pd.DataFrame({"found": [*sums, 0.0, -1e-17]}), path, shares)
    assert len(read(path, shares)) == len(sums) + 2
    for wrong in (1.001, -0.001):
        with pytest.raises(ValueError, match="Column 'found'"):
            write(pd.DataFrame({"found": [wrong]}), path, shares)
