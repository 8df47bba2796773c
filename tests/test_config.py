"""Configuration: what is refused, with which words, and that no key is idle."""

import ast
from pathlib import Path

import pytest
import yaml

from scaling_spectra_pipeline import config
from scaling_spectra_pipeline.config import Config, ConfigError, Section, load

ROOT = Path(__file__).parent.parent


def grid(**fields):
    return {"experiments": {"excess_risk": {"networks": {"diagonal": {40: fields}}}}}


BAD = {
    "scale": ({"scale": "big"}, "config: scale: 'big' is not one of smoke, laptop, paper"),
    "scale type": ({"scale": 3}, "config: scale: 3 is not one of smoke, laptop, paper"),
    "unknown key": ({"gama": 1}, "config: gama: unknown key; did you mean gamma? accepted: "),
    "unknown nested key": ({"fit": {"marign": 1}}, "config: fit.marign: unknown key; did you mean margin? "),
    "gamma": ({"gamma": 0.5}, "config: gamma: 0.5 is not accepted; must be greater than 0.5"),
    "gamma type": ({"gamma": "high"}, "config: gamma: 'high' is not accepted; must be a valid number"),
    "gamma nan": ({"gamma": float("nan")}, "config: gamma: nan is not accepted; must be a finite number"),
    "width": ({"width": 0.5}, "config: width: 0.5 is not accepted; must be greater than or equal to 1"),
    "part of a unit": (
        {"width": 1.01},
        "config: width: 1.01 times d = 20 is not a whole number of hidden units",
    ),
    "seed": ({"seed": -1}, "config: seed: -1 is not accepted; must be greater than or equal to 0"),
    "bool for int": ({"seed": True}, "config: seed: True is not accepted; must be a valid integer"),
    "empty grid": (grid(n_eff=[]), "networks.diagonal.40.n_eff: [] is not accepted; must not be empty"),
    "unsorted grid": (grid(n_eff=[3, 2]), "n_eff: [3, 2] is not accepted; must be strictly increasing"),
    "zero n_eff": (grid(n_eff=[0]), "40.n_eff.0: 0 is not accepted; must be greater than 0"),
    "replicas": (grid(replicas=0), "40.replicas: 0 is not accepted; must be greater than 0"),
    "network": (
        {"experiments": {"excess_risk": {"networks": {"cubic": {}}}}},
        "networks.cubic: 'cubic' is not accepted; must be one of diagonal, quadratic",
    ),
    "noise": (
        {"experiments": {"excess_risk": {"noise_levels": [-1]}}},
        "noise_levels.0: -1 is not accepted; must be greater than or equal to 0",
    ),
    "same noise twice": (
        {"experiments": {"excess_risk": {"noise_levels": [0.5, 0.5]}}},
        "noise_levels: [0.5, 0.5] is not accepted; must not hold duplicates",
    ),
    "tolerance": (
        {"training": {"tolerance": 0}},
        "training.tolerance: 0 is not accepted; must be greater than 0",
    ),
    "network of a study": (
        {"studies": {"gaussian_design": {"networks": {"diagonal": {20: {"n_eff": [5], "replicas": 2}}}}}},
        "config: studies.gaussian_design.networks: 'diagonal' is not accepted; must be quadratic",
    ),
    "replicas of a study": (
        {"studies": {"gaussian_design": {"networks": {"quadratic": {20: {"n_eff": [5], "replicas": 1}}}}}},
        "config: studies.gaussian_design.networks.quadratic.20.replicas: 1 is not accepted; must be at least 2",
    ),
    "section type": ({"training": 3}, "config: training: 3 is not accepted; must be "),
}


@pytest.mark.parametrize(("overrides", "message"), BAD.values(), ids=BAD.keys())
def test_bad_configuration_is_refused_in_one_line(overrides, message):
    with pytest.raises(ConfigError) as error:
        load({"scale": "smoke", **overrides}, ROOT)
    lines = str(error.value).splitlines()
    assert any(message in line for line in lines)
    assert all(line.startswith("config: ") for line in lines)


@pytest.mark.parametrize("scale", config.SCALES)
def test_presets_are_valid(scale):
    assert load({"scale": scale}, ROOT).scale == scale


@pytest.mark.parametrize("scale", config.SCALES)
def test_presets_repeat_no_default(scale):
    """The model is the only source of defaults: a preset may only say what differs."""
    preset = yaml.safe_load((ROOT / f"workflow/presets/{scale}.yaml").read_text())
    loaded = load({"scale": scale}, ROOT)
    for name, field in Config.model_fields.items():
        if name in preset and not field.is_required():
            assert getattr(loaded, name) != field.default


def test_overlay_keeps_what_it_does_not_name():
    loaded = load({"scale": "smoke", "fit": {"margin": 0.3}}, ROOT)
    assert loaded.fit.margin == 0.3
    assert loaded.fit.confidence == Config.model_fields["fit"].default.confidence


def test_nested_values_of_the_command_line_are_numbers():
    """Snakemake hands ``--config 'fit={"margin": 0.2}'`` over as strings."""
    experiments = {"excess_risk": {"networks": {"diagonal": {"40": {"n_eff": ["3", "4.5"], "replicas": "2"}}}}}
    loaded = load({"scale": "smoke", "fit": {"margin": "0.2"}, "experiments": experiments}, ROOT)
    assert loaded.fit.margin == 0.2
    assert loaded.experiments["excess_risk"].networks["diagonal"][40].n_eff == [3, 4.5]


def _sections(model=Config):
    yield model
    for field in model.model_fields.values():
        inner = config.innermost_model(field.annotation)
        if inner is not None:
            yield from _sections(inner)


def test_every_key_is_described():
    for section in _sections():
        for name, field in section.model_fields.items():
            assert field.description, f"{section.__name__}.{name}"


def test_every_key_is_used():
    """Each key is read as an attribute, or its section is passed on whole to a script that takes it by name."""
    patterns = ("workflow/rules/*.smk", "src/scaling_spectra_pipeline/plan.py", "scripts/tables/*.py")
    sources = [path for pattern in patterns for path in ROOT.glob(pattern)]
    text = "\n".join(path.read_text() for path in sources)
    arguments = set()
    for script in ROOT.glob("scripts/**/*.py"):
        for node in ast.walk(ast.parse(script.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == "main":
                arguments |= {argument.arg for argument in node.args.args}
    for section in _sections():
        for name in section.model_fields:
            passed_whole = f"{section.__name__.lower()}.model_dump()" in text and name in arguments
            assert f".{name}" in text or passed_whole, f"{section.__name__}.{name} is read nowhere"


def test_sections_refuse_unknown_keys_at_every_level():
    for section in _sections():
        assert issubclass(section, Section)
        assert section.model_config["extra"] == "forbid"
        assert section.model_config["strict"]
