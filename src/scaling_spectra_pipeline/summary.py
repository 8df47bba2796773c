"""What a run has left: where the figures are, what the checks say, what failed and which log to read."""

import json
import re
from collections.abc import Iterable
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
# said by Snakemake's scheduler; jobs that end after it have not failed
STOPPED = "Terminating processes on user request"
# failed jobs or checks that are named
NAMED = 10


def summary(scale: str, logs: Iterable[str] | None = None) -> str:
    """Lines to show when a run has ended; after a failure, with the failed jobs that Snakemake's own `logs` name."""
    figures = Path(f"figures/{scale}")
    drawn = len(list(figures.glob("*.png")))
    blocks = [_block("figures", [f"{drawn} in {figures}, each as pdf, png, csv (its numbers), txt (its caption)"])]
    if logs is not None:
        logs = list(logs)
        texts = [Path(log).read_text(errors="replace", encoding="utf-8").partition(STOPPED) for log in logs]
        failed = [job for before, *_ in texts for job in failed_jobs(before) or other_failures(before)]
        stopped = any(separator for _, separator, _ in texts)
        if stopped:
            blocks.append(_block("stopped", ["as asked; the same command goes on from here"]))
        if failed or not stopped:
            blocks.append(_block("failed", _shortened(failed or [f"for a reason in {log}" for log in logs])))
    blocks.append(_block("checks", verdict(Path(f"results/{scale}"))))
    return "\n".join(blocks)


def failed_jobs(log: str) -> list[str]:
    """Failed jobs in a log of Snakemake, each with its message, the last line of its log, and where that is."""
    found: dict[tuple[str, str], list[str]] = {}
    messages = {job["jobid"]: job["message"] for job in MESSAGE.finditer(log)}
    for failure in FAILURE.finditer(log):
        fields = {field["name"]: field["value"] for field in FIELD.finditer(failure["fields"])}
        logs = [path for path in fields.get("log", "").split(", ") if path]
        lines = [f"{failure['rule']}: {messages.get(fields.get('jobid', ''), '')}".rstrip(": ")]
        lines += [f"  {reason}" for reason in map(last_line, logs) if reason and not reason.endswith(("|", "}"))]
        # Snakemake repeats its errors when it ends
        found[failure["rule"], fields.get("log", "")] = [*lines, *(f"  log: {path}" for path in logs)]
    return ["\n".join(lines) for lines in found.values()]


def other_failures(log: str) -> list[str]:
    """What a log of Snakemake names where no job failed by itself, each in one line."""
    found = []
    for failure in OTHER.finditer(log):
        if (reason := failure["reason"].strip()) == NO_REASON:
            continue
        if late := CLOCK.search(reason):
            reason = f"{late['input']} is dated after what was made from it: the clock went back; run again"
        found.append(f"{failure['rule']}: {reason}" if failure["rule"] else reason)
    return list(dict.fromkeys(found))


def last_line(log: str) -> str:
    """Last line of a log that is there and says something."""
    try:
        lines = Path(log).read_text(errors="replace", encoding="utf-8").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""


def verdict(results: Path) -> list[str]:
    """What the checks of a build say: counts, wrong artifacts, then other numbers than the released ones."""
    page, summary = results / "checks.md", results / "checks.json"
    # `snakemake --touch` makes an empty one
    if not summary.exists() or not summary.read_text(encoding="utf-8"):
        return [f"not run; `make check SCALE={results.name}` runs them"]
    content = json.loads(summary.read_text(encoding="utf-8"))
    findings = [Finding(**finding) for finding in content["findings"]]
    wrong = [finding for finding in findings if finding.fails]
    other = [finding for finding in findings if finding.differs]
    counts = f"{len(findings) - len(wrong) - len(other)} passed, {len(wrong)} failed"
    failed = _shortened([f"FAILED {finding}" for finding in wrong])
    if not other:
        return [f"{counts}: {page}", *failed]
    unlike = _shortened([f"UNLIKE THE RELEASE {finding.artifact}: {finding.detail}" for finding in other])
    outcome = "the release is not reproduced: numbers differ by more than machines explain"
    if not wrong:
        outcome = f"no artifact is wrong in itself, but {outcome}"
    return [f"{counts}, {len(other)} unlike the release: {page}", *failed, *unlike, outcome, content["advice"]]


def _shortened(items: list[str]) -> list[str]:
    return items[:NAMED] + ([f"... and {len(items) - NAMED} more"] if len(items) > NAMED else [])


def _block(title: str, items: list[str]) -> str:
    lines = [line for item in items for line in item.splitlines()]
    return "\n".join(f"{title if number == 0 else '':<9}{line}" for number, line in enumerate(lines or ["none"]))
