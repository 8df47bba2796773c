"""``python -m scaling_spectra_pipeline.run ARGUMENTS``: Snakemake with short messages, resuming after a killed run.

A run that was killed leaves a lock, and perhaps jobs without a parent. If no other run is alive in
this folder both are removed first; if one is, this one stops.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

LOCKS = Path(".snakemake/locks")


def processes(folder: Path) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """Live Snakemake runs in `folder`, and jobs in it that no run owns."""
    mine = {process.pid for process in psutil.Process().parents()} | {os.getpid()}
    runs, jobs = [], []
    for process in psutil.process_iter():
        try:
            if process.pid in mine or Path(process.cwd()) != folder:
                continue
            words = process.cmdline()
        except (psutil.Error, OSError):
            continue
        if any(Path(word).name == "snakemake" for word in words[:3]):
            runs.append(process)
        elif any(Path(word).parent.match(".snakemake/scripts") for word in words):
            jobs.append(process)
    return runs, jobs


def main(arguments: list[str]) -> None:
    """Clean up after a killed run in the current folder, then become Snakemake."""
    runs, jobs = processes(Path.cwd().resolve())
    if runs:
        sys.exit(f"run: process {runs[0].pid} is building in this folder already; wait for it or stop it")
    for job in jobs:
        with suppress(psutil.NoSuchProcess):
            job.kill()
    psutil.wait_procs(jobs, timeout=10)
    for lock in LOCKS.glob("*.lock"):
        lock.unlink()
    snakemake = Path(sys.executable).with_name("snakemake")
    os.execv(snakemake, [str(snakemake), "--logger=progress", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
