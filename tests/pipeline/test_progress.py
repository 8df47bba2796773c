"""What a run tells people: estimate, lines, and the summary after success and failure."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from snakemake_interface_logger_plugins.common import LogEvent

from scaling_spectra_pipeline import summary as of_runs
from scaling_spectra_pipeline.summary import UNTOLD, Drawn, failed_jobs
from snakemake_logger_plugin_progress import LogHandler
from snakemake_logger_plugin_progress.estimate import Estimate, duration

ONE = Drawn(asked=1, now=1, before=0)


def summary(build, *logs, drawn=ONE):
    return of_runs.summary(build, drawn, lambda target: f"make {target or 'figures'} CONFIG=gamma=1.3", *logs)


def test_estimate_of_equal_jobs_one_after_the_other_is_exact():
    estimate = Estimate({"train": 10})
    assert estimate.remaining(0.0) is None
    for job in range(4):
        estimate.start(job, "train", 5.0 * job)
        assert estimate.finish(job, 5.0 * (job + 1)) == 5.0
    assert estimate.remaining(20.0) == pytest.approx(30.0)
    # the running job has less to go
    estimate.start(4, "train", 20.0)
    assert estimate.remaining(22.0) == pytest.approx(28.0)


def test_two_jobs_at_a_time_take_half_as_long():
    estimate = Estimate({"train": 8})
    for pair in range(2):
        for job in (2 * pair, 2 * pair + 1):
            estimate.start(job, "train", 6.0 * pair)
        for job in (2 * pair, 2 * pair + 1):
            estimate.finish(job, 6.0 * (pair + 1))
    assert estimate.remaining(12.0) == pytest.approx(12.0)


def test_rules_keep_their_own_pace():
    estimate = Estimate({"train": 2, "draw": 3})
    estimate.start(0, "train", 0.0)
    estimate.finish(0, 10.0)
    estimate.start(1, "draw", 10.0)
    estimate.finish(1, 12.0)
    assert estimate.remaining(12.0) == pytest.approx(10.0 + 2 * 2.0)


def test_failed_job_does_not_count_as_running():
    estimate = Estimate({"train": 2})
    estimate.start(0, "train", 0.0)
    estimate.drop(0)
    assert estimate.running == {}
    assert estimate.done == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (131, "2 min 10 s"),
        (596, "10 min"),
        (3599, "1 h"),
        (4800, "1 h 20 min"),
    ],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


SNAKEFILE = """
onsuccess:
    print("SUCCESS", file=sys.stderr)
rule all:
    input: "a.txt", "b.txt"
rule make_a:
    output: "a.txt"
    message: "Make a [of two]"
    shell: "touch {output}"
rule make_b:
    output: "b.txt"
    log: "logs/b.log"
    message: "Make b"
    shell: "echo 'Error: a reason' > {log}; exit $(cat status)"
"""
SUMMED = """
from scaling_spectra_pipeline.termination import answer_at_once
answer_at_once()
onerror:
    from scaling_spectra_pipeline.summary import summary
    from scaling_spectra_pipeline.summary import Drawn
    from scaling_spectra_pipeline import asked
    print(summary("smoke", Drawn(0, 0, 0), asked.again, log), file=sys.stderr)
"""


@pytest.fixture
def toy(tmp_path):
    (tmp_path / "Snakefile").write_text("import sys\n" + SNAKEFILE.replace("exit $(", "touch {output}; exit $("))
    return tmp_path


def run(folder, status):
    (folder / "status").write_text(status)
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--keep-going", "--logger=progress"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


WORKING = "WARNING py.warnings: a warning\n  of two lines\nINFO root: replica 3, lambda 1: solved\n"
FAILING = f"{WORKING}ERROR root: failed\nTraceback (most recent call last):\nValueError: a reason\n"
NEXT = "Job 7: the next one\n"
DONE = "Finished jobid: 7 (Rule: next)\n"
STOP = "Terminating processes on user request, this might take some time.\n"


def write_logs(folder):
    names = {name: str(folder / f"{name}.log") for name in ("loading", "working", "failing")}
    for name, text in zip(names, ("", WORKING, FAILING), strict=True):
        Path(names[name]).write_text(text)
    return names


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (STOP, ["failing"]),
        ("Will exit after finishing currently running jobs (scheduler).\n", ["failing"]),
        ("", ["loading", "working", "failing"]),
        (NEXT, ["loading", "working", "failing"]),
        (NEXT + STOP, ["failing"]),
        # killed long before the run was stopped
        (DONE + STOP, ["loading", "working", "failing"]),
    ],
)
def test_summary_of_jobs_that_ended_without_a_reason(tmp_path, after, named):
    """One signal to all may end a job before Snakemake says that it was stopped."""
    logs = write_logs(tmp_path).items()
    rules = [f"Error in rule {name}:\n    jobid: {i}\n    log: {log}\n" for i, (name, log) in enumerate(logs)]
    log = tmp_path / "snakemake.log"
    log.write_text("\n".join([*rules, after]))
    said = summary("smoke", [str(log)], drawn=Drawn(0, 0, 0))
    assert re.findall("^(?:failed)? +(loading|working|failing)", said, flags=re.MULTILINE) == named
    assert said.count(f"  {UNTOLD}") == len(named) - 1
    assert "  ValueError: a reason" in said
    assert "replica 3" not in said


def test_summary_of_a_job_whose_command_ended_just_before_the_run_was_stopped(tmp_path):
    log = tmp_path / "snakemake.log"
    ended = (
        'RuleException:\nCalledProcessError in file "Snakefile", line 3:\nCommand died with <Signals.SIGTERM: 15>.\n'
    )
    log.write_text(f"{ended}{STOP}Error in rule work:\n    jobid: 0\nWorkflowError:\nAt least one job ...\n")
    assert "failed " not in summary("smoke", [str(log)], drawn=Drawn(0, 0, 0))


UNCLEAR = ["loading", "working"]


@pytest.mark.parametrize(
    ("after", "at_once", "unclear"),
    [
        (["begun", "stop"], [], []),
        (["begun"], [], UNCLEAR),
        (["begun", "done", "stop"], UNCLEAR, UNCLEAR),
        (["end"], UNCLEAR, UNCLEAR),
    ],
)
def test_progress_of_jobs_that_ended_without_a_reason(tmp_path, capsys, after, at_once, unclear):
    settings = SimpleNamespace(stdout=False, dryrun=False, verbose=False, quiet=None, printshellcmds=False)
    handler = LogHandler(settings, SimpleNamespace())
    handler.setFormatter(logging.Formatter())

    def say(text, **fields):
        record = logging.LogRecord("snakemake", logging.ERROR, "", 0, text, None, None)
        record.__dict__.update(fields)
        handler.handle(record)

    for number, (name, log) in enumerate(write_logs(tmp_path).items()):
        say("RuleException:\nCalledProcessError in file a: died with <Signals.SIGTERM: 15>")
        say(f"Error in rule {name}", event=LogEvent.JOB_ERROR, rule_name=name, jobid=number, log=[log])
    later = {"rule_name": "later", "rule_msg": "later", "jobid": 9, "job_id": 9, "levelno": logging.INFO}
    events = {
        "begun": (NEXT, later | {"event": LogEvent.JOB_INFO}),
        "done": (DONE, later | {"event": LogEvent.JOB_FINISHED}),
        "stop": (STOP, {"levelno": logging.INFO}),
        "end": ("Exiting because a job execution failed.", {}),
    }
    for name in after:
        say(events[name][0], **events[name][1])
    said = capsys.readouterr().err
    # what is unclear at the end has failed
    assert re.findall("^FAILED (.*)", said, flags=re.MULTILINE) == ["failing", *at_once]
    handler.close()
    said += capsys.readouterr().err
    assert re.findall("^FAILED (.*)", said, flags=re.MULTILINE) == ["failing", *unclear]
    assert said.count(f"       {UNTOLD}\n") == len(unclear)
    assert "Logging error" not in said


def test_a_narrow_terminal_keeps_the_numbers():
    settings = SimpleNamespace(stdout=False, dryrun=False, verbose=False, quiet=None, printshellcmds=False)
    handler = LogHandler(settings, SimpleNamespace())
    said = StringIO()
    handler.console = Console(file=said, width=80, force_terminal=True, color_system=None, soft_wrap=True)

    def say(event, **fields):
        record = logging.LogRecord("snakemake", logging.INFO, "", 0, "", None, None)
        record.__dict__.update(event=event, **fields)
        handler.handle(record)

    say(LogEvent.RUN_INFO, stats={"total": 181, "train": 181})
    for job in range(5):
        message = f"Train {job} (convex) diagonal, d = 40, n_eff = 3000.0, Delta = 0.5, and more of the kind"
        say(LogEvent.JOB_INFO, jobid=job, rule_name="train", rule_msg=message)
    for job in range(2):
        say(LogEvent.JOB_FINISHED, job_id=job)
    handler.bar.update(handler.task, left="about 8 min 40 s left")
    handler.close()
    shown = said.getvalue()
    # the last state of the bar: names are cut, each on its line
    last = shown[shown.rindex("Train 2") :]
    assert re.match(r"Train 2 \(convex\)[^\n]*…[^\n]* 2/181 0:00:\d\d about 8 min 40 s left", last), last
    assert re.search(r"\nTrain 3 [^\n]*…[^\n]*\nand 1 more ", last), last


def test_lines_of_a_run(toy):
    result = run(toy, "1")
    assert result.returncode == 1
    assert "3 jobs: all 1, make_a 1, make_b 1" in result.stderr
    assert re.search(r"^\[1 of 3, about .* left\] Make a \[of two\] \(\d.* s\)$", result.stderr, flags=re.MULTILINE)
    failure = "FAILED Make b\n       Error: a reason\n       log: logs/b.log\n"
    assert result.stderr.count(failure) == 1
    assert "Traceback" not in result.stderr
    assert "Logging error" not in result.stderr
    # what Snakemake says about hosts, cores and reasons is in its own log
    assert len(result.stderr.splitlines()) < 20

    log = max((toy / ".snakemake/log").glob("*.log")).read_text()
    found = [entry.splitlines() for entry in failed_jobs(log)]
    assert len(found) == 1
    assert found[0][0] == "make_b: Make b"
    assert found[0][-1] == "  log: logs/b.log"

    again = run(toy, "0")
    assert again.returncode == 0
    assert "FAILED" not in again.stderr
    assert "SUCCESS" in again.stderr
    assert "Nothing to be done" in run(toy, "0").stderr


LATE = """
import time
from scaling_spectra_pipeline import termination
answer = termination._exit_gracefully
termination._exit_gracefully = lambda scheduler: (time.sleep(5), answer(scheduler))
"""


@pytest.mark.parametrize(
    ("sent", "late"), [(signal.SIGINT, ""), (signal.SIGTERM, ""), (signal.SIGTERM, LATE)], ids=["int", "term", "late"]
)
def test_jobs_stopped_on_request_have_not_failed(toy, sent, late):
    """One signal to the whole group, as Ctrl-C in a terminal, a scheduler or a container sends it.

    Late: the job that it kills is seen to end before Snakemake's own answer to the signal.
    """
    text = (toy / "Snakefile").read_text()
    text = text.replace("touch {output}; exit $(cat status)", "touch begun; sleep 60")
    text = text.replace("Error: a reason", "INFO root: at work")
    (toy / "Snakefile").write_text(text + SUMMED + late)
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--logger=progress", "b.txt"]
    # what runs in the background of a shell ignores interrupts, and so would its children
    listening = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with (toy / "output").open("w") as output:
        streams = {"stdout": output, "stderr": output}
        run = subprocess.Popen(command, cwd=toy, start_new_session=True, preexec_fn=listening, **streams)
    while run.poll() is None and not (toy / "begun").exists():
        time.sleep(0.05)
    os.killpg(run.pid, sent)
    assert run.wait(60) == 1
    shown = (toy / "output").read_text()
    assert "stopped  as asked; the same command goes on from here: snakemake --cores 1 b.txt" in shown
    assert "FAILED" not in shown
    assert "failed " not in shown
    assert "did not complete" not in shown
    assert "Traceback" not in shown


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """A folder with one figure and the verdict of two checks."""
    monkeypatch.chdir(tmp_path)
    Path("figures/smoke").mkdir(parents=True)
    Path("figures/smoke/fig3.png").touch()
    Path("results/smoke").mkdir(parents=True)
    finding = {"check": "schema", "artifact": "a.csv", "passed": True, "detail": "3 rows"}
    bad = finding | {"passed": False, "artifact": "b.csv", "detail": "missing"}
    Path("results/smoke/checks.json").write_text(json.dumps({"passed": False, "findings": [finding, bad]}))
    return tmp_path


def test_summary_names_figures_and_failed_checks(checked):
    lines = summary("smoke").splitlines()
    assert lines[0].startswith("figures  1 in figures/smoke (1 drawn now), each as pdf")
    assert lines[1] == "checks   1 passed, 1 failed: results/smoke/checks.md"
    assert lines[2] == "         FAILED schema: b.csv: missing"


def test_summary_tells_wrong_artifacts_from_other_numbers(checked):
    summary_file = Path("results/smoke/checks.json")
    content = json.loads(summary_file.read_text()) | {"advice": "install requirements.lock"}
    other = {"check": "reference numbers", "artifact": "fig3.csv", "passed": False, "detail": "row 2: risk = 1, 2"}
    content["findings"].append(other)
    summary_file.write_text(json.dumps(content))
    assert summary("smoke").splitlines()[1:] == [
        "checks   1 passed, 1 failed, 1 unlike the release: results/smoke/checks.md",
        "         FAILED schema: b.csv: missing",
        "         UNLIKE THE RELEASE fig3.csv: row 2: risk = 1, 2",
        "         the release is not reproduced: numbers differ by more than machines explain",
        "         install requirements.lock",
    ]
    del content["findings"][1]
    summary_file.write_text(json.dumps(content))
    lines = summary("smoke").splitlines()
    assert lines[1] == "checks   1 passed, 0 failed, 1 unlike the release: results/smoke/checks.md"
    assert lines[3].startswith("         no artifact is wrong in itself, but the release is not reproduced: numbers")


def test_summary_after_a_failure_names_job_reason_and_log(checked):
    Path("job.log").write_text("INFO a\nRuntimeError: no convergence\n")
    Path("snakemake.log").write_text(
        "Job 7: Train quadratic, d = 20\n[Wed]\nError in rule train_networks:\n    message: None\n    jobid: 7\n"
        "    output: x.csv\n    log: job.log (check log file(s) for error details)\n"
    )
    lines = summary("smoke", ["snakemake.log"]).splitlines()
    assert "failed   train_networks: Train quadratic, d = 20" in lines
    assert "           RuntimeError: no convergence" in lines
    assert "           log: job.log" in lines


def test_summary_says_when_checks_did_not_run(checked):
    # as `snakemake --touch` leaves it
    Path("results/smoke/checks.json").write_text("")
    said = "checks   not run; this runs them: make check CONFIG=gamma=1.3"
    assert said in summary("smoke")
    Path("results/smoke/checks.json").unlink()
    assert said in summary("smoke")


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (Drawn(16, 3, 13), "figures  16 in figures/smoke (3 drawn now, 13 up to date), each as "),
        # what an earlier run left, and this one did not come to, does not count
        (Drawn(16, 2, 0), "figures  2 of 16 in figures/smoke (2 drawn now), each as "),
        (Drawn(16, 0, 0), "figures  0 of 16 in figures/smoke\n"),
        (Drawn(0, 0, 0), "checks "),
    ],
)
def test_figures_that_this_run_made_or_found_up_to_date_are_counted(checked, drawn, said):
    assert summary("smoke", drawn=drawn).startswith(said)


def test_a_failed_check_shows_its_failed_rows(checked):
    """Not the last lines of the page and of the verdict: a row that passed, and a brace."""
    Path("results/smoke/checks.md").write_text("## Passed\n\n| `a.csv` | schema | 3 rows |\n")
    Path("check.log").touch()
    logs = "results/smoke/checks.json, results/smoke/checks.md, check.log"
    Path("snakemake.log").write_text(
        "Job 7: Check files\n[Wed]\nError in rule check:\n    jobid: 7\n"
        f"    log: {logs} (check log file(s) for error details)\n"
    )
    (told,) = failed_jobs(Path("snakemake.log").read_text())
    assert told.splitlines()[:2] == ["check: Check files", "  FAILED schema: b.csv: missing"]
    assert told.splitlines()[2:] == [f"  log: {name}" for name in logs.split(", ")]
