"""Jobs of a build, from Snakemake's own graph, with what each will take by the cost model (costs.py)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
    StorageSettings,
)
from snakemake_interface_executor_plugins.settings import SharedFSUsage

from scaling_spectra_pipeline import costs
from scaling_spectra_pipeline.extents import EXAMINE, extent, work_of
from scaling_spectra_pipeline.plan import Plan

ROOT = Path(__file__).parents[2]
# megabytes that a graph is asked for with: none of its jobs is refused there
UNLIMITED = 10**9


@dataclass(frozen=True)
class Job:
    """One job of the graph.

    Attributes
    ----------
    rule, name : str
        Its rule, and what tells it from the others of that rule.
    seconds : float
        Predicted.
    megabytes : float
        Memory that it asks for.
    disk : float
        Bytes that it leaves behind.
    needs : tuple of int
        Places, in the list of jobs, of those that come before; each smaller than its own.
    files : tuple of str
        What it writes: outputs, log, benchmark.
    wildcards : dict
        Wildcards of its rule.
    """

    rule: str
    name: str
    seconds: float
    megabytes: float
    disk: float
    needs: tuple[int, ...]
    files: tuple[str, ...] = ()
    wildcards: dict[str, str] = field(default_factory=dict)

    @property
    def benchmark(self) -> str | None:
        """File with what it took."""
        return next((name for name in self.files if name.endswith(".tsv")), None)

    @property
    def label(self) -> str:
        """Rule and name, if it has one."""
        return f"{self.rule} {self.name}".rstrip()

    @property
    def trains(self) -> bool:
        """Whether it finds networks, so that the grids of the configuration say how large it is."""
        return self.rule == "train_networks" or self.rule.startswith(EXAMINE)


def jobs_of(settings: dict[str, Any], directory: Path = Path("."), *, remaining: bool = False) -> list[Job]:
    """Jobs of a build with these `settings` of the configuration; with `remaining`, those that are still to run."""
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL}, enable_file_logging=False)) as api:
        workflow_api = api.workflow(
            resource_settings=ResourceSettings(cores=1, resources={"mem_mb": UNLIMITED}),
            config_settings=ConfigSettings(config=settings),
            # as in profiles/default
            storage_settings=StorageSettings(shared_fs_usage=SharedFSUsage.all() - {SharedFSUsage.SOURCE_CACHE}),
            snakefile=ROOT / "Snakefile",
            workdir=directory.resolve(),
        )
        workflow_api.dag(DAGSettings(forceall=not remaining))
        # as printing the graph does; the graph itself has no public name, and without it there is no `make plan`
        workflow = workflow_api._workflow  # noqa: SLF001
        workflow._prepare_dag(forceall=not remaining, ignore_incomplete=True, lock_warn_only=True)  # noqa: SLF001
        workflow._build_dag()  # noqa: SLF001
        dag, plan = workflow.dag, workflow.globals["PLAN"]
        # from those that need nothing to those that need most
        levels = (sorted(level, key=lambda job: (job.rule.name, str(job.wildcards_dict))) for level in dag.toposorted())
        ordered = [job for level in levels for job in level if dag.needrun(job)]
        place = {job: i for i, job in enumerate(ordered)}
        return [
            _job(plan, job, sorted(place[other] for other in dag.dependencies[job] if other in place))
            for job in ordered
        ]


def _job(plan: Plan, job: Any, needs: list[int]) -> Job:
    rule, wildcards = job.rule.name, {name: str(value) for name, value in job.wildcards_dict.items()}
    known = {"rule": rule, "name": " ".join(wildcards.values()), "needs": tuple(needs), "wildcards": wildcards}
    if not job.output:
        # a target only
        return Job(seconds=0.0, megabytes=0.0, disk=0.0, **known)
    work, (rows, weights) = work_of(plan, rule, wildcards), extent(plan, rule, wildcards)
    return Job(
        seconds=costs.seconds(work) if work else costs.seconds_of_rule(rule, rows),
        megabytes=float(job.resources["mem_mb"]),
        disk=costs.bytes_left(rule, rows, weights),
        files=(*job.output, *job.log, *([job.benchmark] if job.benchmark else [])),
        **known,
    )
