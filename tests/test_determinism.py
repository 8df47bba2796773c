"""Equal tables and equal bytes of figures, whatever the cores, the order of jobs, the folder and the day."""

import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import small
from PIL import Image
from pypdf import PdfReader

CLOCK = Path(__file__).parent / "injected/clock.c"
DAYS = -400


def other_day(folder: Path) -> dict[str, str]:
    """Variables that set the clocks of a process back; none where no C compiler is at hand."""
    compiler = shutil.which("cc")
    if compiler is None:
        return {}
    library = folder / "clock.so"
    shift = f"-DSHIFT={DAYS * 86400}"
    subprocess.run([compiler, "-shared", "-fPIC", shift, "-o", library, CLOCK, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def test_clock_is_another(tmp_path):
    """Python sees the day that the next test builds on."""
    code = "import datetime; print(datetime.date.today())"
    day = other_day(tmp_path)
    shown = [
        subprocess.run([sys.executable, "-c", code], env=small.environment(small.ROOT, **more), capture_output=True)
        for more in ({}, day)
    ]
    assert (shown[0].stdout == shown[1].stdout) == (not day)


def test_cores_order_folder_and_day_change_nothing(small_build, tmp_path):
    """`small_build` was built on one core, figures last, in one go."""
    project = small.checkout(tmp_path / "somewhere" / "else")
    folder = tmp_path / "apart"
    folder.mkdir()
    shutil.copy(project / "config.yaml", folder)
    surroundings = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", **other_day(tmp_path)}
    # theory and the study before any network is trained, the last replica first
    orders = [
        ["theory", "studies"],
        ["training", "--scheduler", "greedy", "--prioritize", "results/smoke/training/excess_risk.csv"],
        [],
    ]
    for order in orders:
        result = small.run(project, *order, "--cores", "2", folder=folder, **surroundings)
        assert result.returncode == 0, result.stderr
    built = small.artifacts(folder)
    assert built.keys() == small.artifacts(small_build).keys()
    assert [path for path, content in small.artifacts(small_build).items() if built[path] != content] == []


def test_files_hold_no_date_and_no_path(small_build):
    figures = sorted((small_build / "figures/smoke").iterdir())
    assert {path.suffix for path in figures} == {".pdf", ".png", ".csv", ".txt", ".html"}
    for path in figures:
        content = path.read_bytes()
        assert str(small_build).encode() not in content
        if path.suffix == ".pdf":
            assert not PdfReader(BytesIO(content)).metadata
            assert not re.search(rb"/(CreationDate|ModDate|ID)\b", content)
        if path.suffix == ".png":
            with Image.open(path) as image:
                assert set(image.info) <= {"dpi"}
