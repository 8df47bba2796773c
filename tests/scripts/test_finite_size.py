"""Exponents at finite d: where they come from, and the check on them."""

import pandas as pd
import pytest

from scaling_spectra.asymptotics import slopes
from scaling_spectra.plotting import finite_size
from scaling_spectra_pipeline.checks.simulation import exponents_come_near
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of


@pytest.fixture(scope="module")
def sizes(smoke) -> pd.DataFrame:
    return read(smoke / "results/smoke/tables/finite_size.csv", schema_of("finite_size"))


def test_slopes_of_some_phases_are_those_among_all():
    every = slopes("diagonal", 0.5, gammas=(0.75,), dims=(400,))
    some = slopes("diagonal", 0.5, gammas=(0.75,), dims=(400,), phases=("II", "optimal"), by_weight_decay=False)
    assert some == [row for row in every if row.phase in ("II", "optimal") and row.variable != "weight_decay"]


def test_curves_end_at_the_exponents_of_the_table_of_exponents(smoke, sizes):
    exponents = read(smoke / "results/smoke/tables/exponent_summary.csv", schema_of("exponent_summary"))
    last = sizes[sizes["dim"] == sizes["dim"].max()]
    both = last.merge(exponents.dropna(subset="large_slope"), on=["network", "noise_var", "phase"])
    assert len(both) > 8
    assert both["slope_x"].tolist() == pytest.approx(both["large_slope"].tolist(), abs=1e-9)


def test_markers_are_the_windows_that_were_fitted(smoke, sizes):
    windows = read(smoke / "results/smoke/exponents/excess_risk.csv", schema_of("exponents"))
    fitted = sizes[sizes["experiment"] == "excess_risk"]
    assert len(fitted) > 1
    of = ["network", "noise_var", "phase", "dim", "slope", "low", "high", "theory"]
    assert len(fitted.merge(windows, on=of)) == len(fitted)
    shown = finite_size.plotted(sizes)
    assert (shown["low"].notna() == (shown["series"] == finite_size.SERIES["networks"])).all()


def test_lines_have_dots_where_they_are_computed():
    """One dimension a decade: a line between them only joins."""
    points = pd.DataFrame({"dim": [100, 1000, 10000], "value": [-0.2, -0.1, 0.0], "depth": [0.5, 1.0, 2.0]})
    of = {"series": finite_size.SERIES["state evolution"], "network": "quadratic", "phase": "II", "predicted": -0.5}
    panel = finite_size.draw(points.assign(**of, low=float("nan"), high=float("nan"))).axes[0]
    joined = [line for line in panel.lines if line.get_linewidth() == finite_size.FAINT]
    assert [(line.get_marker(), *line.get_xdata()) for line in joined] == [("o", 100, 1000, 10000)]


@pytest.mark.parametrize(("last", "passed"), [(-0.05, True), (0.07, True), (-0.4, False)])
def test_exponents_that_go_away_fail(last, passed):
    rows = [{"dim": 100, "depth": 0.5, "distance": 0.0}, {"dim": 10**6, "depth": 2.0, "distance": 0.06}]
    rows.append({"dim": 10**12, "depth": 3.0, "distance": last})
    table = pd.DataFrame(rows).assign(network="quadratic", noise_var=0.5, phase="II")
    found = exponents_come_near("t", table, 0.02)
    assert found.passed == passed
    assert exponents_come_near("t", pd.concat([table, table.assign(network="diagonal", phase="IV")]), 0.02) == found
    if not passed:
        assert "II of the quadratic network at Delta = 0.5, 0.400 after 0.060" in found.detail
