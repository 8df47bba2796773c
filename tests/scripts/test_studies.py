"""Scripts of studies, run without Snakemake, against what is known of their numbers."""

import runpy

import numpy as np
import pytest

from helpers.checkout import ROOT
from helpers.drawn import draw, ensemble
from scaling_spectra import networks
from scaling_spectra.measurement_ensembles import averages
from scaling_spectra_pipeline.checks import identities
from scaling_spectra_pipeline.checks.gaussian_design import gaussian_design_is_explained
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

SCRIPTS = ROOT / "scripts/studies"
COMMON = {
    "root_seed": 3,
    "width": 1.0,
    "tolerance": 1e-5,
}
OPTIONS = {"max_evaluations": 20_000, "init_scale": 0.1}
RULES = [(1.0, -1.0), (1.0, 0.5)]


@pytest.fixture
def study(tmp_path):
    """Run a script and read back what it wrote."""

    def examine(name, network, dim, replicas, **arguments):
        output = tmp_path / f"{name}.csv"
        data = draw(tmp_path / f"{name}.npz", network, dim, replicas, COMMON["root_seed"])
        main = runpy.run_path(str(SCRIPTS / f"{name}.py"))["main"]
        main([data], str(output), ensemble(network, dim), replicas=replicas, **COMMON, **arguments)
        return read(output, schema_of(name))

    return examine


@pytest.mark.parametrize("network", networks.names())
def test_network_and_convex_equivalent_agree_within_their_certificates(study, network):
    n_eff = 30.0 if network == "diagonal" else 8.0
    arguments = {"network": network, "dim": 16, "n_eff": n_eff, "weight_decays": RULES, "replicas": 2}
    table = study("equivalence", **arguments, options=OPTIONS)
    assert len(table) == 4
    assert identities.objectives_agree("t", table).passed
    assert (table["converged_network"] & table["converged_convex"]).all()
    np.testing.assert_allclose(table["risk_network"], table["risk_convex"], rtol=1e-2)
    np.testing.assert_array_less(table["spectrum_distance"], 1e-2)
    # one objective off by more than both gaps is noticed
    table.loc[1, "objective_difference"] = 1.01 * table.loc[1, "bound"] + 1e-11
    assert not identities.objectives_agree("t", table).passed


def test_gaussian_design_is_judged_with_errors_that_find_a_bias(study):
    arguments = {"network": "quadratic", "dim": 10, "n_eff": 12.0, "weight_decays": RULES[1:], "replicas": 8}
    table = study("gaussian_design", **arguments)
    assert table.groupby("model").size().to_dict() == {
        "inputs": 8,
        "gaussian": 8,
        "effective": 32,
        "self-consistent": 32,
        "real inputs": 32,
    }
    solved = table["model"].isin(["inputs", "gaussian"])
    assert (table.loc[solved, "relative_gap"] <= COMMON["tolerance"]).all()
    assert table.loc[~solved, "relative_gap"].isna().all()
    parts = table[["systematic", "diagonal_noise", "rows", "rest"]].sum(axis=1)
    np.testing.assert_allclose(parts, table["risk"], rtol=1e-9)
    # what self-consistency means: 2 alpha delta^2 = M + Delta/2
    drawn = table[table["model"] == "self-consistent"]
    squared = (drawn["risk"].mean() + 0.5) / (4 * 120 / 10**2)
    assert drawn["delta"].iloc[0] ** 2 == pytest.approx(squared, rel=1e-3)
    assert all(finding.passed for finding in gaussian_design_is_explained("t", table))


def test_points_with_a_minimiser_that_is_not_unique_are_not_compared(study):
    arguments = {"network": "quadratic", "dim": 8, "n_eff": 20.0, "weight_decays": [(1.0, 0.0), (3.0, 0.0)]}
    table = study("gaussian_design", replicas=3, **arguments)
    assert len(averages(table)) == 10
    table.loc[(table["weight_decay"] == 1) & (table["model"] == "inputs") & (table["replica"] == 2), "unique"] = False
    known = averages(table).dropna(subset="excess")
    assert (known["weight_decay"] == 3).all()
    assert len(known) == 5
