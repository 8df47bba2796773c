"""Committed reference pages are those that the code describes; the schema accepts what the configuration does."""

import json
from functools import cache

import jsonschema
import pytest
import yaml

from helpers.checkout import ROOT
from scaling_spectra import networks
from scaling_spectra_pipeline.document import PAGES, SCHEMA


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name):
    written = (ROOT / name).read_text()
    assert written == PAGES[name](), "run: python -m scaling_spectra_pipeline.document"


@cache
def validator():
    schema = json.loads((ROOT / SCHEMA).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", ["config.yaml", *(f"workflow/presets/{s}.yaml" for s in ("smoke", "laptop", "paper"))])
def test_editors_accept_the_files_of_the_configuration(name):
    # keys of JSON are strings
    validator().validate(json.loads(json.dumps(yaml.safe_load((ROOT / name).read_text()))))


def test_configuration_names_its_schema():
    assert (ROOT / "config.yaml").read_text().startswith(f"# yaml-language-server: $schema={SCHEMA}\n")


@pytest.mark.parametrize(
    "accepted",
    [
        {"experiments": {"excess_risk": {"networks": {"diagonal": {"40": None, "64": {"n_eff": [5], "replicas": 4}}}}}},
        {"experiments": {"excess_risk": None}, "fit": {"margin": 0.2}, "gamma": 4.0},
        {"experiments": {"excess_risk": {"networks": {"quadratic": {"20": {"replicas": 4}}}}}},
    ],
)
def test_editors_accept_what_changes_a_preset(accepted):
    validator().validate(accepted)


@pytest.mark.parametrize(
    ("refused", "path", "says"),
    [
        ({"gama": 0.8}, [], "'gama' was unexpected"),
        ({"gamma": 0.5}, ["gamma"], "0.5 is less than the minimum of 0.55"),
        ({"fit": {"margin": -1}}, ["fit", "margin"], "-1 is less than the minimum of 0"),
        ({"fit": None}, ["fit"], "None is not of type 'object'"),
        (
            {"theory": {"weight_decays": [{"coefficient": 1.0}]}},
            ["theory", "weight_decays", 0],
            "'exponent' is a required property",
        ),
    ],
)
def test_editors_refuse_mistakes(refused, path, says):
    (error,) = validator().iter_errors(refused)
    assert list(error.path) == path
    assert says in error.message


def test_editors_know_the_networks():
    (error,) = validator().iter_errors({"experiments": {"excess_risk": {"networks": {"cubic": {}}}}})
    told = [inner.message for inner in error.context]
    assert any(f"'cubic' is not one of {[*networks.names()]}" in message for message in told), told
