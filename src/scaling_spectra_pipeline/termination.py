"""A run that is terminated stops, where Snakemake's own answer to SIGTERM could wait for ever.

The answer takes a lock, in the thread that the signal interrupts. That thread selects jobs, with a solver of integer
programs, while it holds the lock.
"""

# not `threading`, which takes locks of its own to start a thread
from _thread import start_new_thread

from snakemake.scheduling.job_scheduler import JobScheduler

_exit_gracefully = JobScheduler.exit_gracefully


def answer_at_once() -> None:
    """Let a thread of its own wait for the lock."""
    JobScheduler.exit_gracefully = lambda scheduler, *_: start_new_thread(_exit_gracefully, (scheduler,))
