"""The notebook of the documentation runs, and holds its results."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from helpers.checkout import ROOT

NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def outputs(path):
    """What each cell of code prints, and how many pictures it draws."""
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            kinds = [output["output_type"] for output in cell["outputs"]]
            assert {*kinds} <= {"stream", "display_data"}
            texts = ("".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream")
            found.append(("".join(texts), kinds.count("display_data")))
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_holds_its_results(path, tmp_path):
    # needs a program that is not there, unless the notebook starts from the defaults
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\n", encoding="utf-8")
    fresh = tmp_path / path.name
    shutil.copy(path, fresh)
    command = [sys.executable, "-m", "pytest", "--nbmake", "--overwrite", "--nbmake-timeout=300", "-q"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1", "PYTEST_ADDOPTS": ""}
    environment["MATPLOTLIBRC"] = str(tmp_path)
    # jobs draw without a window, which other tests may have asked for
    environment = {
        key: value for key, value in environment.items() if not key.startswith(("PYTEST_XDIST", "MPLBACKEND"))
    }
    arguments = ["--rootdir", str(tmp_path), "-c", os.devnull, str(fresh)]
    result = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    for (kept, pictures), (now, drawn) in zip(outputs(path), outputs(fresh), strict=True):
        assert pictures == drawn
        # other machines print other last digits
        words, numbers = zip(*((NUMBER.sub("#", text), NUMBER.findall(text)) for text in (kept, now)), strict=True)
        assert words[0] == words[1]
        # and a gap below the tolerance of training may be any
        assert [*map(float, numbers[0])] == pytest.approx([*map(float, numbers[1])], rel=0.02, abs=1e-6)
