"""How a full build grows: ``python benchmarks/growth.py``, by the cost model, from smoke to ten times the paper.

Writes benchmarks/results/growth.csv: jobs, core hours, the longest job and the largest memory and disk of each scale.
The last row multiplies every dimension of the paper's training and studies by ten, and n_eff with it, so that each
point stays in its phase; costs.csv beside it says how the model compares with builds that were measured.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from scaling_spectra_pipeline import costs
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.extents import work_of
from scaling_spectra_pipeline.graph import Job, jobs_of
from scaling_spectra_pipeline.plan import Plan

ROOT = Path(__file__).parent.parent
OUTPUT = Path(__file__).parent / "results/growth.csv"
SCALES, TIMES = ("smoke", "laptop", "paper"), 10


def enlarged(plan: Plan, job: Job) -> Job:
    """The job with d and n_eff `TIMES` as large; what draws or collects handles as many times the data."""
    work = work_of(plan, job.rule, job.wildcards)
    if work is None:
        return replace(job, disk=TIMES * job.disk) if job.rule in ("draw_data", "collect_spectra") else job
    work = replace(work, dim=TIMES * work.dim, n_eff=TIMES * work.n_eff)
    return replace(job, seconds=costs.seconds(work), megabytes=costs.megabytes(work), disk=TIMES * job.disk)


def row(scale: str, jobs: list[Job]) -> dict:
    """One line of the table."""
    return {
        "scale": scale,
        "jobs": len(jobs),
        "core_hours": round(sum(job.seconds for job in jobs) / 3600, 2),
        "longest_job_minutes": round(max(job.seconds for job in jobs) / 60, 1),
        "largest_job_gb": round(max(job.megabytes for job in jobs) / 1e3, 1),
        "disk_gb": round(sum(job.disk for job in jobs) / 1e9, 2),
    }


def main() -> None:
    """Forecast each scale and print the table."""
    rows = []
    for scale in SCALES:
        jobs = jobs_of({"scale": scale}, ROOT)
        rows.append(row(scale, jobs))
    plan = Plan(load({"scale": scale}, ROOT))
    rows.append(row(f"{TIMES} x {scale}", [enlarged(plan, job) for job in jobs]))
    table = pd.DataFrame(rows)
    table.to_csv(OUTPUT, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
