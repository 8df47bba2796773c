"""One folder per network.

A network is a folder ``networks/<name>/`` with these modules, each found by its name:

``problem``   teacher, measurements, risk, sample complexity (numpy only)
``theory``    state evolution and Bayes-optimal risk
``limits``    constants of the phase diagram
``decomposition``  parts of the risk (Result 3)
``learned``   law of the learned weights (Result 2)
``pruning``   pruning after training (Corollary 2)
``identities``  equations between the numbers of a point, by which tables are checked
``module``    the network itself, from random weights
``training``  ``prepare`` on samples, then train on each lambda: a certified `TrainingRecord`
``solving``   the same records from the equivalent convex problem (no torch)
``lazy``      ridge regression with fixed features: its path on samples, its risk in theory
``inputs``    whether inputs measure the way state evolution has it; if not, risks at finite d

Tables, checks and comparing figures go through all networks there are; a third one needs a look
(marker, colour, line style) in ``plotting.style`` and a place in the presets. A job that evaluates
theory, or trains the diagonal network, never imports torch.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

ROLES = (
    *("problem", "theory", "limits", "decomposition", "learned", "pruning", "identities"),
    *("module", "training", "solving", "lazy", "inputs"),
)


@cache
def names() -> tuple[str, ...]:
    """Names of the networks, in alphabetical order."""
    return tuple(sorted(info.name for info in iter_modules(__path__) if info.ispkg))


def load(network: str, role: str) -> ModuleType:
    """Module that plays `role` for `network`.

    Raises
    ------
    ValueError
        If the network or the role does not exist.
    """
    if network not in names():
        raise ValueError(f"network: {network!r} is not one of {', '.join(names())}")
    if role not in ROLES:
        raise ValueError(f"role: {role!r} is not one of {', '.join(ROLES)}")
    return import_module(f"{__name__}.{network}.{role}")
