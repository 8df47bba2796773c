"""Memory for jobs that run here: the largest must fit, asked before any starts, and so must those at work together."""

from collections.abc import Iterator

from scaling_spectra_pipeline import container_limits
from scaling_spectra_pipeline.costs import Work, megabytes
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.plan import Plan

# megabytes that Snakemake itself takes: 0.2 GB at laptop scale, 0.3 GB at paper scale
OWN = 300


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


def available(asked: int | None = None) -> int:
    """Megabytes for jobs: `asked` by --resources, or those that this machine, or its cgroup, leaves them."""
    return asked or max(1, int(container_limits.memory() / 1e6) - OWN)


def check_memory(plan: Plan, there: float) -> None:
    """Refuse a plan whose largest job needs more than the megabytes that are `there`.

    Raises
    ------
    ConfigError
        One line that names the entry of the grid, what its job needs, and what is there.
    """
    key, work = max(works(plan), key=lambda pair: megabytes(pair[1]))
    needed = megabytes(work)
    if needed > there:
        raise ConfigError(
            f"config: {key}: {work.n_eff:g} is not accepted; its job needs {_gigabytes(needed)}, must fit into the "
            f"{_gigabytes(there)} for jobs here (or run elsewhere: --workflow-profile workflow/profiles/slurm)"
        )


def _gigabytes(megabytes: float) -> str:
    return f"{megabytes / 1e3:.3g} GB"
