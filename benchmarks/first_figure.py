"""CPU seconds from a fresh clone to figures: set-up, one figure, all figures at smoke scale.

Clones this checkout into a temporary folder and runs what README.md tells a newcomer to run there. Time that packages
need to download is not CPU time and not counted. Run: python benchmarks/first_figure.py
"""

import os
import resource
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "benchmarks/results/first_figure.csv"
STEPS = {
    "an environment (`make .venv/ready`)": ["make", ".venv/ready"],
    "one figure at smoke scale (`snakemake fig5`)": [
        ".venv/bin/snakemake", "--cores", "1", "fig5", "--config", "scale=smoke"
    ],
    "every figure at smoke scale (`make figures SCALE=smoke`)": ["make", "figures", "SCALE=smoke", "CORES=1"],
}  # fmt: skip


def main() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    rows, total = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), folder], check=True)
        for step, command in STEPS.items():
            before = _cpu()
            subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
            total += _cpu() - before
            rows.append((step, round(total)))
    pd.DataFrame(rows, columns=["step", "cpu_seconds"]).to_csv(OUTPUT, index=False, lineterminator="\n")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
