"""The notebook of the documentation runs, and is committed without results."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, tmp_path):
    # needs a program that is not there, unless the notebook starts from the defaults
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--nbmake", "--nbmake-timeout=300", "--override-ini=addopts=-q"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1", "PYTEST_ADDOPTS": ""}
    environment["MATPLOTLIBRC"] = str(tmp_path)
    environment = {key: value for key, value in environment.items() if not key.startswith("PYTEST_XDIST")}
    result = subprocess.run([*command, str(path)], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_holds_no_results(path):
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 3
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
