"""What Snakemake's benchmark files say of a job."""

from pathlib import Path

import pandas as pd

# seconds between two readings of a job's CPU time and memory: so often, until, and then so rarely
OFTEN, UNTIL, RARELY = 0.5, 15, 30


def read(path: Path) -> pd.Series:
    """The job's numbers, with its CPU time up to its end as ``cpu_seconds``."""
    job = pd.read_csv(path, sep="\t", na_values="-").iloc[-1].copy()
    job["cpu_seconds"] = cpu_seconds(job["s"], job["cpu_time"])
    return job


def cpu_seconds(wall: float, cpu_time: float) -> float:
    """CPU time of a job; of one that was over before it was read, its wall time.

    What it used after the last reading is added at the rate up to there.

    Parameters
    ----------
    wall : float
        Column ``s``: seconds from start to end.
    cpu_time : float
        Column ``cpu_time``: seconds up to the last reading.
    """
    if not cpu_time > 0:
        return wall
    last = wall - OFTEN / 2 if wall < UNTIL else UNTIL + RARELY * ((wall - UNTIL) // RARELY)
    return min(cpu_time * wall / last, wall)
