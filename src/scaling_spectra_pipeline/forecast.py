"""``make plan``: what a build will take, before anything runs, and why it cannot run where it cannot.

Jobs, with seconds and megabytes of the cost model, are those of graph.py.
"""

import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Annotated, Any

import cyclopts
from snakemake.cli import parse_config

from scaling_spectra_pipeline import container_limits, costs
from scaling_spectra_pipeline.asked import accepted_cores, checked, of_make, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.graph import Job, jobs_of
from scaling_spectra_pipeline.memory import OWN
from scaling_spectra_pipeline.schedule import longest_chain, schedule
from scaling_spectra_pipeline.surroundings import introduce

GIGABYTE = 1e9
# wall times are shown for these numbers of cores too
MORE_CORES = (8, 64, 512)
# a refusal names so many jobs at most
NAMED = 3


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
        lines.append(f"never measured, counted like the most expensive of their kind: {listed}")
    return "\n".join(lines)


def _on_cores(jobs: list[Job], cores: int, memory: float) -> str:
    """Wall time and memory on so many cores, and whether that fits into bytes of `memory`."""
    seconds, most = schedule(jobs, cores)
    said = f"wall time on {cores} core{'s' * (cores != 1)}: {_time(seconds)}, asking for {most / 1e3:.1f} GB at most"
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
    there = GIGABYTE * memory if memory is not None else container_limits.memory()
    # less than a megabyte for jobs
    if there < 1e6 * (OWN + 1):
        sys.exit(f"plan: --memory {there / GIGABYTE:g} is not accepted; Snakemake itself takes {OWN / 1e3:g} GB")
    try:
        number = container_limits.cores() if accepted_cores(cores) == "all" else int(cores)
        given = checked([*settings, *of_make()])
    except ConfigError as error:
        sys.exit(str(error))
    introduce(Path(".snakemake").absolute())
    jobs = jobs_of(parse_config(given), remaining=remaining)
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
