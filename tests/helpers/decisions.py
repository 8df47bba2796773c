"""Where code decides by order, equality or rounding of numbers: found in the syntax trees of src and scripts."""

import ast
from collections import defaultdict

from helpers.checkout import ROOT

# calls that choose, order or round
CALLS = {
    *(
        "argmax",
        "argmin",
        "argpartition",
        "argsort",
        "idxmax",
        "idxmin",
        "nlargest",
        "nsmallest",
        "sort",
        "sort_values",
    ),
    *("sorted", "unique", "drop_duplicates", "duplicated", "rank", "matrix_rank", "quantile", "cut"),
    *("searchsorted", "digitize", "histogram", "count_nonzero", "flatnonzero", "isclose", "allclose", "sign"),
    *("round", "floor", "ceil", "rint", "trunc", "rounded", "alike"),
}
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
# counts, which are whole
COUNTS = {"size", "ndim", "shape"}
PACKAGES = ("src/scaling_spectra", "src/scaling_spectra_pipeline", "scripts")


def sites() -> dict[str, set[str]]:
    """Kinds of decisions, by ``module:function``: names of calls, ``<`` for comparisons, ``loop`` for ends of loops."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            module = path.relative_to(ROOT / ("src" if package != "scripts" else "")).with_suffix("").as_posix()
            _walk(ast.parse(path.read_text(encoding="utf-8")), module, "", found)
    return dict(found)


def _walk(node: ast.AST, module: str, scope: str, found: dict[str, set[str]]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.body[0], ast.Raise):
            # a refusal of what is out of range: no result hangs on it
            continue
        kind = _kind(child)
        if kind:
            found[f"{module}:{scope or 'module'}"].add(kind)
        inner = scope
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and "." not in scope:
            inner = f"{scope}.{child.name}" if scope else child.name
        _walk(child, module, inner, found)


def _kind(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        chooses = name in ("max", "min") and any(keyword.arg == "key" for keyword in node.keywords)
        return name if name in CALLS or chooses else None
    if isinstance(node, ast.Compare) and any(isinstance(operator, ORDER) for operator in node.ops):
        return None if all(map(_counts, (node.left, *node.comparators))) else "<"
    return "loop" if isinstance(node, ast.While | ast.Break) else None


def _counts(node: ast.AST) -> bool:
    """Whether an expression is made of whole numbers and counts only."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "len"
    if isinstance(node, ast.Subscript):
        return _counts(node.value)
    if isinstance(node, ast.BinOp):
        return _counts(node.left) and _counts(node.right)
    return isinstance(node, ast.Attribute) and node.attr in COUNTS
