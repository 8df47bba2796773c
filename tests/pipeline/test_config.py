"""Configuration: how its parts are put together, and that no key is idle."""

import ast

import pytest
import yaml

from helpers.checkout import ROOT
from scaling_spectra_pipeline import config, mistakes
from scaling_spectra_pipeline.config import Config, load
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.sections import Section


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


def test_null_drops_a_mapping_of_the_preset_and_nothing_else():
    networks = {"diagonal": {"40": "null", "64": {"n_eff": [3], "replicas": 2}}}
    loaded = load({"scale": "smoke", "experiments": {"excess_risk": {"networks": networks}, "spectra": None}}, ROOT)
    assert list(loaded.experiments["excess_risk"].networks["diagonal"]) == [64]
    assert list(loaded.experiments["excess_risk"].networks["quadratic"]) == [20]
    assert "spectra" not in loaded.experiments
    assert loaded.experiments["excess_risk"].gammas is None


def _sections(model=Config):
    yield model
    for field in model.model_fields.values():
        inner = mistakes.innermost_model(field.annotation)
        if inner is not None:
            yield from _sections(inner)


def test_every_key_is_described():
    for section in _sections():
        for name, field in section.model_fields.items():
            assert field.description, f"{section.__name__}.{name}"


def test_every_key_is_used():
    """Each key is read as an attribute, or its section is passed on whole to a script that takes it by name."""
    patterns = (
        "workflow/rules/*.smk",
        "src/scaling_spectra_pipeline/plan.py",
        "src/scaling_spectra_pipeline/grids.py",
        "scripts/tables/*.py",
    )
    patterns += ("src/scaling_spectra_pipeline/checks/*.py",)
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


def test_a_network_that_no_figure_could_draw_is_refused(monkeypatch, tmp_path):
    """Before the build, with the file to edit."""
    looks = tmp_path / "looks.py"
    names = ("MARKERS", '{"diagonal": "o"}'), ("COLOURS", "{}"), ("LINESTYLES", '{"diagonal": "-", "quadratic": "--"}')
    looks.write_text("".join(f"{name} = {literal}\n" for name, literal in names))
    monkeypatch.setattr(config, "LOOKS", looks)
    with pytest.raises(ConfigError) as refused:
        load({"scale": "smoke"}, ROOT)
    assert str(refused.value) == f"config: network diagonal has no look: add it to COLOURS in {looks}"
