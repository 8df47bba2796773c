"""CPU seconds that ways around an ordinary interface save: ``python benchmarks/shortcuts.py``, a quarter of an hour.

Each process runs with and without the shortcut, in turns; the results are medians.
"""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results"
REPEATS = 5
PARAMETERS = "[torch.nn.Parameter(torch.zeros(2))]"
JOB = "import gc, pandas, scaling_spectra.networks.quadratic.training, scaling_spectra_pipeline.points"
ENGINE = "from snakemake.cli import main; main(['-n', '--quiet', 'all', '--config', 'scale=laptop'])"
# jobs that wait for cores, as in a long build
QUEUE = """
rule all:
    input: expand("{job}", job=range(60))
rule wait:
    output: "{job}"
    shell: "sleep 2; touch {output}"
"""
UNLIMITED = "onstart:\n    workflow.scheduler.job_rate_limiter = None\n"


def queue(rules: str) -> str:
    """Code of a process that runs a workflow in a folder of its own."""
    run = "from snakemake.cli import main; main(['--cores', '2', '--quiet', 'all'])"
    folder = f"os.chdir(tempfile.mkdtemp()); pathlib.Path('Snakefile').write_text({rules!r})"
    return f"import os, pathlib, tempfile; {folder}; {run}"


# what each saves, with it and without
SHORTCUTS = {
    "L-BFGS without torch's compiler": (
        f"import torch; from scaling_spectra import lbfgs; lbfgs._Lbfgs({PARAMETERS})",
        f"import torch; from scaling_spectra import lbfgs; torch.optim.LBFGS({PARAMETERS})",
    ),
    "gc.freeze at the end of a job": (f"{JOB}; gc.freeze()", JOB),
    "gc.freeze while rules are read": (ENGINE, f"import gc; gc.freeze = lambda: None; {ENGINE}"),
    "no limit of jobs a second, 60 jobs of 2 s": (queue(UNLIMITED + QUEUE), queue(QUEUE)),
}


def cpu_seconds(code: str) -> float:
    """CPU time of a Python process, whose exit status does not matter."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    rows = []
    for name, pair in SHORTCUTS.items():
        spent = pd.DataFrame(
            [[cpu_seconds(code) for code in pair] for _ in range(REPEATS)], columns=["with", "without"]
        )
        spent["saved"] = spent["without"] - spent["with"]
        rows.append({"shortcut": name, **spent.median().round(2).to_dict()})
        print(rows[-1], flush=True)
    pd.DataFrame(rows).to_csv(RESULTS / "shortcuts.csv", index=False)


if __name__ == "__main__":
    main()
