"""Which figures and tables a configuration asks for."""

from pkgutil import iter_modules
from runpy import run_path

import pytest

from helpers.checkout import ROOT
from scaling_spectra_pipeline import schemas
from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.document import NOT_SCHEMAS
from scaling_spectra_pipeline.plan import OF_POINTS, Plan, declared
from scaling_spectra_pipeline.stages import stage_of


@pytest.mark.parametrize(
    ("noise_levels", "drawn"),
    [([0.5, 0.0], {"fig3": True, "fig5": True}), ([0.5], {"fig3": True, "fig5": False}), ([0.0], {"fig3": False})],
)
def test_figures_of_absent_noise_levels_are_left_out(noise_levels, drawn):
    overrides = {"scale": "smoke", "experiments": {"excess_risk": {"noise_levels": noise_levels}}}
    plan = Plan(load(overrides, ROOT))
    for name, expected in drawn.items():
        assert plan.can_build(ROOT / f"scripts/figures/{name}.py") is expected


def test_a_script_must_declare_what_it_reads(tmp_path):
    script = tmp_path / "figure.py"
    script.write_text("def main():\n    INPUTS = {}\n")
    with pytest.raises(ValueError, match=r"figure\.py: needs a literal INPUTS"):
        declared(script, "INPUTS")


def test_tables_of_all_experiments_and_optional_ones(tmp_path):
    script = tmp_path / "table.py"
    script.write_text('INPUTS = {"all": "exponents/*", "peak": "training/peak"}\nOPTIONAL = ("peak",)\n')
    plan = Plan(load({"scale": "smoke"}, ROOT))
    assert plan.inputs(script) == {
        "all": [f"results/smoke/exponents/{name}.csv" for name in plan.config.experiments],
        "peak": "results/smoke/training/peak.csv",
    }
    assert plan.read_by(script)[-1] == "results/smoke/training/peak.csv"
    without = Plan(load({"scale": "smoke", "experiments": {"peak": None}}, ROOT))
    assert without.can_build(script)
    assert set(without.inputs(script)) == {"all"}
    any_of_them = tmp_path / "any.py"
    any_of_them.write_text('INPUTS = {"peak": "training/peak"}\nOPTIONAL = True\n')
    assert without.can_build(any_of_them)
    assert without.inputs(any_of_them) == {}
    needs = tmp_path / "needs.py"
    needs.write_text('INPUTS = {"peak": "training/peak"}\n')
    assert plan.can_build(needs)
    assert not without.can_build(needs)


@pytest.mark.parametrize("scale", ["smoke", "laptop", "paper"])
def test_exponents_that_checks_expect_are_those_of_tables(scale):
    """A family may have a parameter gamma and be no power law."""
    plan = Plan(load({"scale": scale}, ROOT))
    expected = plan.settings([])["teacher"]
    ensembles = [ensemble for name in plan.config.points for ensemble in plan.ensembles(name)]
    assert {ensemble.teacher: ensemble.gamma for ensemble in ensembles}.items() <= expected.items()
    assert any("cut" in key and gamma is None for key, gamma in expected.items()) is (scale != "smoke")


def test_a_table_its_script_and_its_schema_share_one_name():
    scripts = [path for kind in ("tables", "studies") for path in sorted(ROOT.glob(f"scripts/{kind}/*.py"))]
    kinds = [path.stem for path in scripts] + [stage for stage in OF_POINTS if stage != "studies"]
    assert sorted(kinds) == sorted({info.name for info in iter_modules(schemas.__path__)} - set(NOT_SCHEMAS))
    plan = Plan(load({"scale": "smoke"}, ROOT))
    for script in scripts:
        of = script.parent.name
        table = plan.tabulated(script) if of == "tables" else f"{plan.root}/studies/{script.stem}.csv"
        assert stage_of(table) == script.stem
        assert table == f"{plan.root}/{of}/{script.stem}.csv"


@pytest.mark.parametrize("scale", ["laptop", "paper"])
def test_representative_jobs_are_of_the_grids(scale):
    """They were listed by hand, and the grids went on without them."""
    plan = Plan(load({"scale": scale}, ROOT))
    for ensemble, n_eff in run_path(str(ROOT / "benchmarks/paper_jobs.py"))["representative"](plan):
        assert ensemble in plan.ensembles("excess_risk")
        assert n_eff in plan.grid("excess_risk", ensemble.network, ensemble.dim).n_eff
