"""How long the rest of a run takes, from how long its jobs took so far."""

from collections import defaultdict
from statistics import mean


class Estimate:
    """Jobs that are done, run and wait, by rule.

    A waiting job is taken to last as long as the finished jobs of its rule did on average, or, while
    there is none, as all finished jobs did.

    Parameters
    ----------
    counts : dict[str, int]
        Number of jobs of each rule.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = dict(counts)
        self.total = sum(counts.values())
        self.done = 0
        self.running: dict[int, tuple[str, float]] = {}
        self.took: dict[str, list[float]] = defaultdict(list)
        self.began: float | None = None

    def start(self, job: int, rule: str, now: float) -> None:
        """A job starts at time `now`, in seconds."""
        self.began = now if self.began is None else self.began
        self.running[job] = (rule, now)

    def finish(self, job: int, now: float) -> float | None:
        """A job has ended; returns how many seconds it took, if it was seen to start."""
        self.done += 1
        if job not in self.running:
            return None
        rule, start = self.running.pop(job)
        self.took[rule].append(now - start)
        return now - start

    def drop(self, job: int) -> None:
        """A job has failed."""
        self.running.pop(job, None)

    def remaining(self, now: float) -> float | None:
        """Seconds that the rest takes at the pace so far; None before the first job has ended."""
        finished = [seconds for durations in self.took.values() for seconds in durations]
        if not finished or self.began is None:
            return None
        expected = {rule: mean(self.took[rule]) if self.took.get(rule) else mean(finished) for rule in self.counts}
        left = 0.0
        for rule, count in self.counts.items():
            waiting = count - len(self.took.get(rule, [])) - sum(r == rule for r, _ in self.running.values())
            left += max(waiting, 0) * expected[rule]
        elapsed = {job: now - start for job, (_, start) in self.running.items()}
        left += sum(max(expected.get(self.running[job][0], 0.0) - spent, 0.0) for job, spent in elapsed.items())
        # seconds of work done in a second of the run: the number of jobs at a time
        pace = (sum(finished) + sum(elapsed.values())) / max(now - self.began, 1e-9)
        return left / max(pace, 1.0)


def duration(seconds: float) -> str:
    """A length of time to two digits: 3.1 s, 40 s, 2 min 10 s, 1 h 20 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    if minutes < 10:
        # to ten seconds
        minutes, tens = divmod(round(seconds / 10), 6)
        return f"{minutes} min {tens * 10} s" if tens else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number)
