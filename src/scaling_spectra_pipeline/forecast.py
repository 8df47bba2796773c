"""``make plan``: what a build will take, before anything runs, and why it cannot run where it cannot.

The jobs are those of Snakemake's own graph; seconds and megabytes are those of the cost model (costs.py).
"""

import heapq
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Annotated, Any

import cyclopts
from snakemake.api import SnakemakeApi
from snakemake.cli import parse_config
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
    StorageSettings,
)
from snakemake_interface_executor_plugins.settings import SharedFSUsage

from scaling_spectra_pipeline import costs, limits
from scaling_spectra_pipeline.asked import accepted_cores, checked, of_make, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.extents import EXAMINE, extent, work_of
from scaling_spectra_pipeline.memory import OWN
from scaling_spectra_pipeline.plan import Plan
from scaling_spectra_pipeline.surroundings import introduce

ROOT = Path(__file__).parents[2]
GIGABYTE = 1e9
# wall times are shown for these numbers of cores too
MORE_CORES = (8, 64, 512)
# a refusal names so many jobs at most
NAMED = 3
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


def graph(settings: dict[str, Any], directory: Path = Path("."), *, remaining: bool = False) -> list[Job]:
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
        # as printing the graph does; the graph itself has no public name
        workflow = workflow_api._workflow
        workflow._prepare_dag(forceall=not remaining, ignore_incomplete=True, lock_warn_only=True)
        workflow._build_dag()
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


def longest_chain(jobs: list[Job]) -> list[Job]:
    """Jobs that must run one after the other and take longest: no number of cores is faster."""
    if not jobs:
        return []
    reach: list[float] = []
    before: list[int | None] = []
    for job in jobs:
        last = max(job.needs, key=lambda i: reach[i], default=None)
        reach.append(job.seconds + (0.0 if last is None else reach[last]))
        before.append(last)
    place: int | None = max(range(len(jobs)), key=reach.__getitem__)
    chain = []
    while place is not None:
        chain.append(jobs[place])
        place = before[place]
    return chain[::-1]


def schedule(jobs: list[Job], cores: int, memory: float = inf) -> tuple[float, float]:
    """Seconds until all is done on `cores` cores with bytes of `memory`, and the most megabytes asked for at one time.

    List scheduling: a core that is free takes, of the jobs that may start and fit beside those at work, the one with
    the longest way to go. As in Snakemake a job that asks for more than there is has it all.
    """
    size = [min(job.megabytes, memory / 1e6) for job in jobs]
    followers: list[list[int]] = [[] for _ in jobs]
    waiting = [len(job.needs) for job in jobs]
    for place, job in enumerate(jobs):
        for other in job.needs:
            followers[other].append(place)
    to_go = [0.0] * len(jobs)
    for place in reversed(range(len(jobs))):
        to_go[place] = jobs[place].seconds + max((to_go[i] for i in followers[place]), default=0.0)
    ready = [(-to_go[i], i) for i in range(len(jobs)) if not waiting[i]]
    heapq.heapify(ready)
    running: list[tuple[float, int]] = []
    now = most = 0.0
    while ready or running:
        left_out, used = [], sum(size[place] for _, place in running)
        while ready and len(running) < cores:
            first = heapq.heappop(ready)
            if used + size[first[1]] > memory / 1e6:
                left_out.append(first)
                continue
            heapq.heappush(running, (now + jobs[first[1]].seconds, first[1]))
            used += size[first[1]]
        for waits in left_out:
            heapq.heappush(ready, waits)
        most = max(most, used)
        now, place = heapq.heappop(running)
        for follower in followers[place]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (-to_go[follower], follower))
    return now, most


def refusals(jobs: list[Job], memory: float, disk: float, hours: float | None) -> list[str]:
    """Why the build cannot run with so many bytes of memory and of disk, and jobs of so many hours; one line each."""
    found = []
    large = [job for job in jobs if job.megabytes * 1e6 > memory]
    if large:
        smaller = "smaller d or n_eff, or " if any(job.trains for job in large) else ""
        found.append(
            f"{_named(large, lambda job: job.megabytes, '{:.0f} MB')}: more memory than the {memory / 1e6:.0f} MB "
            f"for jobs; use {smaller}a larger machine (--memory)"
        )
    total = sum(job.disk for job in jobs)
    if total > disk:
        found.append(
            f"the build leaves {total / GIGABYTE:.2f} GB: more than the {disk / GIGABYTE:.2f} GB of disk free; "
            "build elsewhere (--disk)"
        )
    if hours is not None:
        long = [job for job in jobs if job.seconds > 3600 * hours]
        if long:
            shorter = "lower training.replicas_per_job, replicas of the study, n_eff, or trained_up_to"
            found.append(
                f"{_named(long, lambda job: job.seconds / 3600, '{:.1f} h')}: longer than {hours:g} h; "
                f"{shorter if any(job.trains for job in long) else 'allow more (--hours)'}"
            )
    return found


def _named(jobs: list[Job], value: Any, form: str) -> str:
    worst = sorted(jobs, key=value, reverse=True)[:NAMED]
    named = ", ".join(f"{job.label} ({form.format(value(job))})" for job in worst)
    return named + (f" and {len(jobs) - NAMED} more jobs" if len(jobs) > NAMED else "")


def report(jobs: list[Job], cores: int, memory: float = inf) -> str:
    """The plan, to be read, for `cores` cores with bytes of `memory`, and for more cores with what memory they ask."""
    by_rule: dict[str, list[Job]] = {}
    for job in jobs:
        by_rule.setdefault(job.rule, []).append(job)
    work = {rule: sum(job.seconds for job in group) for rule, group in by_rule.items()}
    lines = [f"{'rule':30} {'jobs':>6} {'core time':>12} {'longest job':>12} {'memory':>9} {'disk':>9}"]
    for rule in sorted(by_rule, key=lambda rule: -work[rule]):
        group = by_rule[rule]
        lines.append(
            f"{rule:30} {len(group):6} {_time(work[rule]):>12} {_time(max(j.seconds for j in group)):>12} "
            f"{max(j.megabytes for j in group):6.0f} MB {sum(j.disk for j in group) / 1e6:6.1f} MB"
        )
    total = sum(work.values())
    lines += [
        f"{'total':30} {len(jobs):6} {_time(total):>12} {_time(max((j.seconds for j in jobs), default=0.0)):>12} "
        f"{max((j.megabytes for j in jobs), default=0.0):6.0f} MB {sum(j.disk for j in jobs) / 1e6:6.1f} MB",
        "",
        f"core hours: {total / 3600:.2f}",
        f"largest job: {max((j.megabytes for j in jobs), default=0.0):.0f} MB of memory",
        f"disk at the end and at its peak: {sum(j.disk for j in jobs) / GIGABYTE:.3f} GB",
    ]
    chain = longest_chain(jobs)
    steps = " > ".join(f"{job.label} {_time(job.seconds)}" for job in chain if job.seconds)
    lines.append(f"longest chain: {_time(sum(job.seconds for job in chain))}: {steps}")
    lines += [_on_cores(jobs, number, memory) for number in sorted({cores, *MORE_CORES})]
    unknown = Counter(_unmeasured(job) for job in jobs if job.seconds)
    unknown.pop("", None)
    if unknown:
        listed = ", ".join(f"{rule} ({number})" for rule, number in sorted(unknown.items()))
        lines.append(f"never measured, counted like the dearest of their kind: {listed}")
    return "\n".join(lines)


def _on_cores(jobs: list[Job], cores: int, memory: float) -> str:
    """Wall time and memory on so many cores, and whether that fits into bytes of `memory`."""
    seconds, most = schedule(jobs, cores)
    said = f"wall time on {cores} cores: {_time(seconds)}, asking for {most / 1e3:.1f} GB at most"
    if most * 1e6 <= memory:
        return said
    longer, _ = schedule(jobs, cores, memory)
    return f"{said}: does not fit into {memory / GIGABYTE:.3g} GB, where jobs wait for each other: {_time(longer)}"


def _unmeasured(job: Job) -> str:
    """What the cost model was not fitted to: a rule, or a network of a rule; empty for all else."""
    if not costs.is_measured(job.rule):
        return job.rule
    network = job.wildcards.get("network", "")
    return f"{job.rule} {network}" if job.trains and not costs.knows(network) else ""


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, hours = round(seconds / 60), seconds / 3600
    return f"{minutes} min" if minutes < 120 else f"{hours:.1f} h"


def _amount(told: str) -> cyclopts.Parameter:
    def convert(_: Any, tokens: Sequence[Any]) -> float:
        text = tokens[0].value
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value < inf:
            raise ValueError(f"{text!r} is not a number above 0")
        return value

    return cyclopts.Parameter(converter=convert, help=told)


def main(
    *settings: str,
    cores: str = "all",
    memory: Annotated[float | None, _amount("GB of memory; this machine's by default")] = None,
    disk: Annotated[float | None, _amount("GB of disk; those free here by default")] = None,
    hours: Annotated[float | None, _amount("longest job that is allowed")] = None,
    remaining: Annotated[bool, cyclopts.Parameter(help="only what is still to run here")] = False,
) -> None:
    """Say what a build will take, before anything runs; refuse it, with status 1, where it cannot fit.

    Parameters
    ----------
    settings
        Keys of the configuration, as Snakemake's --config takes them: scale=paper gamma=1.0
    cores
        Cores that the build may use; this machine's by default.
    """
    there = GIGABYTE * memory if memory is not None else limits.memory()
    # less than a megabyte for jobs
    if there < 1e6 * (OWN + 1):
        sys.exit(f"plan: --memory {there / GIGABYTE:g} is not accepted; Snakemake itself takes {OWN / 1e3:g} GB")
    try:
        number = limits.cores() if accepted_cores(cores) == "all" else int(cores)
        given = checked([*settings, *of_make()])
    except ConfigError as error:
        sys.exit(str(error))
    introduce(Path(".snakemake").absolute())
    jobs = graph(parse_config(given), remaining=remaining)
    for_jobs = there - 1e6 * OWN
    print(report(jobs, number, for_jobs))
    refused = refusals(
        jobs,
        memory=for_jobs,
        disk=GIGABYTE * disk if disk is not None else shutil.disk_usage(Path.cwd()).free,
        hours=hours,
    )
    if refused:
        sys.exit("\n".join(f"plan: {line}" for line in refused))


if __name__ == "__main__":
    refuse_another()
    serve(main)
