"""``python -m scaling_spectra_pipeline.run ARGUMENTS``: Snakemake, resuming after a killed run.

Settings that Snakemake would answer with a traceback, or without saying where they are wrong, are refused first.
A run that was killed leaves a lock, and perhaps jobs without a parent. If no other run is alive in this folder both
are removed first; if one is, this one stops.
"""

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.yaml_file import check_files

LOCKS = Path(".snakemake/locks")
# what Snakemake takes after --config
KEY_VALUE = re.compile("[a-zA-Z_][a-zA-Z_0-9]+=")


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


def check_settings(arguments: list[str]) -> None:
    """Refuse ``--config`` entries that are no ``key=value`` and configuration files that are no YAML.

    Raises
    ------
    ConfigError
        One line.
    """
    if not any(word.startswith(("--config", "-C")) for word in arguments):
        return
    # takes a second to import
    from snakemake.cli import parse_args

    _, parsed = parse_args(arguments)
    for entry in parsed.config or []:
        if not KEY_VALUE.match(entry):
            raise ConfigError(f"config: --config: {entry!r} is not accepted; must be key=value")
    check_files([str(path) for path in parsed.configfile or []])


def main(arguments: list[str]) -> None:
    """Clean up after a killed run in the current folder, then become Snakemake."""
    try:
        check_settings(arguments)
    except ConfigError as error:
        sys.exit(str(error))
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
    os.execv(snakemake, [str(snakemake), *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
