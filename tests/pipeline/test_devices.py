"""Where quadratic networks are trained: the key ``training.device``."""

import re

import pytest
import torch

from helpers.checkout import ROOT
from scaling_spectra_pipeline import costs, devices
from scaling_spectra_pipeline.checks import reference
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.plan import Plan


@pytest.mark.parametrize(
    ("asked", "here", "gpu", "found"),
    [
        ("cpu", True, True, "cpu"),
        ("cpu", False, False, "cpu"),
        ("auto", True, True, "cuda"),
        ("auto", True, False, "cpu"),
        ("cuda", True, True, "cuda"),
        # the machines of jobs have what this one may lack
        ("cuda", False, False, "cuda"),
        ("cuda", True, False, "'cuda' is not accepted, torch finds no GPU on this machine; must be cpu or auto"),
        ("auto", False, True, "'auto' is not accepted where jobs run on other machines; must be cpu or cuda"),
    ],
)
def test_device_is_chosen_or_refused_in_one_line(monkeypatch, asked, here, gpu, found):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    if found in (devices.CPU, devices.CUDA):
        assert devices.chosen(asked, here=here) == found
    else:
        with pytest.raises(ConfigError, match=f"^{re.escape(f'config: training.device: {found}')}$"):
            devices.chosen(asked, here=here)


def test_jobs_on_a_device_hold_the_samples_of_all_their_replicas():
    cpu, gpu = (Plan(load({"scale": "laptop", "training": {"device": device}}, ROOT)) for device in ("cpu", "cuda"))
    point = ("excess_risk", "quadratic", 100, 50)
    held, many = (plan.training_work(*point, "network", 0) for plan in (cpu, gpu))
    assert many.held == many.replicas > held.held == 1
    samples = 8 * many.samples * many.dim / 1e6
    assert many.variable_megabytes() == pytest.approx(held.variable_megabytes() + (many.replicas - 1) * samples)
    assert costs.seconds(many) == costs.seconds(held)
    for network, method in (("diagonal", "network"), ("quadratic", "convex")):
        assert gpu.training_work("excess_risk", network, 100, 50, method, 0).held == 1


def test_a_device_is_compared_with_the_release_as_another_machine_is():
    """Numbers within tolerances; the settings are no reason to leave it."""
    settings = {"scale": "smoke", "training": {"tolerance": 1e-5}}
    assert not reference._first_difference(settings, settings | {"training": {"tolerance": 1e-5, "device": "cuda"}})
    other = reference._first_difference(settings, settings | {"training": {"tolerance": 1e-4, "device": "cpu"}})
    assert other.startswith("training.tolerance = 1e-05")
