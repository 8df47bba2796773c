"""The hops from keys of the configuration to equations that the documentation lists: each is there, and leads on."""

import ast
import re
from itertools import pairwise

import pytest

from helpers.checkout import ROOT

HOP = re.compile(r"^\d\. `(?P<file>[\w/.]+):(?P<name>[\w.]+)`, `(?P<word>[^`]+)`$", re.MULTILINE)
MOST = 8


def walks() -> list[list[tuple[str, str, str]]]:
    """File, name and word of each hop, walk by walk."""
    section = (ROOT / "docs/workflow.md").read_text(encoding="utf-8").partition("## From a key to an equation")[2]
    blocks = section.partition("\n## ")[0].split("\n\n")
    return [found for block in blocks if (found := HOP.findall(block))]


def source(file: str, name: str) -> str:
    """Text of a function, class or rule; of a name with a dot, of what is inside."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.endswith(".smk"):
        found = re.search(rf"^(?:rule|def) {name}\b.*?(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)
        assert found, f"{file} has no {name}"
        return found.group()
    inside: ast.AST = ast.parse(text)
    for part in name.split("."):
        parts = {getattr(node, "name", ""): node for node in ast.iter_child_nodes(inside)}
        assert part in parts, f"{file} has no {name}"
        inside = parts[part]
    return ast.get_source_segment(text, inside) or ""


@pytest.mark.parametrize("walk", walks(), ids=lambda walk: walk[0][2])
def test_every_hop_is_there_and_leads_to_the_next(walk):
    assert 2 < len(walk) <= MOST
    texts = [source(file, name) for file, name, _ in walk]
    for (file, name, word), text in zip(walk, texts, strict=True):
        assert word in text, f"{file}:{name} does not speak of {word}"
    for ((_, name, word), text), ((file, following, _), after) in pairwise(zip(walk, texts, strict=True)):
        ahead = {following.split(".")[-1], file.rpartition("/")[2]}
        assert any(step in text for step in ahead) or any(step in after for step in (name.split(".")[-1], word)), (
            f"nothing leads from {name} to {following}"
        )


def test_both_keys_are_walked():
    assert [walk[0][2] for walk in walks()] == ["noise_levels", "weight_decays"]
    with pytest.raises(AssertionError, match=r"no settle\.nothing"):
        source("src/scaling_spectra/networks/diagonal/theory.py", "settle.nothing")
