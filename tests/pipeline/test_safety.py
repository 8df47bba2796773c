"""What no source may do: run text as code, unpickle, hand a command to a shell, grow beyond what is read at once."""

import ast
import re
import shutil
import subprocess

import pytest

from helpers.checkout import ROOT

SOURCES = sorted(
    path
    for folder in ("src", "scripts", "benchmarks", "examples", "tests", "docs")
    for path in ROOT.glob(f"{folder}/**/*.py")
)
RULES = [ROOT / "Snakefile", *sorted(ROOT.glob("workflow/rules/*.smk"))]
RUN_AS_CODE = {"eval", "exec", "compile", "__import__"}
UNPICKLE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "pty.spawn"}
# what they load may hold objects, or places outside the folder, unless told otherwise
SAFE_WITH = {
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
    "np.save": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
}
# lines
LONG = 300
YAML = {"yaml.safe_load", "yaml.safe_dump", "yaml.compose"}
EXAMPLES = [
    "eval(text)",
    "import pickle",
    "from joblib import load",
    "np.load(path)",
    "np.load(path, allow_pickle=True)",
    "torch.load(path)",
    "yaml.load(text)",
    "yaml.compose(text)",
    "pd.read_pickle(path)",
    "subprocess.run('ls', check=True)",
    "subprocess.run(f'ls {folder}')",
    "subprocess.Popen(words, shell=True)",
    "os.system('ls')",
    "archive.extractall(folder)",
]


def _name(node: ast.AST) -> str:
    """a.b.c of a call's function."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return getattr(node, "id", "")


def _unsafe(call: ast.Call) -> bool:
    name = _name(call.func)
    given = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
    if name in SAFE_WITH:
        option, value = SAFE_WITH[name]
        return given.get(option) is not value
    if name == "yaml.compose":
        loaders = [_name(word.value) for word in call.keywords if word.arg == "Loader"]
        return loaders != ["yaml.SafeLoader"]
    if name.startswith("subprocess.") and call.args:
        # a list of words; a string would be split by a shell
        return isinstance(call.args[0], ast.JoinedStr | ast.Constant | ast.BinOp) or bool(given.get("shell"))
    return (
        name in RUN_AS_CODE | SHELLS
        or (name.startswith("yaml.") and "load" in name and name not in YAML)
        or name.endswith((".read_pickle", ".to_pickle"))
        or (name.endswith(".extractall") and given.get("filter") != "data")
    )


def findings(text: str) -> list[str]:
    """Unsafe lines of a source."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _unsafe(node):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"line {node.lineno}: import {name}" for name in modules if name.split(".")[0] in UNPICKLE]
    return found


@pytest.mark.parametrize("text", EXAMPLES)
def test_unsafe_calls_are_noticed(text):
    assert findings(text)


def test_no_source_does_it():
    assert len(SOURCES) > 150
    found = {str(path.relative_to(ROOT)): lines for path in SOURCES if (lines := findings(path.read_text()))}
    assert not found


def test_no_source_grows_long():
    """Of those that are installed or run."""
    installed = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in ("src", "scripts")]
    lines = {str(path): len(path.read_text("utf-8").splitlines()) for path in installed}
    assert {path: count for path, count in lines.items() if count >= LONG} == {}


@pytest.mark.parametrize("target", ["figures", "check", "report", "archive", "gallery", "plan", "reference"])
def test_settings_reach_no_shell_line_of_make(tmp_path, target):
    """Lines that make runs are the same whatever the configuration says: it travels in the environment."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "config.yaml").write_text("scale: 'smoke; touch here'\n", encoding="utf-8")
    command = ["make", "--dry-run", "--directory", str(tmp_path), target]
    plain = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    settings = ["SCALE=smoke; touch here", "CONFIG=gamma=1.3; touch here"]
    given = subprocess.run([*command, *settings], capture_output=True, text=True, check=True).stdout
    assert "scaling_spectra_pipeline" in plain
    assert given == plain
    assert "touch here" not in given


def test_rules_start_scripts_and_no_shell():
    """A rule runs a script with parameters: nothing of the configuration reaches a command line."""
    for path in RULES:
        text = path.read_text()
        assert not re.search(r"^\s*(shell|run)\s*:", text, flags=re.MULTILINE), path
        assert not re.search(r"\b(eval|exec)\(|\bshell\(|os\.system|subprocess|pickle", text), path
