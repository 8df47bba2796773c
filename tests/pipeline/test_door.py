"""How commands are started: stopped while they load, and quiet about Snakemake's profile."""

import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from helpers.checkout import ROOT
from scaling_spectra import __main__ as command
from scaling_spectra import cli
from scaling_spectra_pipeline import door


def test_a_module_stopped_while_it_loads_says_so(monkeypatch, tmp_path, capsys):
    (tmp_path / "stopped_while_loading.py").write_text("raise KeyboardInterrupt\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SystemExit, match="130"):
        door.main("stopped_while_loading", "--cores", "1")
    assert capsys.readouterr().err == "stopped\n"


def test_a_stopped_command_says_so(monkeypatch, capsys):
    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", stopped)
    assert command.main() == 130
    assert capsys.readouterr().err == "scaling-spectra: stopped\n"


def test_the_command_loads_nothing_before_it_can_be_stopped():
    loaded = (
        "import sys, scaling_spectra.__main__; print({'cyclopts', 'numpy', 'scaling_spectra.cli'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"


def test_snakemake_does_not_name_the_profile_that_it_always_uses(monkeypatch, capsys):
    from snakemake import cli as snakemake

    monkeypatch.setattr(snakemake, "parse_args", snakemake.parse_args)
    monkeypatch.chdir(ROOT)
    _, parsed = snakemake.parse_args(["--cores", "1"])
    assert "specific profile" in capsys.readouterr().err
    door.keep_quiet_about_profiles()
    _, quiet = snakemake.parse_args(["--cores", "1"])
    assert capsys.readouterr().err == ""
    assert (quiet.keep_going, quiet.rerun_triggers) == (parsed.keep_going, parsed.rerun_triggers)
    # what is wrong with arguments is said
    with pytest.raises(SystemExit):
        snakemake.parse_args(["--no-such-option"])
    assert "--no-such-option" in capsys.readouterr().err


def started(program: str, *path) -> subprocess.CompletedProcess:
    """A Python program that is started as jobs are: with the sources on its path."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", *path)))}
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        # what runs in the background of a shell ignores interrupts, and so would its children
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


AT_WORK = {
    "scaling-spectra: stopped\n": (
        "from scaling_spectra import __main__, cli; cli.prediction = stop; "
        "sys.argv = 'x predict --network diagonal --dim 20 --n-eff 5 --weight-decay 1'.split(); "
        "sys.exit(__main__.main())"
    ),
    "stopped\n": "from scaling_spectra_pipeline import asked; sys.argv = ['archive.py']; asked.serve(stop)",
}


@pytest.mark.parametrize(("said", "program"), AT_WORK.items(), ids=["command", "served"])
def test_a_command_stopped_at_work_says_so(said, program):
    """The library that reads its arguments would end it without a word."""
    stopped = started(f"import sys\ndef stop(*_): raise KeyboardInterrupt\n{program}")
    assert (stopped.stderr, stopped.returncode) == (said, 130)


def test_a_job_stopped_while_it_imports_says_so(tmp_path):
    """Its script can say nothing yet: it printed the traceback of whatever import it was in."""
    (tmp_path / "slow.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", encoding="utf-8")
    stopped = started("import slow", tmp_path)
    assert (stopped.stderr, stopped.returncode) == ("stopped\n", -signal.SIGINT)
    assert "ZeroDivisionError" in started("1 / 0").stderr


def test_hooks_of_others_stay(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.theirs = 'kept'\n", encoding="utf-8")
    assert started("import sys; print(sys.theirs)", tmp_path).stdout == "kept\n"
    # another checkout of this project behind this one
    (tmp_path / "sitecustomize.py").write_bytes((ROOT / "src/sitecustomize.py").read_bytes())
    assert started("raise KeyboardInterrupt", tmp_path).stderr == "stopped\n"


def test_stopped_while_the_hook_itself_imports(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    stopped = started("print('not reached')", tmp_path)
    assert (stopped.stdout, stopped.stderr, stopped.returncode) == ("", "stopped\n", 130)
