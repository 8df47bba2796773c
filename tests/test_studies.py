"""Scripts of studies, run without Snakemake, against what is known of their numbers."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from scaling_spectra import networks
from scaling_spectra_pipeline import checks
from scaling_spectra_pipeline.tables.columns import read, schema_of

SCRIPTS = Path(__file__).parent.parent / "scripts/studies"
COMMON = {
    "gamma": 0.75,
    "noise_var": 0.5,
    "root_seed": 3,
    "width": 1.0,
    "tolerance": 1e-5,
    "options": {"max_evaluations": 20_000, "init_scale": 0.1},
}
RULES = [(1.0, -1.0), (1.0, 0.5)]


@pytest.fixture
def study(tmp_path):
    """Run a script and read back what it wrote."""

    def examine(name, **arguments):
        output = tmp_path / f"{name}.csv"
        runpy.run_path(str(SCRIPTS / f"{name}.py"))["main"](str(output), **COMMON, **arguments)
        return read(output, schema_of(name))

    return examine


@pytest.mark.parametrize("network", networks.names())
def test_network_and_convex_equivalent_agree_within_their_certificates(study, network):
    n_eff = 30.0 if network == "diagonal" else 8.0
    table = study("equivalence", network=network, dim=16, n_eff=n_eff, weight_decays=RULES, replicas=2)
    assert len(table) == 4
    assert checks.objectives_agree("t", table).passed
    assert (table["converged_network"] & table["converged_convex"]).all()
    np.testing.assert_allclose(table["risk_network"], table["risk_convex"], rtol=1e-2)
    np.testing.assert_array_less(table["spectrum_distance"], 1e-2)
    # one objective off by more than both gaps is noticed
    table.loc[1, "objective_difference"] = 1.01 * table.loc[1, "bound"] + 1e-11
    assert not checks.objectives_agree("t", table).passed
