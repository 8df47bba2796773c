"""Settings on top of settings: what config.yaml and the command line change of a preset."""

from contextlib import suppress
from typing import Any


def typed(value: Any) -> Any:
    """Numbers for strings inside mappings and lists: Snakemake passes nested command-line values as strings."""
    if isinstance(value, dict):
        found: dict[Any, Any] = {}
        for key, item in value.items():
            # the number 20 of a file and the string "20" of the command line name the same dimension
            found = overlay(found, {_scalar(key): _scalar(item)})
        return found
    if isinstance(value, list):
        return [_scalar(item) for item in value]
    return value


def _scalar(value: Any) -> Any:
    if not isinstance(value, str):
        return typed(value)
    for number in (int, float):
        with suppress(ValueError):
            return number(value)
    return {"true": True, "false": False, "null": None}.get(value.lower(), value)


def overlay(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """`top` on `base`, key by key; null removes a mapping, anything but a mapping replaces what it covers."""
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        if isinstance(old, dict) and value is None:
            del merged[key]
            continue
        merged[key] = overlay(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
