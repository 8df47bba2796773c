"""Defaults and limits that users meet, and those that predict what a job takes, are said in one place."""

import ast
from collections import defaultdict

from helpers.checkout import ROOT

CORE, PIPELINE = "src/scaling_spectra", "src/scaling_spectra_pipeline"
PLACES = (
    *(f"{CORE}/{name}.py" for name in ("defaults", "memory", "cli*", "library/*")),
    *(f"{PIPELINE}/{name}.py" for name in ("config", "sections", "costs", "schemas/*")),
    "scripts/studies/*.py",
)
# a literal that is read from each study
OWN = {"least_replicas"}


def given(node: ast.AST) -> list[tuple[str, ast.expr]]:
    """Names with what they are by default: constants, arguments, fields of models."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            return [(ast.unparse(name), value) for name, value in zip(names, values, strict=True)]
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
            return [(name, value)]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(args=[value, *_]) | value) if value:
            return [(name, value)]
        case ast.arguments(args=args, defaults=defaults, kwonlyargs=named, kw_defaults=of_named):
            pairs = [*zip(reversed(args), reversed(defaults), strict=False), *zip(named, of_named, strict=True)]
            return [(argument.arg, value) for argument, value in pairs if value]
    return []


def numbers(source: str) -> set[tuple[str, str]]:
    """What a source gives names by default, in numbers; 0 and 1 are no choices."""
    found = set()
    for name, value in (pair for node in ast.walk(ast.parse(source)) for pair in given(node)):
        parts = [part for part in ast.walk(value) if not isinstance(part, ast.BinOp | ast.operator)]
        # 10**15 is a number too
        written = all(isinstance(part, ast.Constant) and type(part.value) in (int, float) for part in parts)
        if written and any(part.value not in (0, 1) for part in parts):
            found.add((name.lower(), ast.unparse(value)))
    return found


def repeated(sources: dict[str, str]) -> dict[tuple[str, str], list[str]]:
    places = defaultdict(list)
    for place, source in sources.items():
        for found in numbers(source):
            places[found].append(place)
    return {found: named for found, named in places.items() if named[1:] and found[0] not in OWN}


def test_defaults_and_limits_are_said_once():
    files = sorted(path for pattern in PLACES for path in ROOT.glob(pattern))
    assert len(files) > 80
    assert repeated({str(path): path.read_text(encoding="utf-8") for path in files}) == {}


def test_a_default_that_is_said_twice_is_found():
    one = "LEAST, INIT_SCALE = 0, 0.1"
    for other in ("INIT_SCALE = 0.1", "def f(*, init_scale: float = 0.1): ...", "init_scale: float = Field(0.1, gt=0)"):
        assert repeated({"one": one, "other": other}) == {("init_scale", "0.1"): ["one", "other"]}
    assert repeated({"one": one, "other": "INIT_SCALE = 0.2\nLEAST = 0"}) == {}
