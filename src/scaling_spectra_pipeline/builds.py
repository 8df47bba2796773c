"""Builds: what tells a configuration from the preset of its scale, the name that follows, and what may be built over.

The preset as it is lies in ``results/<scale>``; another configuration in ``results/<scale>-<name>``, by its key
``name`` or, without one, by a hash of what differs. So none writes over another. A build with a name may grow, by
points and replicas, and its points be looked at in another way.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaling_spectra_pipeline.errors import ConfigError

# what a named build was made with, below results/<build>
RECORD = ".jobs/settings.json"
# letters of a hash
SHORT = 6
# keys that may grow: numbers of replicas
GROWING = ("replicas",)
# sections that say how points are looked at: another one loses none
OF_LOOKING = ("fit", "checks", "theory")


def changes(settings: Any, preset: Any) -> dict[str, Any]:
    """What of `settings` is not as in `preset`, by dotted key; None where a mapping of the preset is removed."""
    return dict(_changes(settings, preset, ""))


def _changes(ours: Any, theirs: Any, key: str) -> Iterator[tuple[str, Any]]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in dict.fromkeys([*ours, *theirs]):
            yield from _changes(ours.get(name), theirs.get(name), f"{key}.{name}" if key else str(name))
    elif ours != theirs:
        yield key, ours


def name_of(scale: str, name: str | None, changed: dict[str, Any]) -> str:
    """Name of a build, below ``results`` and ``figures``."""
    if name is None and changed:
        name = hashlib.sha256(json.dumps(changed, sort_keys=True).encode()).hexdigest()[:SHORT]
    return scale if name is None else f"{scale}-{name}"


def described(changed: dict[str, Any]) -> str:
    """What differs from the preset, as ``key = value`` after ``key = value``."""
    # scales are those of the file that is named beside them
    shown = {key: value for key, value in changed.items() if key != "scales"}
    return ", ".join(f"{key} = {_short(value)}" for key, value in shown.items())


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value).replace('"', "")


def check_record(root: Path, name: str | None, settings: dict[str, Any]) -> None:
    """Refuse to build over points of the same `name` that were made with other `settings`, unless they only grow.

    Raises
    ------
    ConfigError
        One line: what it was made with, what is asked for, what to do.
    """
    record = root / RECORD
    if name is None or not record.exists():
        return
    before = json.loads(record.read_text(encoding="utf-8"))
    before = {key: value for key, value in before.items() if key not in OF_LOOKING}
    for key, was, asked in _lost(before, json.loads(json.dumps(settings)), ""):
        raise ConfigError(
            f"config: name: {name} is there with {key} = {_short(was)}, not {_short(asked)}; must be another name "
            f"(or, to build over it, first: rm '{record}')"
        )


def _lost(before: Any, after: Any, key: str) -> Iterator[tuple[str, Any, Any]]:
    """What was there before and is not any more."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, was in before.items():
            yield from _lost(was, after.get(name), f"{key}.{name}" if key else name)
    elif isinstance(before, list) and isinstance(after, list):
        if not all(item in after for item in before):
            yield key, before, after
    elif before != after and not (key.rpartition(".")[2] in GROWING and after is not None and before < after):
        yield key, before, after


def keep_record(root: Path, name: str | None, settings: dict[str, Any]) -> None:
    """Write down what a named build is made with."""
    if name is None:
        return
    record = root / RECORD
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
