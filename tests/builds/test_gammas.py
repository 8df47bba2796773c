"""Builds at other exponents of the teacher: every table, figure and check, from the heaviest tail to the lightest.

Phases meet at other places, where last digits must decide nothing.
"""

import shutil

import pytest

from helpers.altered import altered_tables
from helpers.checkout import ROOT, snakemake


@pytest.mark.soak
@pytest.mark.parametrize("gamma", [0.55, 0.6, 1.0, 1.25, 2.0, 4.0])
def test_build_at_another_exponent_passes_its_checks(tmp_path, gamma):
    shutil.copy(ROOT / "config.yaml", tmp_path)
    settings = {"scale": "smoke", "name": "other", "gamma": gamma}
    words = (f"{key}={value}" for key, value in settings.items())
    result = snakemake(tmp_path, "--cores", "2", "--config", *words)
    assert result.returncode == 0, result.stderr[-5000:]
    assert (tmp_path / "results/smoke-other/checks.passed").exists()
    altered = altered_tables(tmp_path, tmp_path / "altered", 1, **settings)
    different = {name: found for name, found in altered if found}
    assert not different
