"""When jobs run on so many cores with so much memory: list scheduling, and the chain that no core shortens."""

import heapq
from math import inf

from scaling_spectra_pipeline.graph import Job


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
