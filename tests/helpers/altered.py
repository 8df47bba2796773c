"""Tables of a build made again from inputs whose last digits are changed."""

from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import pandas as pd

from helpers.checkout import ROOT
from helpers.metamorphic import SCRIPTS, differences, shifted
from scaling_spectra import teachers
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan

# whole numbers in columns with gaps, and what names files of teachers
KEPT = {"noise_var", "dim", "rank"}


def altered_tables(build: Path, folder: Path, seed: int, **settings: Any) -> Iterator[tuple[str, list[str]]]:
    """Every table of the build with these settings in `build`, and how it differs when it is made again in `folder`.

    Tables and settings that scripts read are changed; drawn teachers are not, nor the exponents that name them.
    """
    plan = Plan(load(settings, ROOT))
    # the text of a key holds all digits of an exponent
    keys = {key: teachers.key(_altered(of, seed, {})) for key, of in plan.teachers.items()}
    for script in sorted(SCRIPTS.glob("*.py")):
        if not plan.can_build(script):
            continue
        inputs, arguments = plan.inputs(script), plan.parameters(script)
        drawn = "data" in inputs
        named, kept = ({}, ("teacher", "teachers")) if drawn else (keys, ())
        read: dict[str, str | list[str]] = {}
        for role, paths in inputs.items():
            found = [str(build / path) for path in ([paths] if isinstance(paths, str) else paths)]
            if role != "data":
                found = [_copy(build, Path(path), folder, seed, named) for path in found]
            read[role] = found[0] if isinstance(paths, str) else found
        given = {name: arguments[name] for name in arguments.keys() & {*kept}}
        altered = _altered(arguments, seed, named) | given
        output = folder / script.name
        run_path(str(script))["main"](str(output), **({"inputs": read} if read else {}), **altered)
        plain, again = (pd.read_csv(path, low_memory=False) for path in (build / plan.tabulated(script), output))
        yield script.stem, differences(script.stem, plain, again)


def _copy(build: Path, path: Path, folder: Path, seed: int, keys: dict[str, str]) -> str:
    """An altered table at another place."""
    table, to = pd.read_csv(path, low_memory=False), folder / path.relative_to(build)
    to.parent.mkdir(parents=True, exist_ok=True)
    kept = KEPT if keys else {*KEPT, "gamma"}
    altered = shifted(table, seed).assign(**{name: table[name] for name in kept & {*table}})
    if "teacher" in table:
        altered["teacher"] = table["teacher"].replace(keys)
    altered.to_csv(to, index=False)
    return str(to)


def _altered(value: Any, seed: int, keys: dict[str, str]) -> Any:
    """Settings with other last digits, and the keys of their teachers."""
    if not isinstance(value, dict):
        return shifted(value, seed)
    return {keys.get(name, name): part if name in KEPT else _altered(part, seed, keys) for name, part in value.items()}
