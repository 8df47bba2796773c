"""SIGTERM that comes while Snakemake's scheduler holds its lock."""

import threading

from snakemake.scheduling.job_scheduler import JobScheduler

from scaling_spectra_pipeline import termination


def test_a_terminated_run_does_not_wait_for_a_lock_of_its_own(monkeypatch):
    monkeypatch.setattr(JobScheduler, "exit_gracefully", JobScheduler.exit_gracefully)
    termination.answer_at_once()
    scheduler = object.__new__(JobScheduler)
    scheduler._lock, scheduler._open_jobs, scheduler._user_kill = threading.Lock(), threading.Semaphore(0), None
    # what the signal interrupts goes on only when this has returned
    answering = threading.Thread(target=scheduler.exit_gracefully, args=(15, None), daemon=True)
    with scheduler._lock:
        answering.start()
        answering.join(10)
        assert not answering.is_alive()
        # known before the lock is free: the scheduler may end at once, over the jobs that the signal has killed
        assert scheduler._user_kill == "graceful"
    assert scheduler._open_jobs.acquire(timeout=10)
