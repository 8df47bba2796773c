"""Every decision on numbers in src and scripts is listed, with the reason why no last digit decides it."""

from fnmatch import fnmatchcase

import yaml

from helpers import decisions
from helpers.checkout import ROOT

LIST = ROOT / "tests/decisions.yaml"


def listed() -> tuple[dict[str, set[str]], list[str]]:
    """Kinds of decisions by ``module:function``, and patterns of modules of which none bears on a result."""
    functions: dict[str, set[str]] = {}
    patterns = []
    for group in yaml.safe_load(LIST.read_text(encoding="utf-8")):
        for module, named in group["where"].items():
            if named == "any":
                patterns.append(module)
                continue
            for function, kinds in named.items():
                functions.setdefault(f"{module}:{function}", set()).update(kinds.split())
    return functions, patterns


def test_every_decision_is_listed_and_every_listed_one_is_there():
    functions, patterns = listed()
    found = decisions.sites()
    # of a module with a list of its own every function is listed
    modules = {site.partition(":")[0] for site in functions}
    asked = {
        site: kinds
        for site, kinds in found.items()
        if site.partition(":")[0] in modules or not any(fnmatchcase(site, pattern) for pattern in patterns)
    }
    new = {site: sorted(left) for site, kinds in asked.items() if (left := kinds - functions.get(site, set()))}
    gone = {site: sorted(left) for site, kinds in functions.items() if (left := kinds - found.get(site, set()))}
    assert not new, f"decide these by tolerance and rule, or say in {LIST.name} why no last digit counts: {new}"
    assert not gone, f"no longer there, strike from {LIST.name}: {gone}"
    for pattern in patterns:
        assert any(fnmatchcase(site, pattern) for site in found), pattern


def test_decisions_are_found(tmp_path, monkeypatch):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/one.py").write_text(
        "def refuses(x):\n    if x < 0:\n        raise ValueError\n"
        "def counts(x):\n    return len(x) > 2 and x.size <= 3\n"
        "class A:\n    def decides(self, x):\n        while x.max() > 1:\n            x = x[x.argmax():]\n"
        "        return min(x, key=abs)\n"
    )
    monkeypatch.setattr(decisions, "ROOT", tmp_path)
    assert decisions.sites() == {"scripts/one:A.decides": {"<", "argmax", "loop", "min"}}
