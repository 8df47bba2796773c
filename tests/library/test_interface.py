"""Networks offer what the interface says, each in its own way."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

from helpers.checkout import ROOT
from scaling_spectra import networks
from scaling_spectra.networks import interface
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.networks.interface.training import training_of

PARTS = sorted(info.name for info in iter_modules(interface.__path__))
NEEDED = {"problem", "theory", "limits"}
TYPES = {"str": str, "bool": bool, "float": float, "int": int}


def protocol_of(part):
    """Protocol of a part, the return type of the function that finds it."""
    module = import_module(f"{interface.__name__}.{part}")
    return getattr(module, getattr(module, f"{part}_of").__annotations__["return"])


def parameters(function):
    """Parameters by name: how they are given, and whether they may be left out."""
    return {
        name: (parameter.kind, parameter.default is not parameter.empty)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    }


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("network", networks.names())
def test_network_follows_the_protocol(network, part):
    if not networks.supports(network, part):
        assert part not in NEEDED
        return
    found = getattr(import_module(f"{interface.__name__}.{part}"), f"{part}_of")(network)
    assert found.__name__ == f"scaling_spectra.networks.{network}.{part}"
    protocol = protocol_of(part)
    members = {name for name in vars(protocol) if not name.startswith("_")}
    for name in members:
        wanted, own = parameters(getattr(protocol, name)), parameters(getattr(found, name))
        assert {parameter: own[parameter] for parameter in wanted} == wanted, name
        assert list(own)[: len(wanted)] == list(wanted), name
        assert all(optional for parameter, (_, optional) in own.items() if parameter not in wanted), name
    for name, kind in protocol.__annotations__.items():
        assert isinstance(getattr(found, name), TYPES.get(kind, object)), name
    assert members or protocol.__annotations__


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_documented(part):
    """In the reference, and in the steps of a new network."""
    reference = (ROOT / "docs/reference/networks.md").read_text("utf-8")
    guide = (ROOT / "docs/howto/add-a-network.md").read_text("utf-8")
    assert f"::: {interface.__name__}.{part}\n" in reference
    assert f"**`{part}`**" in guide


def test_the_guide_suggests_a_colour_that_is_free():
    (colour,) = re.findall(r"`(#[0-9A-F]{6})`", (ROOT / "docs/howto/add-a-network.md").read_text("utf-8"))
    for path in (ROOT / "src/scaling_spectra/plotting").glob("*.py"):
        assert colour.lower() not in path.read_text("utf-8").lower(), path


def test_every_network_is_in_the_reference():
    reference = (ROOT / "docs/reference/networks.md").read_text("utf-8")
    for network in networks.names():
        assert f"::: scaling_spectra.networks.{network}.problem\n" in reference


def test_names_are_those_of_networks():
    folders = (ROOT / "src/scaling_spectra/networks").glob("*/problem.py")
    assert networks.names() == tuple(sorted({path.parent.name for path in folders} - {"interface"}))
    assert {"diagonal", "quadratic", "signed"} <= {*networks.names()}


def test_parts_may_be_missing():
    assert networks.supports("quadratic", "inputs", "pruning")
    assert not networks.supports("diagonal", "inputs")
    with pytest.raises(ValueError, match="network: 'diagonal' has no module 'inputs'"):
        networks.require("diagonal", "inputs")


@pytest.mark.parametrize("find", [theory_of, training_of])
def test_unknown_networks_are_refused(find):
    with pytest.raises(ValueError, match=f"network: 'x' is not one of {', '.join(networks.names())}"):
        find("x")


def test_the_interface_loads_nothing():
    """Rules import it at every start."""
    imports = "; ".join(f"import scaling_spectra.networks.interface.{part}" for part in PARTS)
    program = f"import sys; {imports}; print({{'numpy', 'scipy', 'torch'}} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
