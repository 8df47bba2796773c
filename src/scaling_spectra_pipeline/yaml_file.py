"""YAML files of the configuration, read with messages that name line and column."""

from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from scaling_spectra_pipeline.errors import ConfigError


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no YAML, holds something else, or a key twice in one mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"config: {path}: cannot be read ({error.strerror}); must be a YAML file") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"config: {path}: byte {error.start} is not UTF-8; must be a YAML file") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        # of a key that stands twice in a mapping, which YAML forbids, the first value would be lost
        _refuse_duplicates(root, path)
        content = None if root is None else SafeConstructor().construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        assert mark is not None
        reason = ", ".join(filter(None, (error.context, error.problem)))
        raise ConfigError(f"config: {path}: {_place(mark)}: {reason}; must be YAML") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"config: {path}: {' '.join(str(error).split())}; must be YAML") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"config: {path}: {content!r:.60} is not accepted; must be a mapping of keys to values")
    return content


def check_files(paths: list[str]) -> None:
    """Refuse configuration files that Snakemake would refuse without saying where, or take without a word.

    Raises
    ------
    ConfigError
        As `read_yaml`; also if a file asks for Python expressions in it to be run.
    """
    for path in paths:
        if "__use_yte__" in read_yaml(Path(path)):
            raise ConfigError(f"config: {path}: __use_yte__: must not be set; expressions in settings are not run")


def _place(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _refuse_duplicates(node: yaml.Node | None, path: Path) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item, path)
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        name = (key.tag, str(key.value))
        if name in seen:
            raise ConfigError(f"config: {path}: {_place(key.start_mark)}: {key.value} is there twice; must be once")
        seen.add(name)
        _refuse_duplicates(value, path)
