"""Who runs the jobs: the command that is running here, or a cluster, whose commands must then be there.

A Snakefile is read before the executor is chosen: what was asked for is read from the command line and its profiles.
"""

import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from typing import Any

from snakemake.cli import parse_args

from scaling_spectra_pipeline.errors import ConfigError

SLURM = "slurm"
# what the executor of Slurm starts
COMMANDS = ("sbatch", "squeue", "scancel")


@cache
def arguments() -> Any:
    """Arguments of the running Snakemake command, those of its profiles among them; None if it is another command."""
    try:
        # it says again which profile it uses
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            return parse_args(sys.argv[1:])[1]
    except SystemExit:
        return None


def jobs_run_here() -> bool:
    """Whether the running command starts jobs itself; those of a cluster are judged by limits of its profile."""
    return arguments() is None or arguments().executor in (None, "local", "dryrun", "touch")


def check_executor() -> None:
    """Refuse a cluster whose commands are not here: its executor would wait for them for ever.

    Raises
    ------
    ConfigError
        One line.
    """
    asked = arguments()
    if asked is None or asked.executor != SLURM or asked.dryrun:
        return
    if lacking := [command for command in COMMANDS if shutil.which(command) is None]:
        raise ConfigError(
            f"slurm: {', '.join(lacking)} not found on this machine; start this where Slurm's commands are, such as "
            "the login node of a cluster, or build here: leave out --workflow-profile"
        )
