"""Scripts that tabulate theory, run without Snakemake, against what is known of their numbers."""

import runpy

import numpy as np
import pandas as pd
import pytest

from helpers.checkout import ROOT
from helpers.drawn import COLUMNS, POWER_LAW, draw
from scaling_spectra.phase_diagram import PhaseDiagram
from scaling_spectra.plotting import interpolation_peak
from scaling_spectra_pipeline.plan import declared
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of

SCRIPTS = ROOT / "scripts/tables"
TEACHER = {"teacher": POWER_LAW, "noise_var": 0.5}
TEACHERS = {"teachers": {"gamma0.75": POWER_LAW}}
FIT = {"margin": 0.15, "min_points": 3, "min_decades": 0.3, "bootstrap": 100, "confidence": 0.95, "root_seed": 1}
FIT |= {"width": 1.0}


@pytest.fixture
def table(tmp_path):
    """Run a script and read back what it wrote."""

    def build(name, **arguments):
        script = SCRIPTS / f"{name}.py"
        output = tmp_path / f"{name}.csv"
        if "networks" in declared(script, "PARAMETERS", {}):
            arguments = {"networks": ["diagonal", "quadratic"]} | arguments
        runpy.run_path(str(script))["main"](str(output), **arguments)
        return read(output, schema_of(script.stem))

    return build


def test_every_script_names_arguments_of_its_main():
    for script in SCRIPTS.glob("*.py"):
        main = runpy.run_path(str(script))["main"].__code__
        files = ("output", "inputs") if declared(script, "INPUTS", {}) else ("output",)
        assert main.co_varnames[: main.co_argcount] == (*files, *declared(script, "PARAMETERS", {}))


def test_overfitting_function_is_that_of_state_evolution_without_teacher(table):
    rows = table("overfitting_function", points_per_decade=1)
    np.testing.assert_allclose(rows["solved"], rows["rho"], rtol=2e-5)
    small = rows[rows["ratio"] < 1e-6]
    np.testing.assert_allclose(small["rho"], small["asymptote"], rtol=0.06)


def test_peak_rises_as_lambda_to_the_minus_two_thirds(table):
    rows = table("peak_height", inputs={}, **TEACHER, dim=100, large_dims=[10**15], points_per_decade=1)
    rows = rows[(rows["dim"] == 10**15) & (rows["weight_decay"] < 1.1e-3) & (rows["weight_decay"] > 0.9e-5)]
    for _, height in rows.groupby("network"):
        slope = np.polyfit(np.log(height["weight_decay"]), np.log(height["risk"]), 1)[0]
        assert slope == pytest.approx(-2 / 3, abs=0.02)


def test_risk_is_largest_at_interpolation(table):
    rows = table("peak_profile", **TEACHER, large_dims=[10**12], weight_decays=[1e-4], points_per_decade=4)
    top = rows.loc[rows.groupby("network")["risk"].idxmax()].set_index("network")["n_eff"] / 1e12
    assert top["diagonal"] == pytest.approx(1, rel=0.01)
    assert top["quadratic"] == pytest.approx(0.25, rel=0.01)
    # off the peak tiny lambda interpolates, and the noise is what it risks
    far = rows[np.abs(rows["risk"] / rows["predicted"] - 1) < 0.1]
    assert len(far) > len(rows) / 4


def test_parts_of_the_risk_add_up(table):
    rule = {"coefficient": 1.0, "exponent": 0.5}
    rows = table("error_decomposition", **TEACHER, dim=100, weight_decays=[rule], points_per_decade=2)
    total = rows["overfitting"] + rows["underfitting"] + rows["approximation"]
    exact = rows["network"] == "diagonal"
    np.testing.assert_allclose(total[exact], rows["risk"][exact], rtol=1e-8)
    priced = rows["overfitting"] + rows["price_found"] + rows["price_lost"]
    np.testing.assert_allclose(priced[exact], rows["risk"][exact], rtol=1e-8)
    few = ~exact & (rows["found"] < 0.1)
    np.testing.assert_allclose(priced[few], rows["risk"][few], rtol=0.03)
    # no bulk survives on most of lambda = sqrt(d), where Result 3 is sharp for the quadratic network
    assert (np.abs(total / rows["risk"] - 1)[~exact] < 0.02).mean() > 0.5


def test_local_exponents_follow_the_phases(table):
    rows = table("risk_map", **TEACHER, dim=300, points=12)
    for name, within in (("VIb", 0.1), ("Ib", 0.15)):
        here = rows[rows["phase"] == name]
        assert (here["slope"] - here["predicted"]).abs().median() < within
    assert (rows["risk"][rows["noise_var"] == 0].min()) < 1e-3 * rows["risk"][rows["noise_var"] > 0].min()


def test_boundaries_separate_the_regions(table):
    regions = table("phase_regions", **TEACHER, large_dims=[10**9], points=40)
    pieces = table("phase_boundaries", **TEACHER, dim=100, large_dims=[10**9])
    assert set(regions["phase"]) >= {"Ia", "Ib", "II", "III", "IV", "V", "VIa", "VIb", "Ia0", "IV0"}
    pieces = pieces[(pieces["dim"] == 10**9) & (pieces["network"] == "quadratic")]
    for noise_var, here in regions[regions["network"] == "quadratic"].groupby("noise_var"):
        named = pieces[pieces["noise_var"] == noise_var]
        bordering = set(zip(named["below"], named["above"], strict=True))
        phases = here.pivot(index="weight_decay", columns="n_eff", values="phase").to_numpy()
        for below, above in zip(phases[:-1].ravel(), phases[1:].ravel(), strict=True):
            assert below == above or "peak" in (below, above) or _joined(below, above, bordering)


def test_spectra_of_the_phases_are_whole_and_as_named(table):
    rows = table("phase_spectra", **TEACHER, dim=100)
    zeros = rows[rows["series"] == "zeros"].set_index(["network", "noise_var", "phase"])["height"]
    count = rows[rows["series"] == "outlier"].groupby(["network", "noise_var", "phase"])["value"].count()
    for (network, noise_var, phase), part in rows.groupby(["network", "noise_var", "phase"]):
        place = PhaseDiagram(network, 100, 0.75, noise_var).phase(part["n_eff"].iloc[0], part["weight_decay"].iloc[0])
        assert place == phase
        density = part[part["series"] == "density"]
        # the curve starts a little above zero
        mass = np.trapezoid(density["height"], density["value"]) if len(density) else 0.0
        outliers = 0.01 * count.get((network, noise_var, phase), 0) if network == "quadratic" else 0.0
        assert mass + outliers + zeros[network, noise_var, phase] == pytest.approx(1, abs=0.012)
    assert (zeros.xs("Ib", level="phase") == 1).all()
    assert zeros["quadratic", 0.5, "VIb"] == 0
    top = rows[(rows["phase"] == "VIb") & (rows["network"] == "quadratic")]["value"].max()
    assert top == pytest.approx(10, rel=0.01)


def _joined(below, above, bordering):
    """Whether two phases border on each other, directly or through one between two rows of the grid."""
    middle = {phase for pair in bordering for phase in pair}
    return (below, above) in bordering or any((below, m) in bordering and (m, above) in bordering for m in middle)


@pytest.fixture
def scan(tmp_path):
    """A table of points along lambda, as if they had been trained: only what was asked for is looked at."""
    rows = [
        _trained(network, 30, n_eff, lam, replica, 1.0)
        for network in ("diagonal", "quadratic")
        for n_eff in (8.0, 60.0)
        for lam in (0.1, 10.0)
        for replica in range(2)
    ]
    path = tmp_path / "training.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    data = [draw(tmp_path / f"{network}.npz", network, 30, 2, root_seed=1) for network in ("diagonal", "quadratic")]
    return {"training": str(path), "data": data}


def test_optimal_weight_decay_is_the_minimum_of_the_curves(table, scan):
    curves = table("risk_along_decay", inputs=scan, width=1.0, points_per_decade=40)
    arguments = {**TEACHER, **TEACHERS, "large_dims": [10**4], "width": 1.0, "points": 3}
    optimal = table("optimal_decay", inputs=scan, **arguments)
    lowest = curves.loc[curves.groupby(["network", "n_eff"])["risk"].idxmin()]
    both = lowest.merge(optimal, on=["network", "n_eff", "dim"], suffixes=("", "_best"))
    assert len(both) == 4
    inside = both["weight_decay_best"] > curves["weight_decay"].min()
    assert inside.sum() >= 3
    both = both[inside]
    np.testing.assert_allclose(both["risk"], both["risk_best"], rtol=1e-3)
    np.testing.assert_allclose(both["weight_decay"], both["weight_decay_best"], rtol=0.1)
    known = optimal[(optimal["network"] == "quadratic") | (optimal["teachers"] == 0)]
    assert (known["bayes_risk"] <= known["risk"]).all()


def test_width_rescales_the_weight_decay_of_the_quadratic_network_alone(table, scan):
    arguments = {**TEACHER, **TEACHERS, "large_dims": [10**4], "points": 3}
    widths = (1.0, {"coefficient": 4.0, "exponent": 1.0})
    narrow, wide = (table("optimal_decay", inputs=scan, width=width, **arguments) for width in widths)
    scale = np.where(narrow["network"] == "quadratic", 2.0, 1.0)
    np.testing.assert_allclose(wide["bulk_disappears"] * scale, narrow["bulk_disappears"], rtol=1e-12)
    np.testing.assert_allclose(wide["risk"], narrow["risk"], rtol=1e-4)
    # at large d several minima are as good as each other
    few = narrow["teachers"] > 0
    np.testing.assert_allclose((wide["weight_decay"] * scale)[few], narrow["weight_decay"][few], rtol=1e-4)


def test_every_phase_has_an_exponent_and_its_widest_window(table, tmp_path):
    window = {
        **{"network": "quadratic", **COLUMNS, "dim": 100, "decay_coefficient": 1.0, "decay_exponent": 0.5},
        **{"weight_decay": 10.0, "phase": "II", "n_eff_min": 10.0, "n_eff_max": 50.0, "points": 4, "replicas": 3},
        **{"predicted": -2 / 3, "theory": -0.7, "real_inputs": -0.72, "slope": -0.71, "low": -0.8},
        **{"high": -0.6, "difference_half_width": 0.1, "tilt": 0.0, "verdict": "agrees with state evolution"},
    }
    short = window | {"n_eff_max": 20.0, "slope": np.nan, "verdict": "window too short"}
    narrow = window | {"n_eff_max": 30.0, "dim": 200, "slope": -0.9}
    paths = []
    for name, rows in (
        ("excess_risk", [window, narrow]),
        (
            "weight_decay_scan",
            [short | {"phase": "III"}, window | {"teacher": "gamma1.0", "gamma": 1.0, "n_eff_max": 500.0}],
        ),
    ):
        paths.append(str(tmp_path / f"{name}.csv"))
        pd.DataFrame(rows).to_csv(paths[-1], index=False)
    rows = table("exponent_summary", inputs={"windows": paths}, **TEACHER, large_dim=10**9, **FIT)
    rows = rows[rows["network"].isin(["diagonal", "quadratic"])]
    assert rows.groupby(["network", "noise_var"]).size().tolist() == [5, 10, 5, 10]
    rows = rows.set_index(["network", "noise_var", "phase"])
    shown = rows.loc["quadratic", 0.5, "II"]
    assert (shown["slope"], shown["real_inputs"]) == (-0.71, -0.72)
    assert shown["experiment"] == "excess_risk"
    assert shown["fits"] == 2
    assert shown["finite_size"] == pytest.approx(-0.7 + 2 / 3)
    assert rows.loc["quadratic", 0.5, "III"]["verdict"] == "window too short"
    assert rows.loc["diagonal", 0.0, "IV0"]["verdict"] == "no window"
    assert rows["logarithmic"].sum() == 3


def _trained(network, dim, n_eff, weight_decay, replica, risk):
    """A row of trained points, of which only what is named counts."""
    samples = round(n_eff * (dim if network == "quadratic" else 1))
    return {
        **{"network": network, **COLUMNS, "dim": dim, "decay_coefficient": weight_decay, "decay_exponent": 0.0},
        **{"weight_decay": weight_decay, "n_eff": n_eff, "samples": samples, "replica": replica},
        **{"method": "network", "solver": "lbfgs", "risk": risk, "train_loss": 1.0, "objective": 1.0},
        **{"relative_gap": 0.0, "iterations": 1, "rank": 1, "converged": True, "unique": True, "status": "solved"},
    }


@pytest.fixture
def powers(tmp_path):
    """Risks that are powers of lambda at n_eff = 100 and of n_eff at the best lambda, with a little noise."""
    rng = np.random.default_rng(0)
    trained = [
        _trained("diagonal", 100, n_eff, lam, replica, lam**-0.6 * np.exp(0.01 * rng.standard_normal()))
        for n_eff in (50.0, 100.0)
        # the largest lie where the peak is no higher than the noise
        for lam in (0.003, 0.01, 0.03, 0.1, 1.0, 3.0)
        for replica in range(4)
    ]
    solution = {"delta": 1.0, "threshold": 1.0, "divergence": 0.0, "train_loss": 1.0}
    best = {
        "weight_decay": 0.5,
        "relative_gap": 0.0,
        "converged": True,
        "unique": True,
        "solver": "celer",
        "status": "solved",
    }
    best |= dict.fromkeys(("ridge", "ridge_theory"), 1.0)
    lazy = ("lazy_risk", "lazy_risk_ridge_theory", "lazy_theory", "lazy_finite_size", "bayes_risk")
    gain = [
        {"network": "diagonal", **COLUMNS, "dim": 200, **best, "n_eff": n_eff, "samples": round(n_eff)}
        | {"replica": replica, "risk": n_eff**-0.5 * np.exp(0.01 * rng.standard_normal()), "risk_theory": n_eff**-0.4}
        | dict.fromkeys(lazy, 1.0)
        # the last lies beyond d^(2 gamma) Delta
        for n_eff in (10.0, 100.0, 500.0, 5000.0)
        for replica in range(4)
    ]
    theory_columns = schema_of("theory").columns
    parts = {
        "peak": [{name: row[name] for name in schema_of("training").columns} for row in trained],
        "peak_theory": [
            {name: (row | solution | {"status": "solved"})[name] for name in theory_columns}
            | {"risk": row["weight_decay"] ** -0.7}
            for row in trained
        ],
        "optimal": [
            {name: row.get(name, "solved") for name in schema_of("feature_learning_gain").columns} for row in gain
        ],
    }
    for name, rows in parts.items():
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
    return {"windows": [], **{name: str(tmp_path / f"{name}.csv") for name in parts}}


def test_the_peak_is_fitted_along_lambda_and_the_optimum_along_its_best_lambda(table, powers):
    rows = table("exponent_summary", inputs=powers, **TEACHER, large_dim=10**9, **FIT)
    rows = rows[rows["noise_var"] > 0].set_index(["network", "phase"])
    peak, optimal = rows.loc["diagonal", "peak"], rows.loc["diagonal", "optimal"]
    assert (peak["weight_decay_min"], peak["weight_decay_max"], peak["points"]) == (0.003, 0.1, 4)
    assert (peak["n_eff_min"], peak["n_eff_max"], peak["dim"]) == (100, 100, 100)
    assert peak["theory"] == pytest.approx(-0.7)
    assert peak["slope"] == pytest.approx(-0.6, abs=0.02)
    assert peak["finite_size"] == pytest.approx(-0.7 + 2 / 3)
    assert peak["verdict"] == "differs"
    assert (optimal["n_eff_min"], optimal["n_eff_max"], optimal["points"]) == (10, 500, 3)
    assert optimal["theory"] == pytest.approx(-0.4)
    assert optimal["slope"] == pytest.approx(-0.5, abs=0.02)
    assert rows.loc["quadratic", "peak"]["verdict"] == "no window"


def test_points_without_certificate_count_in_no_window(table, powers):
    points = pd.read_csv(powers["peak"])
    points.loc[(points["replica"] > 0) & (points["weight_decay"] == 0.1), "unique"] = False
    points.to_csv(powers["peak"], index=False)
    rows = table("exponent_summary", inputs=powers, **TEACHER, large_dim=10**9, **FIT)
    rows = rows[rows["noise_var"] > 0].set_index(["network", "phase"])
    assert rows.loc["diagonal", "peak"]["verdict"] == "too few replicas"


def test_without_any_window_every_phase_says_so(table, tmp_path):
    columns = list(schema_of("exponents").columns)
    pd.DataFrame(columns=columns).to_csv(tmp_path / "none.csv", index=False)
    rows = table(
        "exponent_summary", inputs={"windows": [str(tmp_path / "none.csv")]}, **TEACHER, large_dim=10**9, **FIT
    )
    assert (rows["verdict"] == "no window").all()


def test_the_peak_counts_one_lambda_once(table, powers):
    for name in ("peak", "peak_theory"):
        points = pd.read_csv(powers[name])
        again = points.assign(decay_coefficient=points["decay_coefficient"] * 100, decay_exponent=-1.0)
        # c d^e, rounded another way
        again["weight_decay"] *= 1 + 3e-16
        pd.concat([points, again]).to_csv(powers[name], index=False)
    rows = table("exponent_summary", inputs=powers, **TEACHER, large_dim=10**9, **FIT)
    peak = rows[(rows["network"] == "diagonal") & (rows["phase"] == "peak")].iloc[0]
    assert (peak["points"], peak["replicas"]) == (4, 4)


def test_figure_of_the_peak_shows_certified_points_at_the_peaks_of_its_curves():
    height = pd.DataFrame({"network": ["diagonal"], **COLUMNS, "dim": 100, "n_eff": 100.0})
    rows = [
        _trained("diagonal", 100, n_eff, 0.1, replica, replica + 1.0) for n_eff in (50, 100) for replica in range(4)
    ]
    trained = pd.DataFrame(rows)
    trained.loc[trained["replica"] == 3, "converged"] = False
    trained = pd.concat([trained, trained.assign(teacher="gamma1.0", gamma=1.0), trained.assign(noise_var=1.0)])
    (shown,) = interpolation_peak._means(trained, height).to_dict("records")
    assert (shown["n_eff"], shown["risk"], shown["replicas"]) == (100, 2.0, 3)
