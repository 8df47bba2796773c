"""What the workflow engine costs: ``python benchmarks/overhead.py CORES``, after a build from nothing in this folder.

Wall time is that from the start of Snakemake to the last line of its log. The time that jobs occupy a core is that of
their benchmark files. What remains is the engine's start-up and polling between jobs, and cores without work near the
end; the latter comes from the schedule of the same jobs (`make plan`), so that what is left is overhead. What the
engine's own process uses beside the jobs slows them down: it is in their time, and its CPU time is not known here.
"""

import re
import sys
from datetime import datetime
from pathlib import Path

import yaml
from costs import measured

from scaling_spectra_pipeline.graph import Job, jobs_of
from scaling_spectra_pipeline.schedule import schedule

START = re.compile(r"^  Date: ([\d-]+ [\d:]+)$", re.MULTILINE)
STAMP = re.compile(r"^\[(\w{3} \w{3} +\d+ [\d:]{8} \d{4})\]$", re.MULTILINE)
CONFIG = Path("config.yaml")


def wall_seconds(log: Path) -> float:
    """Seconds between the start of a run of Snakemake and the last stamp of its log."""
    text = log.read_text(encoding="utf-8")
    start, stamps = START.search(text), STAMP.findall(text)
    if start is None or not stamps:
        sys.exit(f"overhead: {log}: no stamps of jobs; build first")
    end = datetime.strptime(stamps[-1], "%a %b %d %H:%M:%S %Y")
    return (end - datetime.fromisoformat(start[1])).total_seconds()


def longest_log(folder: Path) -> Path:
    """Log of the run with most jobs: the build, not a later look at it."""
    return max(folder.glob("*.snakemake.log"), key=lambda log: len(STAMP.findall(log.read_text(encoding="utf-8"))))


def main(cores: int, scale: str) -> None:
    """Print wall time, time of jobs, and what remains."""
    log = longest_log(Path(".snakemake/log"))
    wall = wall_seconds(log)
    jobs = measured(scale, Path.cwd())
    taken = dict(zip(zip(jobs["rule"], jobs["job"], strict=True), jobs["wall"], strict=True))
    graph = [
        Job(job.rule, job.name, taken.get((job.rule, job.name), 0.0), job.megabytes, 0.0, job.needs)
        for job in jobs_of({"scale": scale}, Path.cwd())
    ]
    ideal, _ = schedule(graph, cores)
    work = jobs["wall"].sum()
    print(
        f"{log.name}: {len(jobs)} jobs, wall time {wall:.0f} s on {cores} cores; jobs took {work:.0f} s of them: "
        f"{work / (wall * cores):.1%} of wall time x cores\n"
        f"the same jobs, scheduled without any overhead: {ideal:.0f} s; "
        f"overhead {(wall - ideal) / wall:.1%} of wall time"
    )


if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].isdigit():
        sys.exit("overhead: give the number of cores of the build: python benchmarks/overhead.py 2 [scale]")
    configured = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["scale"]
    main(int(sys.argv[1]), *(sys.argv[2:] or [configured]))
