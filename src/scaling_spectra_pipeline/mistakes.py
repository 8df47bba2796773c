"""Mistakes in a configuration, each in one line: key, value, what is accepted."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel


def lines(mistakes: list[Any], preset: dict[str, Any], model: type[BaseModel]) -> Iterator[str]:
    """One line per mistake; what a name lacks because it is misspelt, in one."""
    told: set[tuple[Any, ...]] = set()
    for mistake in mistakes:
        place = mistake["loc"][:2]
        known = preset.get(place[0], {}) if mistake["type"] == "missing" and len(mistake["loc"]) == 3 else None
        if known is not None and place[0] in ("experiments", "studies") and place[1] not in known:
            if place not in told:
                lacking = [m["loc"][2] for m in mistakes if m["loc"][:2] == place and m["type"] == "missing"]
                yield (
                    f"config: {place[0]}.{place[1]}: is not in the preset, must give {', '.join(lacking)}"
                    f"{meant(place[1], known)}"
                )
            told.add(place)
        # a value below a name that is not accepted says nothing more
        elif (*mistake["loc"], "[key]") not in {other["loc"] for other in mistakes}:
            yield _one_line(mistake, model)


def _one_line(mistake: Any, model: type[BaseModel]) -> str:
    key = ".".join(str(part) for part in mistake["loc"] if part != "[key]")
    message = mistake["msg"].removeprefix("Value error, ")
    if mistake["type"] == "extra_forbidden":
        return f"config: {key}: unknown key; {_accepted_keys(mistake['loc'], model)}"
    if mistake["type"] == "missing":
        return f"config: {key}: missing; it is required"
    if not mistake["loc"]:
        return f"config: {message}"
    if mistake["type"] == "invalid_key":
        return f"config: {key}: unknown key; accepted: {', '.join(model.model_fields)}"
    if mistake["type"] in ("model_type", "dict_type"):
        return f"config: {key}: {mistake['input']!r} is not accepted; must be a mapping of keys to values"
    if mistake["type"] == "string_pattern_mismatch":
        return (
            f"config: {key}: {mistake['input']!r} is not accepted; must be small letters, digits and _, a letter first"
        )
    if mistake["type"] == "too_short":
        return f"config: {key}: {mistake['input']!r} is not accepted; must not be empty"
    message = message.removeprefix("Input should be ").removeprefix("must be ").removeprefix("must ")
    return f"config: {key}: {mistake['input']!r} is not accepted; must {_verb(message)}"


def _verb(message: str) -> str:
    return message if message.startswith(("be ", "not ")) else f"be {message}"


def _accepted_keys(loc: tuple[Any, ...], section: type[BaseModel]) -> str:
    """Keys accepted where `loc` ends, from a section on, with the closest to the unknown one."""
    for part in loc[:-1]:
        if part in section.model_fields:
            section = innermost_model(section.model_fields[part].annotation) or section
    accepted = list(section.model_fields)
    close = get_close_matches(str(loc[-1]), accepted, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}accepted: {', '.join(accepted)}"


def meant(word: Any, accepted: Iterable[str]) -> str:
    """The accepted word that is closest to one that is not, as a question."""
    close = get_close_matches(str(word), list(accepted), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def innermost_model(annotation: Any) -> type[BaseModel] | None:
    """The section inside an annotation such as dict[str, dict[int, Grid]]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (innermost_model(argument) for argument in reversed(get_args(annotation)))
    return next((model for model in found if model), None)
