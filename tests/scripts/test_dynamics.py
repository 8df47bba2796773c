"""Studies, tables, summaries and checks of training in time, against what is known of their numbers."""

import runpy

import numpy as np
import pandas as pd
import pytest

from helpers.drawn import COLUMNS, POWER_LAW, ROOT, draw, ensemble
from scaling_spectra.plotting import lazy_to_rich
from scaling_spectra_pipeline.checks import dynamics as checks
from scaling_spectra_pipeline.schemas.columns import read, write
from scaling_spectra_pipeline.schemas.lookup import schema_of
from scaling_spectra_pipeline.summaries import dynamics as summaries

COMMON = {"root_seed": 3, "width": 1.0, "tolerance": 1e-5}
N_EFF = {"diagonal": 30.0, "quadratic": 12.0}
DIMS = {"diagonal": 24, "quadratic": 8}


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """The study ``gradient_descent`` of both networks, as collected, with the paths of table and teachers."""
    folder = tmp_path_factory.mktemp("dynamics")
    main = runpy.run_path(str(ROOT / "scripts/studies/gradient_descent.py"))["main"]
    parts, drawn = [], []
    for network in DIMS:
        dim = DIMS[network]
        drawn.append(draw(folder / f"{network}.npz", network, dim, 2, 3))
        output = str(folder / f"{network}.csv")
        main(drawn[-1:], output, ensemble(network, dim), POWER_LAW, N_EFF[network], 2, **COMMON)
        parts.append(read(output, schema_of("gradient_descent")))
    path = str(folder / "studies/gradient_descent.csv")
    (folder / "studies").mkdir()
    write(pd.concat(parts, ignore_index=True), path, schema_of("gradient_descent"))
    return read(path, schema_of("gradient_descent")), path, drawn


def run(name, folder, **arguments):
    """A table of a script in scripts/tables."""
    script = runpy.run_path(str(ROOT / f"scripts/tables/{name}.py"))
    output = folder / f"{name}.csv"
    script["main"](str(output), **arguments)
    return read(output, schema_of(name))


def test_descent_is_judged(courses):
    study = courses[0]
    assert (study["status"] == "solved").all()
    assert study.groupby(["network", "replica", "decay_factor"]).size().eq(40).all()
    assert checks.limits_are_certified("t", study, 1e-5).passed
    assert all(finding.passed for finding in checks.descent_descends("t", study))
    # from tiny weights nothing is known: the risk is that of learning nothing
    first = study[study["scaled_time"] == study["scaled_time"].min()]
    np.testing.assert_allclose(first["norm"] / study["norm"].max(), 0, atol=1e-2)
    worse = study.assign(limit_gap=study["limit_gap"] * 1e3)
    assert "above 1e-05" in checks.limits_are_certified("t", worse, 1e-5).detail
    assert not checks.limits_are_certified("t", worse, 1e-12).passed
    rising = study.assign(train_loss=study["train_loss"].where(study.index != 7, 9.0))
    falls, flow = checks.descent_descends("t", rising)
    assert not falls.passed
    assert "1 of " in falls.detail
    assert flow.passed


def test_each_way_to_stop_is_the_best_of_its_candidates(courses, tmp_path):
    study, path, _ = courses
    table = run("early_stopping", tmp_path, inputs={"study": path})
    for network, rows in table.groupby("network"):
        known, of = rows.set_index("way"), study[study["network"] == network]
        means = of.groupby(["decay_factor", "scaled_time"])["risk"].mean()
        limits = of[of["decay_factor"] > 0].groupby("decay_factor")["limit_risk"].mean()
        assert known.loc["early stopping", "risk"] == pytest.approx(means[0].min())
        assert known.loc["weight decay", "risk"] == pytest.approx(limits.min())
        assert known.loc["both", "risk"] == pytest.approx(min(means.min(), limits.min()))
        assert known.loc["neither, at the last time", "risk"] == pytest.approx(means[0].iloc[-1])
        early, decay = known.loc["early stopping"], known.loc["weight decay"]
        assert early["excess"] == pytest.approx(early["risk"] / decay["risk"] - 1)
        assert pd.isna(decay["scaled_time"])
        assert decay["excess_error"] == 0
    assert checks.both_are_best("t", table).passed
    spoilt = table.assign(risk=table["risk"].where(table["way"] != "both", 9.0))
    assert checks.both_are_best("t", spoilt).detail == "2 of 2 worse than one of them"
    rows = pd.DataFrame(summaries.early_stopping(table))
    ratio = rows[rows["quantity"] == "least risk of the driven flow over that of descent"]
    driven = table.pivot_table(index="network", columns="way", values="risk")
    np.testing.assert_allclose(
        ratio.set_index("network")["value"], driven["early stopping of the driven flow"] / driven["early stopping"]
    )


def test_features_appear_when_predicted(courses, tmp_path):
    study, path, drawn = courses
    inputs = {"study": path, "data": drawn}
    table = run("spectral_dynamics", tmp_path, inputs=inputs, root_seed=3, width=1.0, teachers={"gamma0.75": POWER_LAW})
    rows = pd.DataFrame(summaries.spectral_dynamics(study, table))
    halves = rows[rows["quantity"].str.startswith("time at which")].set_index(["network", "statistic"])["value"]
    assert halves["quadratic", "smallest"] == pytest.approx(1, abs=0.1)
    assert halves["quadratic", "largest"] == pytest.approx(1, abs=0.15)
    # lines end at the teacher
    last = table[table["scaled_time"] == table["scaled_time"].max()]
    strong = last[(last["feature"] == 1)]
    np.testing.assert_allclose(strong["value"], strong["teacher_value"], rtol=1e-3)
    # the study's own flow, at the same times
    of = study[(study["replica"] == 0) & (study["decay_factor"] == 0) & (study["network"] == "quadratic")]
    line = table[(table["feature"] == 2) & (table["network"] == "quadratic")]
    between = np.interp(of["scaled_time"], line["scaled_time"], line["value"])
    np.testing.assert_allclose(between, of["flow_2"], atol=0.02 * line["value"].max())


def test_norms_tell_the_risk_as_far_as_curves_coincide():
    norm = np.linspace(0.1, 10, 40)
    course = pd.DataFrame({"network": "diagonal", **COLUMNS, "dim": 10, "replica": 0, "scaled_time": norm})
    course = course.assign(status="solved", decay_factor=0.0, flow_norm=norm, flow_risk=np.exp(-norm))
    master = course.assign(n_eff=100.0, norm=norm, risk=np.exp(-norm))
    leaving = course.assign(n_eff=10.0, norm=norm, risk=np.exp(-np.minimum(norm, 4.0)))
    rows = pd.DataFrame(summaries.norm_path(pd.concat([master, leaving])))
    shares = rows[rows["quantity"].str.startswith("norm up to")].set_index("n_eff")["value"]
    assert shares[100.0] == pytest.approx(1)
    assert shares[10.0] == pytest.approx(0.4, abs=0.03)


def test_rates_are_judged(tmp_path):
    table = run("time_risk", tmp_path)
    rates, falls = checks.flow_has_its_rates("t", table)
    assert rates.passed
    assert falls.passed
    assert "0 of 12 farther than 0.03" in rates.detail
    steeper = table.assign(risk=table["risk"] * table["scaled_compute"] ** -0.1)
    assert not checks.flow_has_its_rates("t", steeper)[0].passed
    assert not checks.flow_has_its_rates("t", table.assign(risk=table["risk"][::-1].to_numpy()))[1].passed


def test_lazy_to_rich_is_judged(tmp_path):
    drawn = draw(tmp_path / "d.npz", "diagonal", 40, 4, 3)
    main = runpy.run_path(str(ROOT / "scripts/studies/lazy_to_rich.py"))["main"]
    output = str(tmp_path / "lazy_to_rich.csv")
    main([drawn], output, ensemble("diagonal", 40), 16.0, 4, **COMMON)
    table = read(output, schema_of("lazy_to_rich"))
    assert [finding.passed for finding in checks.lazy_to_rich_follows_theory("t", table, 1e-3)] == [True, True]
    # largest scale: the ridge; its state evolution is that limit
    lazy = table[table["initial_scale"] == 300]
    np.testing.assert_allclose(lazy["risk_theory"], lazy["ridge_theory"], rtol=1e-3)
    stuck = table.assign(converged=table["initial_scale"] > 0.1)
    assert checks.lazy_to_rich_follows_theory("t", stuck, 1e-3)[0].detail == "24 of 32 networks interpolate"
    biased = table.assign(risk=1.2 * table["risk_theory"] + 1e-3 * table["replica"])
    assert not checks.lazy_to_rich_follows_theory("t", biased, 1e-3)[1].passed
    main_of_curves = runpy.run_path(str(ROOT / "scripts/tables/lazy_to_rich_curves.py"))["main"]
    main_of_curves(str(tmp_path / "curves.csv"), {"study": output, "data": [drawn]})
    curve = read(tmp_path / "curves.csv", schema_of("lazy_to_rich_curves")).set_index("initial_scale")["risk"]
    mean = table.groupby("initial_scale")["risk_theory"].mean()
    found = np.interp(np.log(mean.index), np.log(curve.index[::-1]), curve[::-1])
    np.testing.assert_allclose(found, mean, rtol=5e-3)
    # replicas of one n_eff are not solved, its curve is
    curves = read(tmp_path / "curves.csv", schema_of("lazy_to_rich_curves"))
    more = pd.concat([table, table.assign(n_eff=20.0, status="not solved")], ignore_index=True)
    points = lazy_to_rich.plotted(more, pd.concat([curves, curves.assign(n_eff=20.0)], ignore_index=True))
    assert set(points.loc[points["n_eff"] == 20, "series"]) == {lazy_to_rich.THEORY}
    panel = lazy_to_rich.draw(points).axes[0]
    # two curves; markers and two limits of one n_eff
    assert (len(panel.lines), len(panel.containers)) == (2 + 1 + 2, 1)
    with pytest.raises(ValueError, match=r"n_eff: 30 is not accepted for d = 40; must be at most 0\.6 d"):
        main([drawn], output, ensemble("diagonal", 40), 30.0, 4, **COMMON)


def test_a_study_that_cannot_be_solved_says_so(monkeypatch, tmp_path):
    drawn = draw(tmp_path / "d.npz", "diagonal", 10, 2, 3)
    script = runpy.run_path(str(ROOT / "scripts/studies/gradient_descent.py"))

    def lost(*_):
        raise ArithmeticError("lost")

    monkeypatch.setitem(script["main"].__globals__, "courses", lost)
    output = tmp_path / "out.csv"
    script["main"]([drawn], str(output), ensemble("diagonal", 10), POWER_LAW, 20.0, 2, **COMMON)
    table = read(output, schema_of("gradient_descent"))
    assert set(table["status"]) == {"ArithmeticError: lost"}
    assert len(table) == 2 * 5 * 40
    assert table["risk"].isna().all()
