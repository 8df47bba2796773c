"""Snakemake's messages for people: what runs, what has ended, about how long the rest takes.

``snakemake --logger progress``. A terminal shows a bar and the running jobs; anything else (a file, the log of
continuous integration) gets one line per job that has ended. Errors are shown in both, with the log to read.
"""

import logging
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from scaling_spectra_pipeline.summary import NO_REASON, STOPPED, UNTOLD, reasons
from snakemake_logger_plugin_progress.estimate import Estimate, duration

# rules named in the line that opens a run
NAMED = 4
# running jobs named beside the bar
SHOWN = 2
SILENT = {
    LogEvent.WORKFLOW_STARTED,
    LogEvent.SHELLCMD,
    LogEvent.JOB_STARTED,
    LogEvent.PROGRESS,
    LogEvent.RESOURCES_INFO,
    LogEvent.RULEGRAPH,
    LogEvent.GROUP_INFO,
}
# begin errors of jobs; others are the run's
OF_JOBS = ("Error in ", "RuleException:")
# of an error that the line of its job tells better, of what --config does, of a solver that was stopped with the run
SMALL_TALK = ("RuleException:\nCalledProcessError", "Config file", "Failed to solve scheduling problem with ILP solver")


class LogHandler(LogHandlerBase):
    """Handler that Snakemake finds by the name of this package."""

    writes_to_stream = True
    writes_to_file = False
    # Snakemake's own filter and format, for what is not shown in another way here
    has_filter = False
    has_formatter = False
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.console = Console(stderr=not self.common_settings.stdout, highlight=False, soft_wrap=True)
        self.plain = self.common_settings.dryrun or self.common_settings.verbose
        self.estimate = Estimate({})
        self.jobs: dict[int, Any] = {}
        self.failed: set[int] = set()
        # that have ended without a reason
        self.unclear: list[Any] = []
        self.stopped = False
        self.bar: Progress | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        try:
            if self.plain:
                self.console.print(self.format(record), markup=False)
            else:
                self._settle(record)
                self._show(record, getattr(record, "event", None))
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Take the bar away."""
        self._settle()
        if self.bar is not None:
            self.bar.stop()
        super().close()

    def _show(self, record: Any, event: LogEvent | None) -> None:
        match event:
            case LogEvent.RUN_INFO:
                self._open(record.stats)
            case LogEvent.JOB_INFO:
                # comes when the job is sent off
                self.jobs[record.jobid] = record
                self.estimate.start(record.jobid, record.rule_name, record.created)
                self._advance(record.created)
            case LogEvent.JOB_FINISHED:
                self._finished(record)
            case LogEvent.JOB_ERROR:
                self._failed(record)
            case _ if event in SILENT:
                pass
            case _:
                # one line of Snakemake's own small talk is worth reading
                if record.levelno > logging.INFO or record.getMessage().startswith("Nothing to be done"):
                    self._note(record)

    def _settle(self, record: Any = None) -> None:
        """Decide about jobs that ended without a reason, once it is clear whether the run was stopped with them."""
        if record is not None:
            self.stopped |= STOPPED.match(record.getMessage()) is not None
            of_run = record.levelno >= logging.ERROR and not record.getMessage().startswith(OF_JOBS)
            if not (self.stopped or of_run or getattr(record, "event", None) is LogEvent.JOB_FINISHED):
                return
        unclear, self.unclear = self.unclear, []
        for job in unclear:
            if not self.stopped:
                self._tell(job, [UNTOLD])

    def _note(self, record: Any) -> None:
        text = self.format(record)
        # all that a stopped run lacks is what it was told not to do
        if not text.startswith(SMALL_TALK) and not (self.stopped and NO_REASON in text):
            self.console.print(text, markup=False, style="yellow" if record.levelno == logging.WARNING else None)

    def _open(self, stats: dict[str, int]) -> None:
        counts = {rule: count for rule, count in stats.items() if rule != "total"}
        self.estimate = Estimate(counts)
        most = sorted(counts, key=lambda rule: (-counts[rule], rule))
        named = ", ".join(f"{rule} {counts[rule]}" for rule in most[:NAMED])
        self.console.print(f"{sum(counts.values())} jobs: {named}{', ...' if len(most) > NAMED else ''}", markup=False)
        if self.console.is_terminal and self.bar is None:
            # in a narrow terminal names are cut, numbers stay
            name, number = Column(no_wrap=True, overflow="ellipsis", ratio=1), Column(no_wrap=True)
            self.bar = Progress(
                TextColumn("{task.fields[running]}", table_column=name),
                BarColumn(bar_width=10),
                MofNCompleteColumn(table_column=number),
                TimeElapsedColumn(table_column=number),
                TextColumn("{task.fields[left]}", table_column=number),
                console=self.console,
                transient=True,
                expand=True,
            )
            self.task = self.bar.add_task("", total=self.estimate.total, running="", left="")
            self.bar.start()

    def _advance(self, now: float) -> None:
        if self.bar is not None:
            running = [escape(self._label(job)) for job in self.estimate.running]
            more = [f"and {len(running) - SHOWN} more"] if len(running) > SHOWN else []
            names = "\n".join([*running[:SHOWN], *more])
            self.bar.update(self.task, completed=self.estimate.done, running=names, left=self._left(now))

    def _left(self, now: float) -> str:
        seconds = self.estimate.remaining(now)
        return "" if seconds is None else f"about {duration(seconds)} left"

    def _label(self, job: int) -> str:
        info = self.jobs[job]
        return info.rule_msg or info.rule_name

    def _finished(self, record: Any) -> None:
        seconds = self.estimate.finish(record.job_id, record.created)
        info = self.jobs.get(record.job_id)
        # a job without a message is a target that only collects others
        if self.bar is None and info is not None and info.rule_msg:
            width = len(str(self.estimate.total))
            parts = [f"{self.estimate.done:{width}d} of {self.estimate.total}"]
            parts += [part for part in (self._left(record.created),) if part]
            took = "" if seconds is None else f" ({duration(seconds)})"
            self.console.print(f"[{', '.join(parts)}] {self._label(record.job_id)}{took}", markup=False)
        self._advance(record.created)

    def _failed(self, record: Any) -> None:
        # Snakemake repeats its errors when it ends, and takes jobs that were stopped for failed
        if record.jobid in self.failed or self.stopped:
            return
        self.failed.add(record.jobid)
        self.estimate.drop(record.jobid)
        if why := reasons(record.log or []):
            self._tell(record, why)
        else:
            self.unclear.append(record)
        self._advance(record.created)

    def _tell(self, record: Any, why: list[str]) -> None:
        # the record itself lacks the message
        name = self._label(record.jobid) if record.jobid in self.jobs else record.rule_name
        self.console.print(f"FAILED {name}", markup=False, style="bold red")
        for line in [*why, *(f"log: {log}" for log in record.log or [])]:
            self.console.print(f"       {line}", markup=False)
