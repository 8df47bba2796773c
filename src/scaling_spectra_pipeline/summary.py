"""What a run has left: where the figures are, what the checks say, what failed and which log to read."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scaling_spectra_pipeline.checks.finding import Finding

# Snakemake's account of a failed job in its own log
FAILURE = re.compile(r"^Error in rule (?P<rule>\w+):\n(?P<fields>(?:    .*\n)*)", flags=re.MULTILINE)
FIELD = re.compile(r"^    (?P<name>jobid|log): (?P<value>.*?)(?: \(check log file\(s\) for error details\))?$", re.M)
# what Snakemake found wrong beside the work of jobs: with outputs, dates, locks
OTHER = re.compile(
    r"^\w*(?:Error|Exception)(?: in rule (?P<rule>\w+))?(?: in file .*, line \d+)?:?\n(?P<reason>.+)$",
    flags=re.MULTILINE,
)
# said at the end of every run with a failure
NO_REASON = "At least one job did not complete successfully."
CLOCK = re.compile(r"Output .+ has older modification time \(.+?\) than input (?P<input>.+) \(.+?\)\. ")
# what a job was called when it was sent off
MESSAGE = re.compile(r"^Job (?P<jobid>\d+): (?P<message>.*)$", flags=re.MULTILINE)
FINISHED = re.compile(r"^Finished jobid: ", flags=re.MULTILINE)
# said by Snakemake's scheduler, interrupted (Ctrl-C) or terminated; jobs that end after it have not failed
STOPPED = re.compile("Terminating processes on user request|Will exit after finishing currently running jobs")
# begins an entry in the log of a job
ENTRY = re.compile(r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+: ", flags=re.MULTILINE)
UNTOLD = "its log does not say why: it may have been killed, for its memory perhaps"
# failed jobs or checks that are named
NAMED = 10
# the verdict of the checks, below results/<build>; one of the logs of their job
VERDICT = "checks.json"

Again = Callable[[str | None], str]


@dataclass(frozen=True)
class Drawn:
    """Numbers of figures: those that a run was asked for, drew, and found to be as their jobs left them."""

    asked: int
    now: int
    before: int

    def lines(self, folder: Path) -> list[str]:
        """What there is in a folder."""
        there = self.now + self.before
        count = f"{there}" if there == self.asked else f"{there} of {self.asked}"
        if not there:
            return [f"{count} in {folder}"]
        how = [f"{number} {word}" for number, word in ((self.now, "drawn now"), (self.before, "up to date")) if number]
        return [f"{count} in {folder} ({', '.join(how)}), each as pdf, png, csv (its numbers), txt (its caption)"]


def summary(build: str, drawn: Drawn, again: Again, logs: Iterable[str] | None = None) -> str:
    """Lines to show when a run has ended.

    Parameters
    ----------
    build : str
        Its name.
    drawn : Drawn
        Its figures. Those of earlier runs that this one has not come to do not count.
    again : callable
        The user's command, or that for the target that it is called with.
    logs : iterable of str, optional
        After a failure, Snakemake's own logs, which name the failed jobs.
    """
    blocks = []
    if drawn.asked:
        blocks.append(_block("figures", drawn.lines(Path("figures") / build)))
    if logs is not None:
        logs = list(logs)
        texts = [STOPPED.split(Path(log).read_text(errors="replace", encoding="utf-8"), maxsplit=1) for log in logs]
        stopped = any(after for _, *after in texts)
        failed = [job for before, *_ in texts for job in failures(before, stopped)]
        if stopped:
            blocks.append(_block("stopped", [f"as asked; the same command goes on from here: {again(None)}"]))
        if failed or not stopped:
            blocks.append(_block("failed", _shortened(failed or [f"for a reason in {log}" for log in logs])))
    blocks.append(_block("checks", verdict(Path(f"results/{build}"), again("check"))))
    return "\n".join(blocks)


def failures(log: str, stopped: bool) -> list[str]:
    """What a log of Snakemake names: failed jobs, or what else went wrong.

    A job that fails says why in its own log. One that did not, and after which no other finished before the run was
    stopped, was stopped with it: one signal ends both, and which end is seen first is chance.
    """
    return failed_jobs(log, stopped) if FAILURE.search(log) else other_failures(log)


def failed_jobs(log: str, stopped: bool = False) -> list[str]:
    """Failed jobs in a log of Snakemake, each with its message, the last line of its log, and where that is."""
    found: dict[tuple[str, str], list[str]] = {}
    messages = {job["jobid"]: job["message"] for job in MESSAGE.finditer(log)}
    for failure in FAILURE.finditer(log):
        fields = {field["name"]: field["value"] for field in FIELD.finditer(failure["fields"])}
        logs = [path for path in fields.get("log", "").split(", ") if path]
        lines = [f"{failure['rule']}: {messages.get(fields.get('jobid', ''), '')}".rstrip(": ")]
        why = reasons(logs)
        if stopped and not why and not FINISHED.search(log, failure.end()):
            continue
        lines += [f"  {reason}" for reason in why or [UNTOLD]]
        # Snakemake repeats its errors when it ends
        found[failure["rule"], fields.get("log", "")] = [*lines, *(f"  log: {path}" for path in logs)]
    return ["\n".join(lines) for lines in found.values()]


def other_failures(log: str) -> list[str]:
    """What a log of Snakemake names where no job failed by itself, each in one line."""
    found = []
    for failure in OTHER.finditer(log):
        # a command that ended belongs to a job, of which Snakemake tells next, or was about to when it was stopped
        if (reason := failure["reason"].strip()) == NO_REASON or reason.startswith("CalledProcessError"):
            continue
        if late := CLOCK.search(reason):
            reason = f"{late['input']} is dated after what was made from it: the clock went back; run again"
        found.append(f"{failure['rule']}: {reason}" if failure["rule"] else reason)
    return list(dict.fromkeys(found))


def reasons(logs: Iterable[str]) -> list[str]:
    """Why a job failed, as its logs say: their last lines, or of the verdict of the checks the rows that failed."""
    found: list[str] = []
    for log in logs:
        if Path(log).name == VERDICT:
            found += _shortened([f"FAILED {finding}" for finding in findings(Path(log)) if not finding.passed])
        elif Path(log).suffix == ".log":
            found += filter(None, [last_line(log)])
    return found


def findings(verdict: Path) -> list[Finding]:
    """What the checks found; nothing where they did not come to an end."""
    # `snakemake --touch` makes an empty one
    if not verdict.exists() or not verdict.read_text(encoding="utf-8"):
        return []
    return [Finding(**finding) for finding in json.loads(verdict.read_text(encoding="utf-8"))["findings"]]


def last_line(log: str) -> str:
    """Last line of a log that is there and ends with an error, not with what a job told of its work."""
    try:
        text = Path(log).read_text(errors="replace", encoding="utf-8").strip()
    except OSError:
        return ""
    entries = [entry["level"] for entry in ENTRY.finditer(text)]
    if not text or (entries and entries[-1] not in ("ERROR", "CRITICAL")):
        return ""
    return text.splitlines()[-1].strip()


def verdict(results: Path, command: str = "make check") -> list[str]:
    """What the checks of a build say: counts, wrong artifacts, then other numbers than the released ones.

    `command` is the one that runs them.
    """
    page, summary = results / "checks.md", results / VERDICT
    found = findings(summary)
    if not found:
        return [f"not run; this runs them: {command}"]
    wrong = [finding for finding in found if finding.fails]
    other = [finding for finding in found if finding.differs]
    counts = f"{len(found) - len(wrong) - len(other)} passed, {len(wrong)} failed"
    failed = _shortened([f"FAILED {finding}" for finding in wrong])
    if not other:
        return [f"{counts}: {page}", *failed]
    unlike = _shortened([f"UNLIKE THE RELEASE {finding.artifact}: {finding.detail}" for finding in other])
    outcome = "the release is not reproduced: numbers differ by more than machines explain"
    if not wrong:
        outcome = f"no artifact is wrong in itself, but {outcome}"
    advice = json.loads(summary.read_text(encoding="utf-8"))["advice"]
    return [f"{counts}, {len(other)} unlike the release: {page}", *failed, *unlike, outcome, advice]


def _shortened(items: list[str]) -> list[str]:
    return items[:NAMED] + ([f"... and {len(items) - NAMED} more"] if len(items) > NAMED else [])


def _block(title: str, items: list[str]) -> str:
    lines = [line for item in items for line in item.splitlines()]
    return "\n".join(f"{title if number == 0 else '':<9}{line}" for number, line in enumerate(lines or ["none"]))
