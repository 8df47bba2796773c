"""Folders, locales and personal settings of users: refused in one line, or of no effect.

That a build in odd surroundings makes the same bytes is tried in test_faults.py.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

from helpers import small
from scaling_spectra import cli
from scaling_spectra.plotting import style
from scaling_spectra_pipeline.surroundings import misnamed, put_right

ROOT = small.ROOT


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/a/br{a}ce", "folder: '/a/br{a}ce' holds {, }; move the checkout to a folder without"),
        ("/a:b", "folder: '/a:b' holds :; move the checkout to a folder without"),
        ("/a\nb", "folder: '/a\\nb' holds a line break; move the checkout to a folder without"),
        (os.fsdecode(b"/a/\xff"), "folder: '/a/\\xff' is not UTF-8; move the checkout to a folder whose name is"),
        ('/a b/it\'s "$HOME" & *`~`;#\\[]()/é', None),
    ],
)
def test_names_of_folders(name, message):
    assert misnamed(Path(name)) == message


def test_folder_beyond_the_encoding_of_the_locale(monkeypatch):
    """The front door switches to UTF-8 itself."""
    # as decoded where the locale knows ASCII alone
    monkeypatch.setattr(os, "fsencode", lambda path: str(path).encode("ascii", "surrogateescape"))
    folder = Path("/a/é".encode().decode("ascii", "surrogateescape"))
    assert misnamed(folder) == r"folder: '/a/\xe9' needs Python's UTF-8 mode in this locale; set PYTHONUTF8=1"
    assert misnamed(Path("/a/e")) is None


def test_folder_is_refused_before_any_job(tmp_path):
    project = small.copy_checkout(tmp_path / "br{a}ce")
    (project / "config.yaml").write_text("scale: smoke\n")
    result = small.forked(project, "--dry-run")
    assert result.returncode == 1
    message = f"folder: {str(project)!r} holds {{, }}; move the checkout to a folder without"
    assert [line for line in result.stderr.splitlines() if line.startswith("folder: ")] == [message]
    assert "Traceback" not in result.stderr
    assert not (project / "results").exists()


def test_python_is_quoted_for_jobs_once(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    for given, quoted in (("/a b/bin/python", "'/a b/bin/python'"), ("/a/bin/python", "/a/bin/python")):
        monkeypatch.setattr(sys, "executable", given)
        put_right()
        put_right()
        assert sys.executable == quoted
    assert os.environ == {"PYTHONUTF8": "1", "MPLBACKEND": "agg", "MATPLOTLIBRC": os.devnull}


@pytest.mark.parametrize(("columns", "kept"), [("0", None), ("1", None), ("80", "80"), ("wide", "wide"), (None, None)])
def test_width_of_no_terminal_is_forgotten(monkeypatch, capsys, columns, kept):
    """Help came with an error, or never."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert cli.main(["--help"]) == 0
    assert "predict" in capsys.readouterr().out
    assert os.environ.get("COLUMNS") == kept


def test_style_does_not_depend_on_personal_settings():
    """Every parameter starts from the default, also those that no figure sets."""
    with matplotlib.rc_context():
        style.use()
        expected = dict(matplotlib.rcParams)
    with matplotlib.rc_context():
        matplotlib.style.use(["dark_background", "ggplot", "fivethirtyeight", "seaborn-v0_8-poster", "grayscale"])
        matplotlib.rcParams.update(
            {"text.usetex": True, "font.weight": "bold", "path.simplify": False, "axes.formatter.use_locale": True}
        )
        changed = {name for name, value in expected.items() if matplotlib.rcParams[name] != value}
        style.use()
        found = dict(matplotlib.rcParams)
    assert len(changed) > 40
    assert [name for name, value in expected.items() if found[name] != value] == []
    assert expected["text.usetex"] is False


def _is_text(call: ast.Call) -> bool:
    """Whether a call reads or writes text, or a pipe of text, by a name that does so everywhere in this project."""
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    options = {option.arg for option in call.keywords}
    if called == "open":
        owner = getattr(getattr(call.func, "value", None), "id", None)
        modes = [*call.args, *(option.value for option in call.keywords if option.arg == "mode")]
        binary = any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes)
        return owner not in ("os", "Image") and not binary
    return called in ("read_text", "write_text", "basicConfig", "TextIOWrapper") or bool(
        {"text", "universal_newlines"} & options
    )


def test_text_is_read_and_written_as_utf8():
    """Whatever the locale: else finished jobs look changed, and pages with Greek letters cannot be written."""
    scripts = [path for top in ("src", "scripts", "benchmarks", "examples") for path in (ROOT / top).rglob("*.py")]
    calls, silent = 0, []
    for path in scripts:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_text(node):
                calls += 1
                if not {"encoding", None} & {option.arg for option in node.keywords}:
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert calls > 40
    assert silent == []


def test_checkouts_hold_the_same_bytes_whatever_git_converts(tmp_path):
    """Numbers of a released build are compared by checksum."""
    tracked = [".gitattributes", "results/reference/laptop/manifest.json", "docs/gallery/fig1.png", "config.yaml"]
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    for name in tracked:
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / name).write_bytes((ROOT / name).read_bytes())
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *words], cwd=origin, check=True, capture_output=True)
    clone_words = ["clone", "--quiet", "--config", "core.autocrlf=true", str(origin), str(clone)]
    subprocess.run(["git", *clone_words], check=True)
    assert [name for name in tracked if (clone / name).read_bytes() != (ROOT / name).read_bytes()] == []
