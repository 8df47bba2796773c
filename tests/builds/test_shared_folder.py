"""Files of other users, of another clock, and users without a home: refused in one line, or right."""

import getpass
import os
import shutil
import time
from pathlib import Path

import pytest

from helpers import small
from scaling_spectra_pipeline import archive, disk, surroundings
from scaling_spectra_pipeline.run import main as front_door
from scaling_spectra_pipeline.summary import Drawn, other_failures, summary

ADVICE = "one user builds in a folder: build in a checkout of your own, or change the owner (chown -R)"
LATER = time.time() + 1e7


@pytest.fixture
def visitor(monkeypatch):
    """Somebody who has the rights of others alone."""
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    monkeypatch.setattr(os, "access", lambda path, mode: os.stat(path).st_mode & mode == mode)


def tree(folder: Path) -> Path:
    """A folder of a build, to which everybody has every right."""
    for name in (".snakemake/metadata/a", ".snakemake/alive", "results/smoke/.jobs/logs/x.log", "results/smoke/t.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for path in folder.rglob("*"):
        path.chmod(0o777)
    folder.chmod(0o777)
    return folder


WITHHELD = {
    ".snakemake": (0o755, "{} cannot be written; a build writes {}"),
    ".snakemake/metadata": (0o755, "{} belongs to {} and cannot be read and written; " + ADVICE),
    ".snakemake/metadata/a": (0o600, "{} belongs to {} and cannot be read and written; " + ADVICE),
    ".snakemake/alive": (0o644, "{} belongs to {} and cannot be read and written; " + ADVICE),
    "results/smoke/.jobs/logs/x.log": (0o644, "{} belongs to {} and cannot be read and written; " + ADVICE),
    "results/smoke/.jobs": (0o700, "{} belongs to {} and cannot be read and written; " + ADVICE),
}


@pytest.mark.parametrize(("name", "mode", "message"), [(name, *rest) for name, rest in WITHHELD.items()], ids=WITHHELD)
def test_files_of_another_user_are_refused(tmp_path, visitor, name, mode, message):
    folder = tree(tmp_path)
    written = [folder / ".snakemake", folder / "results/smoke"]
    assert disk.obstacle(written) is None
    (folder / name).chmod(mode)
    owner = (folder / name).owner() if "belongs" in message else folder / name
    assert disk.obstacle(written) == "disk: " + message.format(folder / name, owner)


def test_an_owner_without_a_name_is_a_number(tmp_path, visitor, monkeypatch):
    folder = tree(tmp_path)
    (folder / ".snakemake/alive").chmod(0o600)
    monkeypatch.setattr(disk.pwd, "getpwuid", {}.__getitem__)
    assert f"belongs to user {folder.stat().st_uid} and" in disk.obstacle([folder / ".snakemake"])


def test_front_door_refuses_files_of_another_user(tmp_path, visitor, monkeypatch):
    """Also where that user builds just now."""
    folder = tree(tmp_path)
    (folder / ".snakemake/locks").mkdir(mode=0o777)
    (folder / ".snakemake/locks").chmod(0o777)
    (folder / ".snakemake/locks/0.input.lock").touch()
    (folder / ".snakemake/alive").chmod(0o600)
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as stopped:
        front_door(["--cores", "1"])
    assert stopped.value.code.startswith("disk: .snakemake/")
    assert stopped.value.code.endswith(ADVICE)


def test_rights_that_a_user_took_from_himself_are_his_own_matter(tmp_path, monkeypatch):
    folder = tree(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: os.stat(path).st_mode & mode == mode)
    (folder / "results/smoke/t.csv").chmod(0o400)
    assert disk.obstacle([folder / "results/smoke"]) is None


def test_a_link_to_nowhere_is_refused(tmp_path):
    (tmp_path / "results").symlink_to("/mnt/not mounted")
    reason = f"disk: {tmp_path}/results leads to /mnt/not mounted, which is not there"
    assert disk.obstacle([tmp_path / "results/smoke"]) == reason


def test_a_full_folder_for_temporary_files_is_refused(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    full = tmp_path / "t"
    full.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(full))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=64_000 if path == full else 10**9))
    free = f"disk: 0.1 MB are free for {full}; a build needs 10 MB or more"
    assert disk.obstacle([tmp_path / "results"]) == f"{free}; set TMPDIR to another folder for what is temporary"


def test_files_from_the_future_are_dated_back(tmp_path):
    folder, clock = tree(tmp_path), tmp_path / "clock"
    old, late = folder / "results/smoke/t.csv", folder / "results/smoke/.jobs/logs/x.log"
    os.utime(old, (1e9, 1e9))
    os.utime(late, (LATER, LATER))
    clock.touch()
    disk.bring_back([folder / "results"], clock)
    assert old.stat().st_mtime == 1e9
    assert abs(late.stat().st_mtime - clock.stat().st_mtime) < 60


def test_jobs_take_inputs_from_the_future(small_build, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(small_build, project, symlinks=True)
    (project / "results/smoke/theory/excess_risk.csv").unlink()
    solved = list(project.glob("results/smoke/theory/excess_risk/**/*.csv"))
    for path in solved:
        os.utime(path, (LATER, LATER))
    run = small.forked(project, "--", "theory")
    assert run.returncode == 0, run.stderr
    assert "1 of 2 steps" in run.stderr
    assert all(path.stat().st_mtime < LATER for path in solved)


LOG = """\
Execute 1 jobs...
WorkflowError in rule train_networks in file "/x/workflow/rules/training.smk", line 13:
Output results/a.csv has older modification time (2026-11-28 03:58:12) than input results/b.npz (2027-05-01 00:00:00). \
This could indicate a clock skew problem in your network. System time: 2026-11-28 (rule train_networks, line 20)
Removing output files of failed job train_networks since they might be corrupted:
results/a.csv
MissingOutputException in rule fig3 in file "/x/workflow/rules/figures.smk", line 3:
Job 7 completed successfully, but some output files are missing. Missing files after 5 seconds.
Exiting because a job execution failed. Look above for error messages
WorkflowError:
At least one job did not complete successfully.
"""


def test_summary_tells_failures_that_are_no_jobs_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clock = "train_networks: results/b.npz is dated after what was made from it: the clock went back; run again"
    assert other_failures(LOG)[0] == clock
    assert other_failures(LOG)[1].startswith("fig3: Job 7 completed successfully, but some output files are missing.")
    assert len(other_failures(LOG)) == 2
    Path("a.log").write_text(LOG)
    assert f"failed   {clock}" in summary("smoke", Drawn(0, 0, 0), str, ["a.log"]).splitlines()
    # never none after a failure
    Path("b.log").write_text("WorkflowError:\nAt least one job did not complete successfully.\n")
    assert "failed   for a reason in b.log" in summary("smoke", Drawn(0, 0, 0), str, ["b.log"]).splitlines()


def test_matplotlib_keeps_its_cache_where_it_can(tmp_path, monkeypatch):
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "to be made"))
    surroundings.keep_caches(tmp_path / "own")
    assert "MPLCONFIGDIR" not in os.environ
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/cache")
    surroundings.keep_caches(tmp_path / "own")
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "own/matplotlib")
    monkeypatch.setenv("MPLCONFIGDIR", "/dev/null/matplotlib")
    surroundings.keep_caches(tmp_path / "another")
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "another/matplotlib")


def test_a_user_whom_the_machine_does_not_know(tmp_path, monkeypatch):
    for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    surroundings.introduce(tmp_path)
    # here it is known
    assert "HOME" not in os.environ
    assert "USER" not in os.environ
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    surroundings.introduce(tmp_path)
    assert os.environ.pop("HOME") == str(tmp_path)
    assert getpass.getuser() == os.environ.pop("USER") == f"user{os.getuid()}"


def git(folder: Path, *arguments: str) -> None:
    archive.subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)


def test_archive_says_why_git_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    def reason() -> str:
        with pytest.raises(archive.ArchiveError) as error:
            archive.tracked()
        return str(error.value)

    no_revision = "no revision to cite here: archive from a git checkout with at least one commit"
    assert reason() == no_revision
    git(tmp_path, "init")
    assert reason() == no_revision
    with monkeypatch.context() as context:
        context.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        advice = f"git config --global --add safe.directory {tmp_path}"
        assert reason() == f"this folder belongs to somebody else, so git does not answer: {advice}"
    with monkeypatch.context() as context:
        context.setenv("PATH", "/dev/null")
        assert reason() == "git is not installed; it knows the files and the revision to cite"
    Path(".git/config").write_text("[core\n")
    assert reason() == "git: bad config line 1 in file .git/config"
