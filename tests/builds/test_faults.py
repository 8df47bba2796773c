"""Killed, failing, crowded and starved builds: nothing is lost, and nothing half-written is taken for good."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from helpers import small
from scaling_spectra_pipeline import lock

pytestmark = [pytest.mark.early, pytest.mark.tries("other faults")]

TIMEOUT = 300
# kills of the long run (make soak)
SOAKED = 50

# a fault is where the group is killed, and what is missing then
TRAINING = "results/smoke/training/**/*.csv"
WRITING_POINTS = [
    ("half *data/*.npz", ["results/smoke/data/**/*.npz", TRAINING]),
    ("half *n_eff*_network_batch0.csv", [TRAINING]),
    ("after *n_eff*_batch0.csv", [TRAINING]),
    ("before *n_eff*_batch0.npy", [TRAINING]),
]
WRITING_RESULTS = [
    ("half *results/smoke/training/excess_risk.csv", ["results/smoke/training/*.csv"]),
    ("after *fig3.pdf", ["figures/smoke/fig3.*"]),
    ("half *fig3.png", ["figures/smoke/fig3.*"]),
]
# what a user's shell may hold
SURROUNDINGS = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONUTF8": "0",
    "PYTHONHASHSEED": "7",
    "MPLBACKEND": "module://nowhere",
    "SOURCE_DATE_EPOCH": "1",
    "CDPATH": "/",
    "POSIXLY_CORRECT": "1",
    "COLUMNS": "20",
    "NO_COLOR": "1",
    "TERM": "dumb",
    # nothing can be written below it
    "HOME": "/dev/null",
}
# read by the check alone, so that little is to be made again
TABLE = "results/smoke/tables/pruning.csv"


def start(project: Path, *arguments: str, **variables: str) -> subprocess.Popen:
    """Start what `make figures` calls, as the leader of a process group."""
    with (project / "output").open("w") as output:
        return subprocess.Popen(
            [small.python(project), "-m", "scaling_spectra_pipeline.run", "--cores", "2", *arguments],
            cwd=project,
            env=small.environment(project, **variables),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def at_work(run: subprocess.Popen, script: str) -> psutil.Process:
    """Wait until a job with that script runs."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end and run.poll() is None:
        for child in psutil.Process(run.pid).children(recursive=True):
            try:
                if any(f".{script}" in word for word in child.cmdline()[1:2]):
                    return child
            except psutil.Error:
                continue
        time.sleep(0.02)
    raise AssertionError(f"no job with {script} was seen")


def missing(project: Path, *patterns: str) -> None:
    """Remove results, and the verdict on them, so that jobs are there to be killed."""
    for pattern in (*patterns, "results/smoke/checks.passed"):
        for path in project.glob(pattern):
            path.unlink()


def kill(run: subprocess.Popen) -> None:
    """kill -9 of the whole group."""
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def assert_nothing_half_written(project: Path, whole: dict[str, bytes]) -> None:
    for path, content in small.artifacts(project).items():
        if not Path(path).name.startswith("."):
            assert content == whole[path], f"{path} differs from an uninterrupted build"


def killed_in_writing(project: Path, begin: Callable[..., subprocess.Popen], fault: str, absent: list[str]) -> None:
    missing(project, *absent)
    path = f"{small.INJECTED}{os.pathsep}{project / 'src'}"
    run = begin(FAULT=fault, PYTHONPATH=path)
    assert run.wait(TIMEOUT) == -signal.SIGKILL, (project / "output").read_text()


def killed_in_training(project: Path, begin: Callable[..., subprocess.Popen], seconds: float, *, group: bool) -> None:
    """Kill while networks are trained; the group, or Snakemake alone and its jobs live on."""
    missing(project, TRAINING)
    run = begin()
    job = at_work(run, "train_networks.py")
    if not group:
        # it must not be over when its parent is gone
        job.suspend()
    time.sleep(seconds)
    assert run.poll() is None
    if group:
        kill(run)
    else:
        run.kill()
        run.wait()
        assert job.is_running()
        job.resume()


def killed_some_time(project: Path, begin: Callable[..., subprocess.Popen], seconds: float) -> None:
    missing(project, TRAINING)
    run = begin()
    time.sleep(seconds)
    assert run.poll() is None, "the build was over before it was killed"
    kill(run)


@pytest.mark.untried
def test_clock_is_another(tmp_path):
    """Python sees the day that the next test builds on."""
    code = "import datetime; print(datetime.date.today())"
    day = small.other_day(tmp_path)
    shown = [
        subprocess.run([sys.executable, "-c", code], env=small.environment(small.ROOT, **more), capture_output=True)
        for more in ({}, day)
    ]
    assert (shown[0].stdout == shown[1].stdout) == (not day)


def test_killed_builds_are_continued_by_one_plain_command(small_build, tmp_path, record_property):
    """Killed again and again on its way from nothing to the end, then left to finish.

    `small_build` was built on one core in one go. This one is built on two, in another order and folder, on another
    day and in other surroundings: nothing of this changes a byte of any table or figure.
    """
    whole = small.artifacts(small_build)
    project = small.checkout(tmp_path / "some where" / 'it\'s "$HOME" & *`~`;#')
    (project / ".venv").symlink_to(sys.prefix)
    (project / "matplotlibrc").write_text("text.usetex: True\nfigure.facecolor: black\nfont.weight: bold\n")
    rng = random.Random(1)
    surroundings = SURROUNDINGS | {"TMPDIR": str(tmp_path / "t m p"), **small.other_day(tmp_path)}
    (tmp_path / "t m p").mkdir()
    # the study before any network is trained
    order = ("--scheduler", "greedy", "--prioritize", "results/smoke/studies/equivalence.csv")
    begin = partial(start, project, *order, **surroundings)
    faults = [
        *(lambda fault=fault: killed_in_writing(project, begin, *fault) for fault in WRITING_POINTS),
        *(lambda one=one: killed_in_training(project, begin, rng.uniform(0, 3), group=one) for one in (False, True)),
        *[lambda: killed_some_time(project, begin, rng.uniform(1, 8))] * 3,
        *(lambda fault=fault: killed_in_writing(project, begin, *fault) for fault in WRITING_RESULTS),
    ]
    for fault in faults:
        fault()
        assert_nothing_half_written(project, whole)
    run = begin()
    assert run.wait(2 * TIMEOUT) == 0, (project / "output").read_text()
    built = small.artifacts(project)
    assert built.keys() == whole.keys()
    assert [path for path, content in whole.items() if built[path] != content] == []
    # nor does another locale make anything stale
    again = small.run(project, "--cores", "1", "--dry-run", **surroundings)
    assert again.returncode == 0, again.stderr
    assert "Nothing to be done" in again.stderr + again.stdout
    # one of them was of Snakemake alone
    assert len(faults) > 10
    record_property("tried kills", len(faults))


@pytest.mark.soak
def test_smoke_build_survives_many_kills(smoke, tmp_path, record_property):
    """Every rule at smoke scale is at work at some kill."""
    whole = small.artifacts(smoke)
    project = small.copy_checkout(tmp_path / "project")
    (project / "config.yaml").write_text("scale: smoke\n")
    rng = random.Random(2)
    kills = 0
    while kills < SOAKED:
        run = start(project)
        try:
            run.wait(rng.uniform(4, 40))
        except subprocess.TimeoutExpired:
            kill(run)
            kills += 1
        else:
            assert run.returncode == 0, (project / "output").read_text()
            # the build was over: all figures and collected tables are to be made again, and some points
            points = rng.sample(sorted((project / "results/smoke").glob("*/*/**/*.csv")), 10)
            for path in [*(project / "figures/smoke").iterdir(), *(project / "results/smoke").glob("*/*.csv"), *points]:
                path.unlink()
        assert_nothing_half_written(project, whole)
    run = start(project)
    assert run.wait(10 * TIMEOUT) == 0, (project / "output").read_text()
    assert small.artifacts(project) == whole
    record_property("tried kills", kills)


@pytest.fixture
def project(small_build, tmp_path):
    """A copy of the finished build."""
    return Path(shutil.copytree(small_build, tmp_path / "project"))


def test_second_run_is_refused_and_a_killed_one_continued(small_build, project):
    """The lock of a living run is kept; that of a killed one is a leftover, and its job, still at work, is ended."""
    missing(project, TABLE)
    first = start(project)
    job = at_work(first, "pruning.py")
    job.suspend()
    message = f"lock: process {first.pid} is building in this folder; wait for it or stop it"
    second = subprocess.run(
        [sys.executable, "-m", "scaling_spectra_pipeline.run", "--cores", "1"],
        cwd=project,
        env=small.environment(project),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (second.returncode, second.stderr.strip(), second.stdout) == (1, message, "")
    plain = small.forked(project)
    assert plain.returncode == 1
    assert f"{message} (make plan and dry runs go on)\n" in plain.stderr
    assert "Directory cannot be locked" in plain.stderr
    assert "Traceback" not in plain.stderr
    # looking is allowed
    assert small.planned(project)["tabulate_pruning"] == 1
    first.kill()
    first.wait()
    assert job.is_running()
    assert list((project / ".snakemake/locks").iterdir())
    result = small.forked(project)
    assert result.returncode == 0, result.stderr
    assert not job.is_running()
    assert small.artifacts(project) == small.artifacts(small_build)


@pytest.fixture
def locked(tmp_path):
    """Folder with Snakemake's lock, taken by process 12 of a host; as long as the test lasts nobody is alive."""

    def by(host):
        (tmp_path / ".snakemake/locks").mkdir(parents=True)
        (tmp_path / ".snakemake/locks/0.output.lock").write_text("results/smoke/checks.passed\n")
        (tmp_path / ".snakemake/owner").write_text(f"12 {host}\n")
        return tmp_path

    yield by
    while lock._held:
        os.close(lock._held.pop())


def test_leftover_lock_of_this_host_is_removed(locked):
    folder = locked(socket.gethostname())
    assert lock.occupied(folder) is None
    assert lock.enter(folder) is None
    assert not list((folder / ".snakemake/locks").iterdir())
    assert (folder / ".snakemake/owner").read_text() == f"{os.getpid()} {socket.gethostname()}\n"


def test_lock_of_another_host_is_kept(locked):
    """A file system may not tell one host of another's flock: who is alive there cannot be known."""
    folder = locked("elsewhere")
    message = (
        "lock: process 12 on elsewhere has locked this folder; wait for it, "
        "or remove the lock if it does not run any more: snakemake --unlock"
    )
    assert lock.occupied(folder) == message
    assert lock.enter(folder) == message
    assert list((folder / ".snakemake/locks").iterdir())
    assert (folder / ".snakemake/owner").read_text() == "12 elsewhere\n"


def test_lock_of_a_living_run_is_kept(locked):
    folder = locked(socket.gethostname())
    program = "import pathlib, sys; from scaling_spectra_pipeline import lock; lock.enter(pathlib.Path.cwd())"
    other = subprocess.Popen(
        [sys.executable, "-c", f"{program}; print('in', flush=True); sys.stdin.read()"],
        cwd=folder,
        env=small.environment(small.ROOT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout.readline() == b"in\n"
    (folder / ".snakemake/locks/0.output.lock").write_text("results/smoke/checks.passed\n")
    message = f"lock: process {other.pid} is building in this folder; wait for it or stop it"
    assert lock.occupied(folder) == message
    assert lock.enter(folder) == message
    assert list((folder / ".snakemake/locks").iterdir())
    other.communicate()


def test_failing_job_is_reported_in_one_line_and_loses_nothing(small_build, project):
    """Other jobs go on, and once the cause is fixed one command ends the build."""
    solver = project / "src/scaling_spectra/networks/diagonal/solving.py"
    sound = solver.read_text()
    solver.write_text(sound + "\n\ndef prepare(*args, **kwargs):\n    raise ArithmeticError('no step was found')\n")
    missing(project, "results/smoke/tables/phase_regions.csv")
    result = small.forked(project)
    assert result.returncode == 1
    job = "train_networks/excess_risk/diagonal/gamma0.75_noise0.5_d10/n_eff40.0_convex_batch0"
    log = f"results/smoke/.jobs/logs/{job}.log"
    lines = [line for line in result.stderr.splitlines() if "no step was found" in line]
    # by the job, and in the summary at the end
    assert lines[0] == f"ArithmeticError: no step was found (full log: {log})"
    assert [line.strip() for line in lines[1:]] == ["ArithmeticError: no step was found"]
    assert "Traceback" not in result.stderr
    assert "Traceback" in (project / log).read_text()
    # a job beside it was done all the same, and a verdict on an older build is gone
    assert (project / "results/smoke/tables/phase_regions.csv").exists()
    assert not (project / "results/smoke/checks.passed").exists()
    solver.write_text(sound)
    result = small.run(project, "--cores", "1")
    assert result.returncode == 0, result.stderr
    assert small.artifacts(project) == small.artifacts(small_build)


def test_uncertified_points_are_shown_and_fail_the_checks(small_build, project):
    # the study would train as well
    preset = {key: value for key, value in small.PRESET.items() if key != "studies"}
    small.with_preset(project, 'training={"max_evaluations": 1}', preset=preset)
    result = small.forked(project)
    assert result.returncode == 1
    table = "results/smoke/training/excess_risk.csv"
    (line,) = [line for line in result.stderr.splitlines() if line.startswith(f"check failed: certificates: {table}")]
    # a trained point of each network, two replicas
    assert "4 of 8 above 1e-05; largest " in line
    assert "see results/smoke/checks.md" in result.stderr
    failed = (project / "results/smoke/checks.md").read_text().split("## Passed")[0]
    assert "| certificates | " in failed
    assert "Traceback" not in result.stderr
    drawn = (project / "figures/smoke/fig3.csv").read_text()
    assert drawn.count("not certified or not unique") == 2
    assert drawn != (small_build / "figures/smoke/fig3.csv").read_text()


def mount(*arguments: str) -> None:
    """Mount, or skip the test where that is not permitted."""
    if os.geteuid() != 0 or subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")


@pytest.fixture
def unmounted():
    """Folders to unmount in the end."""
    folders = []
    yield folders
    for folder in folders:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("name", [".snakemake", "results", "figures"])
def test_folder_that_cannot_be_written(project, unmounted, name):
    folder = str(project / name)
    mount("--bind", folder, folder)
    unmounted.append(folder)
    mount("-o", "remount,ro,bind", folder)
    result = small.forked(project)
    assert result.returncode == 1
    assert f"disk: {folder}" in result.stderr.splitlines()[-1]
    assert " cannot be written; a build writes " in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def fill(folder: Path, free: int) -> None:
    """Leave `free` bytes of the disk of `folder`."""
    with (folder / "filler").open("ab") as filler:
        filler.write(bytes(max(0, shutil.disk_usage(folder).free - free)))


def test_full_disk(small_build, tmp_path, unmounted):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder))
    unmounted.append(folder)
    project = Path(shutil.copytree(small_build, folder / "project"))
    missing(project, TABLE)
    # full when a job writes
    fill(folder, 20_000_000)
    run = start(project)
    job = at_work(run, "pruning.py")
    job.suspend()
    fill(folder, 0)
    job.resume()
    assert run.wait(TIMEOUT) != 0
    assert_nothing_half_written(project, small.artifacts(small_build))
    # full from the start
    result = small.forked(project)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        f"disk: 0.0 MB are free for {project}/.snakemake; a build needs 10 MB or more"
    )
    (folder / "filler").unlink()
    result = small.forked(project)
    assert result.returncode == 0, result.stderr
    assert small.artifacts(project) == small.artifacts(small_build)
