"""Jobs of a build, and what each may import, found by importing it: no syntax tree is read here."""

import dis
import importlib
import inspect
import itertools
import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, DAGSettings, OutputSettings, Quietness, ResourceSettings

from scaling_spectra import networks, teachers
from scaling_spectra_pipeline import fingerprint as fingerprints
from scaling_spectra_pipeline.stages import stage_of


def jobs(snakefile: Path, config: dict[str, Any]) -> list[dict[str, Any]]:
    """Jobs of the graph, each kind once."""
    asked: dict[str, tuple[str, dict]] = {}
    plain = fingerprints.fingerprint

    def recorded(script, **variables):
        found = plain(script, **variables)
        asked[found] = str(script), variables
        return found

    fingerprints.fingerprint = recorded
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL}, enable_file_logging=False)) as api:
        loaded = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(config=config),
            snakefile=snakefile,
        )
        loaded.dag(DAGSettings(forceall=True))
        workflow = loaded._workflow
        workflow._prepare_dag(forceall=True, ignore_incomplete=True, lock_warn_only=True)
        workflow._build_dag()
        found = [_job(job, snakefile, asked) for job in workflow.dag.jobs if job.rule.script]
    fingerprints.fingerprint = plain
    return list({json.dumps(job): job for job in found}.values())


def _job(job: Any, snakefile: Path, asked: dict[str, tuple[str, dict]]) -> dict[str, Any]:
    script = job.rule.script.format(params=job.params, wildcards=job.wildcards)
    known, variables = asked[job.params.code]
    files = [Path(path) for path in (*job.input, *job.output) if path.endswith(".csv")]
    return {
        "rule": job.rule.name,
        "script": str((snakefile.parent / "workflow/rules" / script).resolve()),
        "fingerprinted": known,
        "variables": variables,
        "network": job.wildcards_dict.get("network"),
        "stages": sorted(set(map(stage_of, files)) & _stages()),
    }


def _stages() -> set[str]:
    return {path.stem for path in (Path(fingerprints.__file__).parent / "schemas").glob("*.py")}


# teachers of a build at smoke scale, by family
TEACHERS = {teachers.POWER_LAW: teachers.with_exponent(0.75), "low_rank": {"family": "low_rank", "rank": 3}}


def imported(script: str, network: str | None, stages: list[str], families: list[str]) -> set[str]:
    """Modules of this project that are loaded when all is loaded that a job may ask for."""
    values = {"network": [network] if network else networks.names(), "stage": stages}
    values["settings"] = [TEACHERS[family] for family in families]
    before = _ours()
    for name in before:
        del sys.modules[name]
    try:
        _load(runpy.run_path(script, run_name="job"), script, values)
        done: set[str] = set()
        while todo := _ours().keys() - done:
            for name in todo:
                module = sys.modules[name]
                # what users ask for no job does
                if name != fingerprints.FACADE:
                    _load(vars(module), str(module.__file__), values)
            done |= todo
        return done
    finally:
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(before)


def _ours() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] in fingerprints.PACKAGES}


def _load(names: dict[str, Any], path: str, values: dict[str, Any]) -> None:
    """Import whatever functions in the module at `path`, with these `names`, import."""
    for function, imports in _functions(path):
        for level, taken, name in imports:
            importlib.__import__(name, names, None, taken or (), level)
        if function is not None:
            found = names[function]
            for arguments in itertools.product(*map(values.get, inspect.signature(found).parameters)):
                # a network may lack a part
                with suppress(ValueError):
                    found(*arguments)


@cache
def _functions(path: str) -> list[tuple[str | None, list[tuple[int, tuple[str, ...], str]]]]:
    """Of each function in a file: its name if it puts names of modules together, and its import statements."""
    found = []
    for code in _inside(SourceFileLoader("read", path).get_code("read")):
        steps = list(dis.get_instructions(code))
        places = [place for place, step in enumerate(steps) if step.opname == "IMPORT_NAME"]
        imports = [(steps[i - 2].argval, steps[i - 1].argval, steps[i].argval) for i in places]
        found.append((code.co_name if "import_module" in code.co_names else None, imports))
    return [(name, imports) for name, imports in found if name or imports]


def _inside(code: CodeType) -> Iterator[CodeType]:
    """Code of the functions and classes in a module."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)
