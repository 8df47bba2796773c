"""Which figures and tables a configuration asks for."""

from pathlib import Path

import pytest

from scaling_spectra_pipeline.config import load
from scaling_spectra_pipeline.plan import Plan, declared

ROOT = Path(__file__).parent.parent


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
