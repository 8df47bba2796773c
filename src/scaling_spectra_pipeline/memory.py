"""Whether the largest job fits into this machine, asked before any job starts."""

import sys
from collections.abc import Iterator

import psutil
from snakemake.cli import parse_args

from scaling_spectra_pipeline.costs import Work, megabytes
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.plan import Plan


def works(plan: Plan) -> Iterator[tuple[str, Work]]:
    """Every training job and study of a plan, with the key of its grid."""
    for kind, sections in (("experiments", plan.config.experiments), ("studies", plan.config.studies)):
        for name, section in sections.items():
            for network, dims in section.networks.items():
                for dim, grid in dims.items():
                    for n_eff in grid.n_eff:
                        if kind == "studies":
                            work = plan.study_work(name, network, dim, n_eff)
                        else:
                            method = plan.method(name, network, dim, n_eff)
                            work = plan.training_work(name, network, dim, n_eff, method, 0)
                        yield f"{kind}.{name}.networks.{network}.{dim}.n_eff", work


def check_memory(plan: Plan, available: float | None = None, executor: str | None = None) -> None:
    """Refuse a plan whose largest job cannot run here.

    Jobs that another executor places (a cluster's) are judged by the limits of its profile instead.

    Parameters
    ----------
    available : float, optional
        Megabytes; of this machine if not given.
    executor : str, optional
        Name of Snakemake's executor; of the running command if not given.

    Raises
    ------
    ConfigError
        One line that names the entry of the grid, what its job needs, and what is there.
    """
    available = psutil.virtual_memory().total / 1e6 if available is None else available
    key, work = max(works(plan), key=lambda pair: pair[1].variable_megabytes())
    needed = megabytes(work)
    if needed <= available or (executor or _executor()) not in ("local", "dryrun", "touch"):
        return
    raise ConfigError(
        f"config: {key}: {work.n_eff:g} is not accepted; its job needs {_gigabytes(needed)}, must fit into the "
        f"{_gigabytes(available)} of this machine (or run elsewhere: --workflow-profile workflow/profiles/slurm)"
    )


def _gigabytes(megabytes: float) -> str:
    return f"{megabytes / 1e3:.3g} GB"


def _executor() -> str:
    """Executor of the running Snakemake command, its profiles included: a Snakefile is read before it is chosen."""
    try:
        _, arguments = parse_args(sys.argv[1:])
    except SystemExit:
        return "local"
    return arguments.executor or "local"
