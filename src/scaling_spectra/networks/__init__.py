"""Networks, each a folder of its own, found by its name.

What they offer, part by part, stands in `scaling_spectra.networks.interface`. Every network has ``problem``, ``theory``
and ``limits``; whether it has another part, `supports` says.

Tables, checks and comparing figures go through all networks there are; a third one needs a look
(marker, colour, line style) in ``plotting.looks`` and a place in the presets. A job that evaluates
theory, or trains the diagonal network, never imports torch.
"""

from functools import cache
from pkgutil import iter_modules

INTERFACE = "interface"


@cache
def names() -> tuple[str, ...]:
    """Names of the networks, in alphabetical order."""
    return tuple(sorted(info.name for info in iter_modules(__path__) if info.ispkg and info.name != INTERFACE))


@cache
def parts(network: str) -> frozenset[str]:
    """Modules of a network's folder."""
    return frozenset(info.name for info in iter_modules([f"{folder}/{network}" for folder in __path__]))


def supports(network: str, *wanted: str) -> bool:
    """Whether a network has the parts asked for."""
    return parts(network).issuperset(wanted)


def require(network: str, part: str) -> None:
    """Refuse a network that does not exist, or lacks a part.

    Raises
    ------
    ValueError
        One line that says what there is.
    """
    if network not in names():
        raise ValueError(f"network: {network!r} is not one of {', '.join(names())}")
    if not supports(network, part):
        raise ValueError(f"network: {network!r} has no module {part!r}")
