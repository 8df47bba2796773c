"""Reference pages written from the configuration's model and from the tables' schemas.

``python -m scaling_spectra_pipeline.document`` rewrites docs/configuration.md, docs/tables.md, the keys explained
in config.yaml, the schema by which editors complete and check that file, and codemeta.json.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scaling_spectra_pipeline import schemas
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.codemeta import codemeta
from scaling_spectra_pipeline.config import Config
from scaling_spectra_pipeline.mistakes import innermost_model
from scaling_spectra_pipeline.schemas.lookup import schema_of

SCHEMA = "workflow/config.schema.json"


def configuration() -> str:
    """Every key of the configuration, section by section."""
    lines = [
        "# Configuration",
        "",
        "`config.yaml` names a scale. Its preset in `workflow/presets/` sets the grids; other keys have the defaults",
        "below. A key in `config.yaml` overrides both, a key on the command line overrides all:",
        "`snakemake --cores 2 --config scale=smoke gamma=0.8 'fit={\"margin\": 0.2}'`.",
        "Mappings are merged key by key; anything else is replaced whole. `null` removes a mapping of the preset, such",
        "as a dimension or an experiment. Unknown keys are refused. Editors with a YAML language server complete and",
        f"check keys by `{SCHEMA}`.",
        "",
        "`width` is one number or rule of at least $d$ hidden units, where training has a certificate. From there on",
        "$p$ and $\\lambda$ enter through $\\lambda\\sqrt{p/d}$ alone: several widths would say no more than several",
        "weight decays. Networks of fewer hidden units than inputs are those of the study",
        "[`few_hidden_units`](tables.md#few_hidden_units), at widths from one unit to $d$, or at those of its own key",
        "`width`. For instance",
        '`studies={"few_hidden_units": {"width": [0.1, 0.5, {"coefficient": 1, "exponent": 0.5}]}}`',
        "trains $p = d/10$, $d/2$ and $\\sqrt{d}$ hidden units. A share or a fixed number (exponent 0) must be whole,",
        "others are rounded.",
        "",
    ]
    return "\n".join([*lines, *_section(Config, "")]) + "\n"


def _section(model: type[BaseModel], prefix: str) -> list[str]:
    lines = ["| key | default | meaning |", "|---|---|---|"]
    inner: list[tuple[type[BaseModel], str]] = []
    for name, field in model.model_fields.items():
        section = _section_of(field)
        key = prefix + name
        if section is not None:
            key += {
                "experiments": ".<name>",
                "studies": ".<name>",
                "networks": ".<network>.<d>",
                "weight_decays": "[]",
                "width": "[]",
            }.get(name, "")
            inner.append((section, key))
        lines.append(f"| `{key}` | {_default(field, section)} | {field.description} |")
    for section, key in inner:
        summary = (section.__doc__ or "").splitlines()[0]
        lines += ["", f"## `{key}`", "", summary, "", *_section(section, f"{key}.")]
    return lines


def _section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Section that a key holds; none of a number in whose place there may be a rule."""
    return None if isinstance(field.default, float) else innermost_model(field.annotation)


def _default(field: FieldInfo, section: type[BaseModel] | None) -> str:
    if field.is_required():
        return "preset"
    return "below" if section is not None else f"`{field.default}`"


# what lies beside the schemas
NOT_SCHEMAS = ("columns", "lookup")


def columns() -> str:
    """Every column of every table, kind by kind."""
    lines = [
        "# Tables",
        "",
        "Tables are CSV files, one row per observation, floats in their shortest exact form. They hold no timings and",
        "do not change from run to run. `training`, `spectra`, `theory` and `exponents` have one table per experiment,",
        "`results/<build>/<kind>/<experiment>.csv`. Any other kind is one table, `results/<build>/studies/<kind>.csv`",
        "of a study, `results/<build>/tables/<kind>.csv` from `scripts/tables/<kind>.py`.",
        "",
        "Before version 1.0 a new version may rename columns or leave some out; the tables here are those of its own",
        "code. To read tables of several versions, go by the names in a file's first line, not by places. Every build",
        "keeps its tables, and an [archive](howto/archive-a-build.md) of it the code that wrote them.",
        "",
    ]
    for stage in sorted(info.name for info in iter_modules(schemas.__path__) if info.name not in NOT_SCHEMAS):
        schema = schema_of(stage)
        lines += [f"## `{stage}`", "", f"{schema.description}", "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{name}` | {column.dtype} | {column.description} |" for name, column in schema.columns.items()]
        lines.append("")
    return "\n".join(lines)


# placeholders where the configuration has names of the user's choice
EXAMPLES = {"experiments": "excess_risk", "studies": "equivalence", "networks": "quadratic:\n100"}


def settings() -> str:
    """config.yaml as it is delivered: the scale, and every other key explained, ready to be uncommented."""
    lines = [
        f"# yaml-language-server: $schema={SCHEMA}",
        "# The one file to edit. `scale` picks a preset from workflow/presets/; other keys placed here override it.",
        "# On the command line: --config scale=smoke gamma=0.8 'fit={\"margin\": 0.2}'",
        "",
        "# smoke: every figure in minutes; laptop: the paper's message on two cores; paper: the paper's own dimensions",
        "scale: laptop",
        "",
        "# Every other key with its meaning and default; `preset` stands where the preset of the scale sets it.",
    ]
    return "\n".join([*lines, *(f"# {line}".rstrip() for line in _explained(Config, ""))]) + "\n"


def _explained(model: type[BaseModel], indent: str) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        if model is Config and name == "scale":
            continue
        section = _section_of(field)
        lines += ["", f"{indent}# {field.description}"]
        if section is None:
            value = "preset" if field.is_required() else json.dumps(field.default)
            lines.append(f"{indent}{name}: {value}")
        elif name in ("weight_decays", "width"):
            rule = ", ".join(f"{key}: {inner.description}" for key, inner in section.model_fields.items())
            lines.append(f"{indent}{name}: [{{{', '.join(f'{key}: ...' for key in section.model_fields)}}}]  # {rule}")
        else:
            depth = indent
            for key in [name, *EXAMPLES.get(name, "").split()]:
                lines.append(f"{depth}{key.rstrip(':')}:")
                depth += "  "
            lines += [line for line in _explained(section, depth) if line]
    return lines


def schema() -> str:
    """JSON schema of config.yaml: what its model accepts on top of any preset."""
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Config.model_json_schema()}
    # lists replace those of the preset, and sections in them are whole; others need not repeat what the preset says
    in_lists = set(re.findall(r'"items": {"\$ref": "#/\$defs/(\w+)"}', json.dumps(found)))
    for name, section in {"": found, **found["$defs"]}.items():
        if name not in in_lists:
            section.pop("required", None)
    for node in list(_objects(found)):
        # made from the names of keys
        if isinstance(node.get("title"), str):
            del node["title"]
        # null removes an entry of the preset
        for named in [node, *([node["patternProperties"]] if "patternProperties" in node else [])]:
            for key, value in named.items():
                if isinstance(value, dict) and (named is not node or key == "additionalProperties"):
                    named[key] = {"anyOf": [value, {"type": "null"}]}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within a schema."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _objects(inner)


PAGES = {
    "docs/configuration.md": configuration,
    "docs/tables.md": columns,
    "config.yaml": settings,
    SCHEMA: schema,
    "codemeta.json": codemeta,
}


if __name__ == "__main__":
    refuse_another()
    for name, page in PAGES.items():
        Path(name).write_text(page(), encoding="utf-8")
