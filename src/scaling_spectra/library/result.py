"""What results have in common."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """A frozen dataclass of words, numbers and arrays."""

    def to_dict(self) -> dict[str, Any]:
        """Its fields as plain words, numbers and lists, ready for JSON; what is not finite is None."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def shaped(values: ArrayLike, shape: tuple[int, ...]) -> Any:
    """Values as an array of the shape; the value itself where there is one point."""
    found = np.asarray(values).reshape(shape)
    return found if shape else found.item()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
