"""A run that is terminated stops, and says that it was asked to.

Snakemake's own answer to SIGTERM takes a lock, in the thread that the signal interrupts. That thread selects jobs, with
a solver of integer programs, while it holds the lock: it could wait for ever.
"""

# not `threading`, which takes locks of its own to start a thread
from _thread import start_new_thread
from typing import Any

from snakemake.scheduling.job_scheduler import JobScheduler

_exit_gracefully = JobScheduler.exit_gracefully


def answer_at_once() -> None:
    """Note the request here, and let a thread of its own wait for the lock."""
    JobScheduler.exit_gracefully = _answer


def _answer(scheduler: JobScheduler, *_: Any) -> None:
    # the scheduler asks for this before it ends over jobs that the same signal has killed
    scheduler._user_kill = "graceful"  # noqa: SLF001
    start_new_thread(_exit_gracefully, (scheduler,))
