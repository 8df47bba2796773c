"""Builds at other exponents of the teacher: every table, figure and check, from the heaviest tail to the lightest."""

import shutil

import pytest

from helpers.checkout import ROOT, snakemake


@pytest.mark.soak
@pytest.mark.parametrize("gamma", [0.55, 0.6, 1.0, 1.25, 2.0, 4.0])
def test_build_at_another_exponent_passes_its_checks(tmp_path, gamma):
    shutil.copy(ROOT / "config.yaml", tmp_path)
    result = snakemake(tmp_path, "--cores", "2", "--config", "scale=smoke", "name=other", f"gamma={gamma}")
    assert result.returncode == 0, result.stderr[-5000:]
    assert (tmp_path / "results/smoke-other/checks.passed").exists()
